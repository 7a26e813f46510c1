package dev.espalier.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where and when something was measured.
 *
 * @param date the day
 * @param commit the commit, with {@code -dirty} where files differ from it
 * @param machine processor, number of processors, memory, system
 * @param jdk the virtual machine
 */
public record Surroundings(String date, String commit, String machine, String jdk) {
  private static final String UNKNOWN = "unknown";

  /** These. */
  public static Surroundings of(Checkout checkout) {
    return new Surroundings(
        LocalDate.now(ZoneOffset.UTC).toString(),
        commit(checkout).orElse(UNKNOWN),
        "%s, %d processors, %s of memory, %s %s"
            .formatted(
                firstValue(Path.of("/proc/cpuinfo"), "model name")
                    .orElse(System.getProperty("os.arch")),
                Runtime.getRuntime().availableProcessors(),
                firstValue(Path.of("/proc/meminfo"), "MemTotal").orElse(UNKNOWN),
                System.getProperty("os.name"),
                System.getProperty("os.version")),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
  }

  /** A list in Markdown. */
  @Override
  public String toString() {
    return "* Date: %s. Commit: %s.\n* Machine: %s.\n* JDK: %s.\n"
        .formatted(date, commit, machine, jdk);
  }

  /** The value of the first line {@code key : value} of a file. */
  public static Optional<String> firstValue(Path file, String key) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException e) {
      // Not on this system.
      return Optional.empty();
    }
  }

  private static Optional<String> commit(Checkout checkout) {
    try {
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude", "*")
              .directory(checkout.root().toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String commit =
          new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return git.waitFor() == 0 && !commit.isEmpty() ? Optional.of(commit) : Optional.empty();
    } catch (IOException e) {
      // No git here.
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
