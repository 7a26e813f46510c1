package dev.espalier.integration.composition;

import dev.espalier.training.trainer.RunRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/** A run of a second: 200 points of two classes, of which 150 are trained on. */
final class PointsRun {
  static final int STEPS = 20;

  private static final String YAML =
      """
      name: points
      seed: 7
      data: {kind: csv, path: points.csv, label: side, validation: 0.25}
      model: {kind: mlp, hidden: [8], activation: tanh, dropout: 0.1}
      loss: {kind: softmax-cross-entropy}
      optimizer: {kind: adamw}
      learning_rate: 0.01
      batch: 16
      steps: %d
      evaluate: {every: 8}
      checkpoint: {every: 8, keep: 3}
      backend: {kind: cpu, threads: 1}
      """
          .formatted(STEPS);

  private PointsRun() {}

  /** Writes the run file and its data; the run is to be in {@code run}. */
  static RunRequest writeTo(Path folder) {
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder("x,y,side\n");
    for (int i = 0; i < 200; i++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      csv.append(String.format(Locale.ROOT, "%.4f,%.4f,%s\n", x, y, x * y > 0 ? "same" : "other"));
    }
    try {
      Files.writeString(folder.resolve("points.csv"), csv);
      return RunRequest.of(Files.writeString(folder.resolve("run.yaml"), YAML))
          .into(folder.resolve("run"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
