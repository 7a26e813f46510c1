package org.example.trainer;

import com.google.inject.Guice;
import dev.espalier.host.EspalierModule;
import dev.espalier.training.metrics.MetricsLog;
import dev.espalier.training.trainer.RunRequest;
import dev.espalier.training.trainer.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** A run of a second: two classes of points, of which 150 are trained on. */
final class Points {
  static final int STEPS = 20;

  private static final String YAML =
      """
      name: points
      seed: 7
      data: {kind: csv, path: points.csv, label: side, validation: 0.25}
      model: {kind: mlp, hidden: [8], activation: tanh}
      batch: 16
      steps: %d
      backend: {kind: cpu, threads: 1}
      """
          .formatted(STEPS);

  private Points() {}

  /** Writes the run file and its data; gives the run file. */
  static Path writeTo(Path folder) {
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder("x,y,side\n");
    for (int i = 0; i < 200; i++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      csv.append(String.format(Locale.ROOT, "%.4f,%.4f,%s\n", x, y, x * y > 0 ? "same" : "other"));
    }
    try {
      Files.writeString(folder.resolve("points.csv"), csv);
      return Files.writeString(folder.resolve("run.yaml"), YAML);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the trainer with its own parts makes of it. */
  static List<MetricsLog.Entry> ordinary(Path folder) {
    Path run = folder.resolve("ordinary");
    Guice.createInjector(new EspalierModule())
        .getInstance(Trainer.class)
        .train(RunRequest.of(folder.resolve("run.yaml")).into(run));
    return MetricsLog.read(run.resolve("metrics.jsonl"));
  }
}
