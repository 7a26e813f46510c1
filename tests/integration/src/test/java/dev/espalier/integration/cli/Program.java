package dev.espalier.integration.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Starts the program as a process of its own, in a folder.
 *
 * @param folder where it is started
 * @param classPath what stands on its class path besides the program
 * @param environment variables that it gets besides those of the tests
 * @param launched whether it runs as {@code ./espalier} starts it, on the module path of what this
 *     build packaged, rather than on the class path of the tests
 */
public record Program(
    Path folder, List<Path> classPath, Map<String, String> environment, boolean launched) {
  private static final Path PACKAGED =
      Path.of("../../core/cli/target/program/lib").toAbsolutePath().normalize();
  private static final Path OPTIONS =
      Path.of("../../core/cli/launch/java.options").toAbsolutePath().normalize();

  /** Far longer than any test needs: only so that a defect does not hang the build. */
  private static final long MOST_SECONDS = 300;

  public Program(Path folder) {
    this(folder, List.of(), Map.of(), false);
  }

  /** As this one, as {@code ./espalier} starts it. */
  public Program asLaunched() {
    return new Program(folder, classPath, environment, true);
  }

  /** Whether this build packaged the program; running tests alone does not. */
  public static boolean packaged() {
    return Files.exists(PACKAGED.resolve("cli-0.1.0-SNAPSHOT.jar"));
  }

  /** As this one, with the plugins that have faults. */
  public Program withBrokenPlugins() {
    return new Program(
        folder, List.of(Golden.resources().resolve("broken-plugins")), environment, launched);
  }

  /** As this one, with a variable of its environment. */
  public Program with(String variable, String value) {
    return new Program(folder, classPath, Map.of(variable, value), launched);
  }

  /**
   * What a process left.
   *
   * @param code its exit code
   * @param out its stdout
   * @param err its stderr, without the virtual machine's own warnings
   */
  public record Outcome(int code, String out, String err) {}

  /** Runs a command to its end. */
  public Outcome run(String... arguments) {
    Process process = start(arguments);
    CompletableFuture<String> out =
        CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
    CompletableFuture<String> err =
        CompletableFuture.supplyAsync(() -> text(process.getErrorStream()));
    try {
      if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the program does not end: " + List.of(arguments));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    String warning = "WARNING: ";
    String errors =
        err.join()
            .lines()
            .filter(line -> !line.startsWith(warning))
            .map(line -> line + "\n")
            .collect(Collectors.joining());
    return new Outcome(process.exitValue(), out.join(), errors);
  }

  /** Starts a command. */
  public Process start(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.addAll(launched ? asModule() : onClassPath());
    command.addAll(List.of(arguments));
    try {
      ProcessBuilder process = new ProcessBuilder(command).directory(folder.toFile());
      process.environment().putAll(environment);
      return process.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> asModule() {
    return List.of(
        "@" + OPTIONS,
        "--module-path",
        PACKAGED.toString(),
        "-m",
        "dev.espalier.cli/dev.espalier.cli.Main");
  }

  private List<String> onClassPath() {
    return List.of(
        "--add-modules",
        "jdk.incubator.vector",
        "--enable-native-access=ALL-UNNAMED",
        "-Dguice_bytecode_gen_option=DISABLED",
        "-cp",
        path(),
        "dev.espalier.cli.Main");
  }

  private String path() {
    List<String> entries = new ArrayList<>();
    classPath.forEach(entry -> entries.add(entry.toString()));
    entries.add(System.getProperty("java.class.path"));
    return String.join(System.getProperty("path.separator"), entries);
  }

  private static String text(InputStream in) {
    try (in) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace(System.lineSeparator(), "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file of the folder. */
  public Path write(String name, String content) {
    try {
      return Files.writeString(folder.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
