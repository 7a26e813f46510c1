package dev.espalier.integration.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.problem.Problem;
import dev.espalier.conformance.problem.Stepping;
import dev.espalier.training.objective.BatchObjective;
import dev.espalier.training.objective.Examples;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** AdAdaGrad (catalogue row OPT-03): how large a batch its tests ask for. */
final class AdaptiveBatchTest {
  private static final int ROWS = 12;
  private static final int SIZE = 3;

  /** {@code |w - a|^2 / 2}: an example's gradient is {@code w - a}. */
  private record Distance() implements Loss {
    @Override
    public Target target() {
      return Target.VALUES;
    }

    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      return predictions.sub(targets).square().sum(1).div(2);
    }
  }

  private static Problem distancesFrom(int rows) {
    return new Problem(
        "distances",
        (at, inputs) -> at.get("x").expandDims(0).broadcastLike(inputs),
        new Distance(),
        NdArray.of(new double[rows * SIZE], rows, SIZE),
        NdArray.of(new double[rows * SIZE], rows, SIZE),
        Tree.of("x", NdArray.of(new double[SIZE], SIZE)),
        0);
  }

  private static Descent distances(Optimizer optimizer, int examples) {
    Problem problem = distancesFrom(ROWS);
    return Descent.asking(
        optimizer,
        SIZE,
        List.of(TensorType.of(DType.F64, ROWS, SIZE)),
        fed -> {
          Tensor targets = fed.getFirst();
          Examples batch =
              examples == ROWS
                  ? Examples.all(targets, targets)
                  : new Examples(
                      targets,
                      targets,
                      Optional.of(targets.iota(TensorType.of(DType.I64, ROWS), 0).lt(examples)),
                      Optional.of(targets.constant(DType.F64, (double) examples)));
          Key unused = new Key(targets.constant(DType.I64, 0L));
          Objective objective =
              new BatchObjective(problem.model(), new Distance(), batch, Map.of(), unused, true);
          return objective;
        });
  }

  private static NdArray targets(int seed) {
    return NdArray.of(
        new SplittableRandom(seed).doubles(ROWS * SIZE, -1, 1).map(a -> a + 0.3).toArray(),
        ROWS,
        SIZE);
  }

  /** The moments of {@code w - a_i} over the first rows, by the book. */
  private record Moments(
      double square, double variance, double along, double across, double coordinate) {
    static Moments of(double[] w, NdArray targets, int rows) {
      double[][] each = new double[rows][SIZE];
      double[] mean = new double[SIZE];
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < SIZE; j++) {
          each[i][j] = w[j] - targets.getDouble(i * SIZE + j);
          mean[j] += each[i][j] / rows;
        }
      }
      double square = product(mean, mean);
      double variance = 0;
      double along = 0;
      double across = 0;
      for (double[] g : each) {
        for (int j = 0; j < SIZE; j++) {
          variance += Math.pow(g[j] - mean[j], 2) / (rows - 1);
          across += Math.pow(g[j] - product(g, mean) / square * mean[j], 2) / (rows - 1);
        }
        along += Math.pow(product(g, mean) - square, 2) / (rows - 1);
      }
      double coordinate = 0;
      for (int j = 0; j < SIZE; j++) {
        double spread = 0;
        for (double[] g : each) {
          spread += Math.pow(g[j] - mean[j], 2) / (rows - 1);
        }
        coordinate = Math.max(coordinate, spread / (mean[j] * mean[j]));
      }
      return new Moments(square, variance, along, across, coordinate);
    }

    private static double product(double[] a, double[] b) {
      double sum = 0;
      for (int j = 0; j < SIZE; j++) {
        sum += a[j] * b[j];
      }
      return sum;
    }
  }

  private static double asked(Map<String, Object> params, int examples, double... w) {
    Descent descent = distances(Descent.optimizer("adadagrad-norm", params), examples);
    return descent
        .stepping()
        .step(descent.begin(w), List.of(targets(1)), 0, 0.1, 1)
        .report()
        .get("required_batch")
        .getDouble(0);
  }

  @Test
  void theTestsAskForWhatTheVarianceSays() {
    double[] w = {0.6, -0.2, 0.4};
    for (int examples : new int[] {ROWS, 7}) {
      Moments m = Moments.of(w, targets(1), examples);
      assertThat(asked(Map.of("eta", 0.3), examples, w))
          .isEqualTo(Math.ceil(m.variance() / (0.09 * m.square())));
      assertThat(asked(Map.of("test", "coordinates", "eta", 0.3), examples, w))
          .isEqualTo(Math.ceil(m.coordinate() / 0.09));
      assertThat(asked(Map.of("test", "inner-product", "theta", 0.4), examples, w))
          .isEqualTo(Math.ceil(m.along() / (0.16 * m.square() * m.square())));
      // A small theta, and a small nu: each of the two decides once.
      assertThat(asked(Map.of("test", "augmented", "theta", 0.1, "nu", 5.0), examples, w))
          .isEqualTo(Math.ceil(m.along() / (0.01 * m.square() * m.square())));
      assertThat(asked(Map.of("test", "augmented", "theta", 5.0, "nu", 0.2), examples, w))
          .isEqualTo(Math.ceil(m.across() / (0.04 * m.square())));
    }
  }

  @Test
  void whereTheMeanGradientIsZeroAllExamplesAreAskedFor() {
    double[] mean = new double[SIZE];
    for (int i = 0; i < ROWS * SIZE; i++) {
      mean[i % SIZE] += targets(1).getDouble(i) / ROWS;
    }
    assertThat(asked(Map.of(), ROWS, mean)).isGreaterThan(1e17);
  }

  @Test
  void aTestThatAlwaysHoldsLeavesAdaGrad() {
    for (String name : List.of("adadagrad", "adadagrad-norm")) {
      Descent one = distances(Descent.optimizer(name, Map.of("eta", 1e9)), ROWS);
      Stepping.At at = one.run(one.begin(2, -1, 3), 25, 0.5, t -> targets(t));
      if (name.equals("adadagrad")) {
        Descent plain = distances(Descent.optimizer("adagrad", Map.of()), ROWS);
        assertThat(Descent.x(at))
            .containsExactly(
                Descent.x(plain.run(plain.begin(2, -1, 3), 25, 0.5, t -> targets(t))),
                within(1e-13));
      }
      assertThat(
              one.stepping()
                  .step(at, List.of(targets(3)), 25, 0.5, 1)
                  .report()
                  .get("required_batch")
                  .getDouble(0))
          .isEqualTo(1);
    }
  }

  /** {@code s += |g|^2; w -= rate g / sqrt(s)}, g the mean over the first rows. */
  @Test
  void atAConstantBatchTheNormVariantIsAdaGradNorm() {
    double[] w = {2, -1, 3};
    double sum = 0;
    Descent descent =
        distances(Descent.optimizer("adadagrad-norm", Map.of("eta", 1e9, "epsilon", 0.0)), 7);
    Stepping.At at = descent.run(descent.begin(w), 20, 0.5, t -> targets(t));
    for (int t = 0; t < 20; t++) {
      double[] g = new double[SIZE];
      for (int i = 0; i < 7; i++) {
        for (int j = 0; j < SIZE; j++) {
          g[j] += (w[j] - targets(t).getDouble(i * SIZE + j)) / 7;
        }
      }
      sum += Moments.product(g, g);
      for (int j = 0; j < SIZE; j++) {
        w[j] -= 0.5 * g[j] / Math.sqrt(sum);
      }
    }
    assertThat(Descent.x(at)).containsExactly(w, within(1e-12));
  }

  private static final int POOL = 256;

  /**
   * The mean over so many steps of the expected gradient's square on the way; the first rows of a
   * pool of normal targets are the batch, and how many the last step asked for.
   */
  private static double meanSquare(int steps, boolean adaptive) {
    Optimizer optimizer = Descent.optimizer("adadagrad-norm", Map.of("eta", 0.5));
    Descent descent =
        Descent.asking(
            optimizer,
            SIZE,
            List.of(TensorType.of(DType.F64, POOL, SIZE), TensorType.of(DType.F64)),
            fed -> {
              Tensor targets = fed.getFirst();
              Tensor rows = targets.iota(TensorType.of(DType.I64, POOL), 0).to(DType.F64);
              Examples batch =
                  new Examples(
                      targets,
                      targets,
                      Optional.of(rows.lt(fed.get(1).broadcastLike(rows))),
                      Optional.of(fed.get(1)));
              return new BatchObjective(
                  distancesFrom(POOL).model(),
                  new Distance(),
                  batch,
                  Map.of(),
                  new Key(targets.constant(DType.I64, 0L)),
                  true);
            });
    Stepping.At at = descent.begin(0.5, -0.25, 0.4);
    double asked = 2;
    double sum = 0;
    for (int t = 0; t < steps; t++) {
      sum += Math.pow(Descent.length(Descent.x(at)), 2);
      Random random = new Random(100 + t);
      double[] noise = random.doubles((long) POOL * SIZE).map(u -> random.nextGaussian()).toArray();
      Stepping.Done done =
          descent
              .stepping()
              .step(
                  at,
                  List.of(NdArray.of(noise, POOL, SIZE), NdArray.scalar(DType.F64, asked)),
                  t,
                  1,
                  1);
      at = done.next();
      if (adaptive) {
        double required = done.report().get("required_batch").getDouble(0);
        asked = Math.min(POOL, Math.max(asked, required));
      }
    }
    return sum / steps;
  }

  /** One over the number of steps, where batches of two leave one over its root. */
  @Test
  void withGrowingBatchesTheMeanSquareFallsAsOneOverTheSteps() {
    double growing = Math.log(meanSquare(160, true) / meanSquare(20, true)) / Math.log(8);
    double constant = Math.log(meanSquare(160, false) / meanSquare(20, false)) / Math.log(8);
    assertThat(growing).isBetween(-1.05, -0.85);
    assertThat(constant).isBetween(-0.6, -0.3);
  }
}
