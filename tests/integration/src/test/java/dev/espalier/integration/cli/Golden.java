package dev.espalier.integration.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Texts that are pinned: {@code src/test/resources/golden}. A wanted change is written there by
 * {@code -Despalier.golden.update=true}, and read in the review.
 */
final class Golden {
  private Golden() {}

  /** The folder of the tests' resources. */
  static Path resources() {
    return Path.of("src", "test", "resources").toAbsolutePath();
  }

  static void check(String name, String actual) {
    Path file = resources().resolve("golden").resolve(name);
    try {
      if (Boolean.getBoolean("espalier.golden.update")) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, actual);
      }
      assertThat(actual).as(name).isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
