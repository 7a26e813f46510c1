package dev.espalier.integration.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ./espalier} asks for large pages where asking helps, and says nothing elsewhere. */
final class LargePagesTest {
  private static final Path SCRIPT =
      Path.of("../../core/cli/launch/large-pages.sh").toAbsolutePath().normalize();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "always [madvise] never, -XX:+UseTransparentHugePages",
    "[always] madvise never, ''",
    "always madvise [never], ''",
    "'', ''"
  })
  void theyAreAskedForWhereTheSystemLeavesThemToPrograms(String setting, String options)
      throws Exception {
    assumeThat(Files.isExecutable(Path.of("/bin/bash"))).as("there is a bash").isTrue();
    Path given = folder.resolve("enabled");
    if (!setting.isEmpty()) {
      Files.writeString(given, setting + "\n");
    }
    Process process =
        new ProcessBuilder(
                "/bin/bash",
                "-c",
                "set -euo pipefail; source '"
                    + SCRIPT
                    + "'; large_pages_use \"$1\"; echo ${large_page_options[@]+\"${large_page_options[@]}\"}",
                "bash",
                given.toString())
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(out.strip()).isEqualTo(options);
  }
}
