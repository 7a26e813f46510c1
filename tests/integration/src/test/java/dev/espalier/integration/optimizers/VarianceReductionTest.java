package dev.espalier.integration.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.problem.Stepping;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Normalised SPIDER, beta-normalised descent and MARS (catalogue rows OPT-01 and OPT-26). */
final class VarianceReductionTest {
  private static final int EXAMPLES = 96;
  private static final int SIZE = 4;
  private static final int MOST_STEPS = 10_000;
  private static final double[] FEATURES =
      new SplittableRandom(3).doubles((long) EXAMPLES * SIZE, -2, 2).toArray();
  private static final double[] TARGETS =
      new SplittableRandom(4).doubles(EXAMPLES, -1, 1).toArray();

  /** {@code sum_i weight_i (x_i . w - y_i)^2 / 2}: a batch is a choice of weights. */
  private static Descent leastSquares(Optimizer optimizer) {
    return Descent.on(
        optimizer,
        SIZE,
        List.of(TensorType.of(DType.F64, EXAMPLES)),
        (w, feeds) -> {
          Tensor features = w.constant(NdArray.of(FEATURES, EXAMPLES, SIZE));
          Tensor apart =
              features
                  .matmul(w.reshape(SIZE, 1))
                  .reshape(EXAMPLES)
                  .sub(w.constant(NdArray.of(TARGETS, EXAMPLES)));
          return feeds.getFirst().mul(apart.square()).sum().div(2);
        });
  }

  /** The mean's gradient over a batch. */
  private static double[] gradient(double[] w, NdArray weights) {
    double[] gradient = new double[SIZE];
    for (int i = 0; i < EXAMPLES; i++) {
      double apart = -TARGETS[i];
      for (int j = 0; j < SIZE; j++) {
        apart += FEATURES[i * SIZE + j] * w[j];
      }
      for (int j = 0; j < SIZE; j++) {
        gradient[j] += weights.getDouble(i) * apart * FEATURES[i * SIZE + j];
      }
    }
    return gradient;
  }

  private static NdArray all() {
    return NdArray.of(Descent.filled(EXAMPLES, 1.0 / EXAMPLES), EXAMPLES);
  }

  private static NdArray batch(int step, int size) {
    SplittableRandom random = new SplittableRandom(1000 + step);
    double[] weights = new double[EXAMPLES];
    for (int i = 0; i < size; i++) {
      weights[random.nextInt(EXAMPLES)] += 1.0 / size;
    }
    return NdArray.of(weights, EXAMPLES);
  }

  private static double[] state(Stepping.At at, String name) {
    return at.state().get(name).toDoubles();
  }

  private static double distance(double[] a, double[] b) {
    double[] apart = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      apart[i] = a[i] - b[i];
    }
    return Descent.length(apart);
  }

  @Test
  void onTheFullBatchSpidersEstimateStaysTheGradient() {
    Descent descent = leastSquares(Descent.optimizer("normalized-spider", Map.of("period", 1000)));
    Stepping.At at = descent.begin(1, -1, 2, 0.5);
    for (int t = 0; t < 40; t++) {
      double[] exact = gradient(Descent.x(at), all());
      at = descent.stepping().step(at, List.of(all()), t, 0.01, 1).next();
      assertThat(state(at, "estimate/x")).containsExactly(exact, within(1e-12));
    }
  }

  /**
   * Steps of a length e on 16 examples with all of them every 16 steps, against the same steps
   * along the gradient of 16 examples alone: near the minimum only the first know where it is.
   */
  @Test
  void spiderStaysNearerThanItsSmallBatchesAlone() {
    for (double rate : new double[] {0.02, 0.01}) {
      Descent spider = leastSquares(Descent.optimizer("normalized-spider", Map.of("period", 16)));
      Descent alone = leastSquares(Descent.optimizer("beta-gd", Map.of()));
      double found = late(spider, rate, t -> t % 16 == 0 ? all() : batch(t, 16));
      assertThat(found).isLessThan(3 * rate);
      assertThat(found).isLessThan(0.6 * late(alone, rate, t -> batch(t, 16)));
    }
  }

  /** The mean length of the gradient where the last steps begin. */
  private static double late(Descent descent, double rate, IntFunction<NdArray> batches) {
    int before = (int) Math.round(4 / rate);
    Stepping.At at = descent.run(descent.begin(1, -1, 2, 0.5), before, rate, batches);
    double sum = 0;
    for (int t = before; t < before + 96; t++) {
      sum += Descent.length(gradient(Descent.x(at), all()));
      at = descent.stepping().step(at, List.of(batches.apply(t)), t, rate, 1).next();
    }
    return sum / 96;
  }

  /** How many gradients of single examples it takes until the whole one is of the accuracy. */
  private static long singleGradients(boolean spider, double accuracy) {
    int period = spider ? (int) Math.round(1 / accuracy) : 1;
    int large = (int) Math.round(4 / (accuracy * accuracy));
    int small = (int) Math.round(4 / accuracy);
    Descent descent =
        leastSquares(Descent.optimizer("normalized-spider", Map.of("period", period)));
    Stepping.At at = descent.begin(1, -1, 2, 0.5);
    long count = 0;
    for (int t = 0; Descent.length(gradient(Descent.x(at), all())) > accuracy; t++) {
      assertThat(t).as("steps without an end").isLessThan(MOST_STEPS);
      boolean anew = t % period == 0;
      NdArray batch = batch(t, anew ? large : small);
      at = descent.stepping().step(at, List.of(batch), t, accuracy / 4, 1).next();
      count += anew ? large : 2L * small;
    }
    return count;
  }

  /**
   * With rate, period and batches of the theory, steps are of one over the accuracy, and gradients
   * of its square; with a large batch in every step they are of its third power.
   */
  @Test
  void spiderNeedsFewerSingleGradientsByAPowerOfTheAccuracy() {
    double coarse = 0.2;
    double fine = 0.02;
    double spider =
        Math.log10((double) singleGradients(true, fine) / singleGradients(true, coarse));
    double large =
        Math.log10((double) singleGradients(false, fine) / singleGradients(false, coarse));
    assertThat(spider).isBetween(1.6, 2.3);
    assertThat(large).isBetween(2.6, 3.3);
  }

  /**
   * {@code -log(1 + x)} and {@code +-4 sin(x + phase)}, which cancel in the mean: the slope is one
   * over 1 + x, so that an accuracy e is a way of 1/e, and of steps of a length e the number is
   * 1/e^2. Differences of gradients at points that are e apart have errors of e.
   */
  private static Descent slope(int period) {
    double[] phases = new double[EXAMPLES];
    double[] signs = new double[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      phases[i] = 0.35 * (i - i % 2);
      signs[i] = i % 2 == 0 ? 4 : -4;
    }
    return Descent.on(
        Descent.optimizer("normalized-spider", Map.of("period", period)),
        1,
        List.of(TensorType.of(DType.F64, EXAMPLES)),
        (x, feeds) ->
            x.sum()
                .broadcast(Shape.of(EXAMPLES))
                .add(x.constant(NdArray.of(phases, EXAMPLES)))
                .sin()
                .mul(x.constant(NdArray.of(signs, EXAMPLES)))
                .mul(feeds.getFirst())
                .sum()
                .sub(x.add(1).log().sum()));
  }

  private static long gradientsUntil(boolean spider, double accuracy) {
    int period = spider ? (int) Math.round(1 / accuracy) : 1;
    int large = (int) Math.round(64 / (accuracy * accuracy));
    int small = (int) Math.round(64 / accuracy);
    Descent descent = slope(period);
    Stepping.At at = descent.begin(0);
    long count = 0;
    for (int t = 0; 1 / (1 + Descent.x(at)[0]) > accuracy; t++) {
      assertThat(t).as("steps without an end").isLessThan(MOST_STEPS);
      boolean anew = t % period == 0;
      NdArray batch = batch(t, anew ? large : small);
      at = descent.stepping().step(at, List.of(batch), t, accuracy, 1).next();
      count += anew ? large : 2L * small;
    }
    return count;
  }

  @Test
  void ofSingleGradientsSpiderNeedsTheThirdPowerOfTheAccuracyAndLargeBatchesTheFourth() {
    double steps = Math.log(3);
    double spider =
        Math.log((double) gradientsUntil(true, 0.1 / 3) / gradientsUntil(true, 0.1)) / steps;
    double large =
        Math.log((double) gradientsUntil(false, 0.1 / 3) / gradientsUntil(false, 0.1)) / steps;
    assertThat(spider).isBetween(2.7, 3.3);
    assertThat(large).isBetween(3.7, 4.3);
  }

  /** With steps of one over the root of their number; the best point of a run counts. */
  private static double leastGradient(boolean quartic, int steps, double[] from) {
    UnaryOperator<Tensor> loss =
        quartic ? x -> x.square().square().div(4) : x -> x.exp().add(x.neg().exp());
    Descent descent =
        Descent.on(
            Descent.optimizer("beta-gd", Map.of("beta", quartic ? 2.0 / 3 : 1.0)),
            3,
            x -> loss.apply(x).sum());
    Stepping.At at = descent.begin(from);
    double least = Double.POSITIVE_INFINITY;
    for (int t = 0; t < steps; t++) {
      double[] x = Descent.x(at);
      double[] g = new double[3];
      for (int i = 0; i < 3; i++) {
        g[i] = quartic ? Math.pow(x[i], 3) : 2 * Math.sinh(x[i]);
      }
      least = Math.min(least, Descent.length(g));
      at = descent.run(at, 1, (quartic ? 2 : 20) / Math.sqrt(steps));
    }
    return least;
  }

  /** A constant over the root, for numbers that are 64 times apart; some runs are luckier. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theLeastGradientIsAtMostOfOneOverTheRootOfTheSteps(boolean quartic) {
    SplittableRandom random = new SplittableRandom(7);
    for (int steps : new int[] {64, 256, 1024, 4096}) {
      double[] from = random.doubles(3, 5, 10).toArray();
      assertThat(leastGradient(quartic, steps, from)).isLessThan(30 / Math.sqrt(steps));
    }
  }

  private static double least(
      Optimizer optimizer, UnaryOperator<Tensor> loss, int steps, double r) {
    Descent descent = Descent.on(optimizer, 3, x -> loss.apply(x).sum());
    Stepping.At at = descent.run(descent.begin(10, 10, 10), steps, r);
    return Descent.x(at)[0];
  }

  @ParameterizedTest
  @ValueSource(strings = {"quartic", "hyperbolic"})
  void gradientDescentDivergesWhereNormalisedDescentConverges(String name) {
    boolean quartic = name.equals("quartic");
    // Smoothness grows as the gradient to the power 2/3, or 1.
    double beta = quartic ? 2.0 / 3 : 1;
    UnaryOperator<Tensor> loss =
        quartic ? x -> x.square().square().div(4) : x -> x.exp().add(x.neg().exp());
    double rate = 0.05;
    Optimizer plain = Descent.optimizer("beta-gd", Map.of("beta", 0.0));
    assertThat(Math.abs(least(plain, loss, 60, rate)) < 1e10).isFalse();
    Optimizer normalised = Descent.optimizer("beta-gd", Map.of("beta", beta));
    double early = Math.abs(least(normalised, loss, 100, rate));
    double late = Math.abs(least(normalised, loss, 400, rate));
    // At least as fast as one over the root of the number of steps, to the length of a step.
    assertThat(late).isLessThan(Math.max(early / 2, quartic ? 0 : rate));
  }

  @Test
  void withoutCorrectionMarsIsAdamWAndLionOfOneDecay() {
    Map<String, Object> none = Map.of("gamma", 0.0, "clip", false, "weight_decay", 0.1);
    Map<String, Object> adam = Map.of("beta1", 0.95, "beta2", 0.99, "weight_decay", 0.1);
    Map<String, Object> lion = Map.of("beta1", 0.95, "beta2", 0.95, "weight_decay", 0.1);
    for (boolean exact : new boolean[] {false, true}) {
      Map<String, Object> mars = new HashMap<>(none);
      mars.put("exact", exact);
      assertThat(path("mars-adamw", mars)).containsExactly(path("adamw", adam), within(1e-14));
      assertThat(path("mars-lion", mars)).containsExactly(path("lion", lion), within(1e-14));
    }
  }

  private static double[] path(String name, Map<String, Object> params) {
    Descent descent = leastSquares(Descent.optimizer(name, params));
    return Descent.x(descent.run(descent.begin(1, -1, 2, 0.5), 30, 0.05, t -> batch(t, 8)));
  }

  /** {@code m = g + beta (m - h)}, g and h this batch's gradients here and at the step before. */
  @Test
  void withTheWholeCorrectionTheExactMeanIsStorms() {
    double beta = 0.75;
    Descent descent =
        leastSquares(
            Descent.optimizer(
                "mars-adamw", Map.of("gamma", 1.0, "clip", false, "exact", true, "beta1", beta)));
    Stepping.At at = descent.begin(1, -1, 2, 0.5);
    double[] before = Descent.x(at);
    double[] m = new double[SIZE];
    for (int t = 0; t < 30; t++) {
      double[] here = Descent.x(at);
      double[] g = gradient(here, batch(t, 8));
      double[] h = gradient(before, batch(t, 8));
      for (int j = 0; j < SIZE; j++) {
        // Adam's mean begins at 0, where STORM's begins with the first gradient.
        m[j] = t == 0 ? (1 - beta) * g[j] : g[j] + beta * (m[j] - h[j]);
      }
      at = descent.stepping().step(at, List.of(batch(t, 8)), t, 0.02, 1).next();
      assertThat(state(at, "optimizer/mean/x")).containsExactly(m, within(1e-12));
      before = here;
    }
  }

  @Test
  void theExactMeanIsNearerToTheGradientThanThatOfMomentum() {
    double momentum = meanError(0, true);
    assertThat(meanError(1, true)).isLessThan(0.1 * momentum);
    // Approximately it is not: two batches differ by more than two points.
    assertThat(meanError(1, false)).isGreaterThan(momentum);
  }

  private static double meanError(double gamma, boolean exact) {
    Descent descent =
        leastSquares(
            Descent.optimizer(
                "mars-adamw",
                Map.of("gamma", gamma, "clip", false, "exact", exact, "beta1", 0.98)));
    Stepping.At at = descent.begin(1, -1, 2, 0.5);
    double sum = 0;
    for (int t = 0; t < 500; t++) {
      double[] here = Descent.x(at);
      at = descent.stepping().step(at, List.of(batch(t, 4)), t, 0.005, 1).next();
      if (t >= 250) {
        sum += Math.pow(distance(state(at, "optimizer/mean/x"), gradient(here, all())), 2);
      }
    }
    return sum;
  }
}
