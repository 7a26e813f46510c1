package dev.espalier.integration.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ahead-of-time cache of {@code ./espalier}: the functions of its script, and what they make.
 */
final class AotCacheTest {
  private static final Path SCRIPT =
      Path.of("../../core/cli/launch/aot-cache.sh").toAbsolutePath().normalize();
  private static final Path JAVA_OPTIONS = SCRIPT.resolveSibling("java.options");
  private static final Path PACKAGED =
      Path.of("../../core/cli/target/program/lib").toAbsolutePath().normalize();

  @TempDir Path folder;

  private Path image = Path.of("");

  @BeforeEach
  void anImage() throws IOException {
    assumeThat(Files.isExecutable(Path.of("/bin/bash"))).as("there is a bash").isTrue();
    image = Files.createDirectory(folder.resolve("image"));
  }

  private record Ended(int code, String out, String err) {}

  /** Runs a script that has the functions; {@code $1} is the image. */
  private Ended bash(String script) throws Exception {
    Path out = Files.createTempFile(folder, "stdout", "");
    Path err = Files.createTempFile(folder, "stderr", "");
    ProcessBuilder process =
        new ProcessBuilder(
                "/bin/bash",
                "-c",
                "set -euo pipefail; source '" + SCRIPT + "'\n" + script,
                "bash",
                image.toString())
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    process.environment().putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
    process.environment().keySet().removeIf(name -> name.startsWith("ESPALIER_"));
    int code = process.start().waitFor();
    return new Ended(code, text(out), text(err));
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  private String succeeds(String script) throws Exception {
    Ended ended = bash(script);
    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
    return ended.out().strip();
  }

  private List<String> besideTheImage() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("image-"))
          .toList();
    }
  }

  /** A java that writes what it is told to as the cache, and counts its calls; or fails. */
  private Path fakeJdk(String version, boolean works) throws IOException {
    Path jdk = Files.createDirectories(folder.resolve("jdk" + version + works));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
    Files.writeString(
        java,
        """
        #!/bin/bash
        echo call >> '%s/calls'
        echo 'what java says'
        %s
        echo cache > "${1#-XX:AOTCacheOutput=}"
        """
            .formatted(folder, works ? "" : "exit 3"));
    assertThat(java.toFile().setExecutable(true)).isTrue();
    return jdk;
  }

  private long calls() throws IOException {
    Path calls = folder.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  private static String make(Path jdk) {
    return "JAVA_HOME='" + jdk + "'; aot_make \"$1\" \"$(aot_cache_of \"$1\")\"";
  }

  @Test
  void theCacheIsNamedAfterTheImageAndTheJdk() throws Exception {
    Path one = fakeJdk("25.0.3", true);
    Path two = fakeJdk("25.0.4", true);
    String name = "aot_cache_of \"$1\"; ";
    List<String> names =
        succeeds("JAVA_HOME='" + one + "'; " + name + name + "JAVA_HOME='" + two + "'; " + name)
            .lines()
            .toList();
    assertThat(names.get(0)).startsWith(image + "-").endsWith(".aot").isEqualTo(names.get(1));
    assertThat(names.get(2)).startsWith(image + "-").endsWith(".aot").isNotEqualTo(names.get(0));
  }

  @Test
  void itIsMadeOnceAndLeavesNothingElse() throws Exception {
    Path jdk = fakeJdk("25.0.3", true);
    succeeds(make(jdk));
    succeeds(make(jdk));
    assertThat(calls()).isEqualTo(1);
    assertThat(besideTheImage()).singleElement().asString().endsWith(".aot");
    assertThat(succeeds("JAVA_HOME='" + jdk + "'; aot_use \"$1\"; echo \"${aot_options[@]}\""))
        .startsWith("-XX:AOTCache=" + image + "-")
        .contains("-Xlog:aot*=off");
  }

  @Test
  void theCachesOfEarlierBuildsGo() throws Exception {
    Path earlier = Files.writeString(folder.resolve("earlier-1.aot"), "");
    succeeds(make(fakeJdk("25.0.3", true)));
    succeeds(make(fakeJdk("25.0.4", true)));
    assertThat(earlier).doesNotExist();
    assertThat(besideTheImage()).hasSize(2);
  }

  @Test
  void aFailureIsKeptAndNotRepeated() throws Exception {
    Path jdk = fakeJdk("25.0.3", false);
    succeeds(make(jdk));
    assertThat(besideTheImage()).singleElement().asString().endsWith(".aot.failed");
    assertThat(text(folder.resolve(besideTheImage().getFirst()))).contains("what java says");
    assertThat(succeeds("JAVA_HOME='" + jdk + "'; aot_use \"$1\"; echo ${#aot_options[@]}"))
        .isEqualTo("0");
    assertThat(calls()).isEqualTo(1);
    Ended verbose = bash("JAVA_HOME='" + jdk + "'; ESPALIER_AOT_CACHE=verbose; aot_use \"$1\"");
    assertThat(verbose.err()).contains("could not be made", ".aot.failed");
  }

  @Test
  void whileOneThatLivesMakesItNobodyElseDoes() throws Exception {
    Path jdk = fakeJdk("25.0.3", true);
    String lock = "JAVA_HOME='" + jdk + "'; lock=$(aot_cache_of \"$1\").making; mkdir \"$lock\"; ";
    succeeds(lock + "echo $$ > \"$lock/owner\"; " + make(jdk));
    assertThat(calls()).isZero();
    assertThat(besideTheImage()).singleElement().asString().endsWith(".making");
  }

  @Test
  void whatAKilledOneLeftIsTakenOver() throws Exception {
    Path jdk = fakeJdk("25.0.3", true);
    String lock = "JAVA_HOME='" + jdk + "'; lock=$(aot_cache_of \"$1\").making; mkdir \"$lock\"; ";
    // A process that has ended.
    succeeds(
        lock
            + "(exit 0) & gone=$!; wait; echo $gone > \"$lock/owner\"; echo half > \"$lock/cache\"; "
            + make(jdk));
    assertThat(calls()).isEqualTo(1);
    assertThat(besideTheImage()).singleElement().asString().endsWith(".aot");
    assertThat(text(folder.resolve(besideTheImage().getFirst()))).isEqualTo("cache\n");
  }

  @Test
  void whereNothingCanBeWrittenTheProgramRunsWithoutIt() throws Exception {
    Path jdk = fakeJdk("25.0.3", true);
    Files.writeString(folder.resolve("file"), "");
    succeeds("JAVA_HOME='" + jdk + "'; aot_make \"$1\" '" + folder.resolve("file/cache") + "'");
    assertThat(
            succeeds(
                "JAVA_HOME='"
                    + jdk
                    + "'; aot_use '"
                    + folder.resolve("none/image")
                    + "'; echo ${#aot_options[@]}"))
        .isEqualTo("0");
    assertThat(calls()).isZero();
  }

  @Test
  void itCanBeTurnedOff() throws Exception {
    Path jdk = fakeJdk("25.0.3", true);
    succeeds(make(jdk));
    String count = "; JAVA_HOME='" + jdk + "'; aot_use \"$1\"; echo ${#aot_options[@]}";
    assertThat(succeeds("true" + count)).isEqualTo("3");
    assertThat(succeeds("ESPALIER_AOT_CACHE=off" + count)).isEqualTo("0");
    for (String own : List.of("-Xshare:off", "-Dx=y -XX:AOTMode=off")) {
      assertThat(succeeds("ESPALIER_JAVA_OPTIONS='" + own + "'" + count)).isEqualTo("0");
    }
  }

  @Test
  void theVirtualMachineUsesWhatItMadeAndRunsOnWhatIsBroken() throws Exception {
    assumeThat(Program.packaged()).as("the program is packaged").isTrue();
    try (Stream<Path> jars = Files.list(PACKAGED)) {
      for (Path jar : jars.toList()) {
        Files.copy(jar, image.resolve(jar.getFileName()));
      }
    }
    succeeds("aot_make \"$1\" \"$(aot_cache_of \"$1\")\"");
    assertThat(besideTheImage()).singleElement().asString().endsWith(".aot");

    List<String> loaded = new ArrayList<>();
    String version = version("-Xlog:class+load", loaded);
    assertThat(version).startsWith("espalier ");
    assertThat(loaded)
        .anySatisfy(
            line -> assertThat(line).contains("dev.espalier.cli.Main source: shared objects file"));

    Files.writeString(folder.resolve(besideTheImage().getFirst()), "broken");
    assertThat(version("-Dno.log=true", new ArrayList<>())).isEqualTo(version);
  }

  /** What {@code --version} prints; lines of the virtual machine's log go elsewhere. */
  private String version(String option, List<String> log) throws Exception {
    Ended ended =
        bash(
            "aot_use \"$1\"; \"$JAVA_HOME/bin/java\" \"${aot_options[@]}\" "
                + option
                + " '@"
                + JAVA_OPTIONS
                + "' --module-path \"$1\" -m dev.espalier.cli/dev.espalier.cli.Main --version");
    assertThat(ended.code()).isZero();
    assertThat(ended.err().lines().filter(line -> !line.startsWith("WARNING: ")).toList())
        .isEmpty();
    ended.out().lines().filter(line -> line.startsWith("[")).forEach(log::add);
    return String.join("\n", ended.out().lines().filter(line -> !line.startsWith("[")).toList());
  }
}
