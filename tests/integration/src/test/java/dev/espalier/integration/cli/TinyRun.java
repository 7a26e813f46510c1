package dev.espalier.integration.cli;

import java.util.Locale;
import java.util.Random;

/**
 * A run of a second: two interleaved classes of points, and a multi-layer perceptron of 8 units.
 */
public final class TinyRun {
  /** The run file; it reads {@code points.csv} beside it. */
  public static final String YAML =
      """
      name: tiny
      seed: 7
      data:
        kind: csv
        path: points.csv
        label: side
        validation: 0.25
      model:
        kind: mlp
        hidden: [8]
        activation: tanh
        dropout: 0.1
      loss:
        kind: softmax-cross-entropy
      optimizer:
        kind: adamw
      schedule:
        kind: cosine
        warmup: 10
      learning_rate: 0.01
      batch: 16
      steps: 60
      clip: 1.0
      evaluate:
        every: 20
      checkpoint:
        every: 20
        keep: 3
      backend:
        kind: cpu
        threads: 1
      """;

  private TinyRun() {}

  /** Writes the run file and its data. */
  public static void writeTo(Program program) {
    program.write("run.yaml", YAML);
    program.write("points.csv", points());
  }

  private static String points() {
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder("x,y,side\n");
    for (int i = 0; i < 200; i++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      csv.append(String.format(Locale.ROOT, "%.4f,%.4f,%s%n", x, y, x * y > 0 ? "same" : "other"));
    }
    return csv.toString();
  }
}
