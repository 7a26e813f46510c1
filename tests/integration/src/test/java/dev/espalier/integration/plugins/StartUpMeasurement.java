package dev.espalier.integration.plugins;

import static dev.espalier.integration.plugins.Sources.scaling;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.integration.cli.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What plugins in a folder cost when the program starts: {@code plugins list} as {@code ./espalier}
 * starts it, with none and with 100, modular and plain by turns; medians. No test: it runs when it
 * is asked for, by {@code ./build verify -pl tests/integration -am -Dtest=StartUpMeasurement
 * -Dsurefire.failIfNoSpecifiedTests=false}.
 */
final class StartUpMeasurement {
  private static final int PLUGINS = 100;
  private static final int ROUNDS = 11;
  private static final List<String> KINDS = List.of("none", "modular", "plain");

  @TempDir Path folder;

  @Test
  void aHundredPlugins() throws Exception {
    for (String kind : KINDS) {
      Files.createDirectory(folder.resolve(kind));
    }
    for (int i = 0; i < PLUGINS; i++) {
      String id = "plugin" + i;
      String source = scaling(id + ".P", id, "1.0", "scale-" + i, 2);
      new JarBuilder()
          .source(id + ".P", source)
          .module(id, id + ".P")
          .writeTo(folder.resolve("modular"), id + ".jar");
      new JarBuilder()
          .source(id + ".P", source)
          .service(id + ".P")
          .writeTo(folder.resolve("plain"), id + ".jar");
    }
    Program program = new Program(folder).asLaunched();
    Map<String, List<Long>> milliseconds = new LinkedHashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (String kind : KINDS) {
        long start = System.nanoTime();
        Program.Outcome outcome = program.run("plugins", "list", "--plugins", kind);
        long end = System.nanoTime();
        assertThat(outcome.out().lines().filter(line -> line.contains("  scale-")).count())
            .isEqualTo(kind.equals("none") ? 0 : PLUGINS);
        milliseconds.computeIfAbsent(kind, _ -> new ArrayList<>()).add((end - start) / 1_000_000);
      }
    }
    Map<String, Long> medians = new LinkedHashMap<>();
    milliseconds.forEach((kind, times) -> {
      Collections.sort(times);
      long median = times.get(ROUNDS / 2);
      medians.put(kind, median);
      long none = medians.getOrDefault("none", median);
      System.out.printf(
          Locale.ROOT,
          "%-8s median %d ms (%d to %d), %.1f ms a plugin%n",
          kind,
          median,
          times.getFirst(),
          times.getLast(),
          (median - none) / (double) PLUGINS);
    });
  }
}
