package dev.espalier.integration.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.problem.Stepping;
import dev.espalier.plugins.optimizers.PolyakModel;
import dev.espalier.plugins.optimizers.Preconditioner;
import dev.espalier.plugins.optimizers.Sania;
import dev.espalier.plugins.optimizers.SaniaNewton;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SANIA and SPS (catalogue row OPT-22). */
final class ScaleInvarianceTest {
  private static final int EXAMPLES = 60;
  private static final int SIZE = 5;

  /** Logistic regression that weights fit, each feature in a unit of its own. */
  private static Descent logistic(Optimizer optimizer, double units) {
    SplittableRandom random = new SplittableRandom(8);
    double[] scales = random.doubles(SIZE, -1, 1).map(u -> Math.exp(units * u)).toArray();
    double[] features = new double[EXAMPLES * SIZE];
    double[] signs = new double[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      double logit = 0;
      double[] x = random.doubles(SIZE, -2, 2).toArray();
      for (int j = 0; j < SIZE; j++) {
        logit += x[j] * (j - 1.5);
        features[i * SIZE + j] = x[j] * scales[j];
      }
      signs[i] = Math.signum(logit);
    }
    return Descent.on(
        optimizer,
        SIZE,
        w -> {
          Tensor logits =
              w.constant(NdArray.of(features, EXAMPLES, SIZE))
                  .matmul(w.reshape(SIZE, 1))
                  .reshape(EXAMPLES);
          return logits.mul(w.constant(NdArray.of(signs, EXAMPLES))).neg().softplus().mean();
        });
  }

  private static double[] losses(Optimizer optimizer, double units, int steps, double rate) {
    Descent descent = logistic(optimizer, units);
    Stepping.At at = descent.begin(new double[SIZE]);
    double[] losses = new double[steps];
    for (int t = 0; t < steps; t++) {
      Stepping.Done done = descent.stepping().step(at, List.of(), t, rate, 3);
      losses[t] = done.loss().getDouble(0);
      at = done.next();
    }
    return losses;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sania-adagrad-sqr", "sania-adam-sqr"})
  void theUnitsOfFeaturesChangeNoLossOnTheWay(String name) {
    double[] plain = losses(Descent.optimizer(name, Map.of()), 0, 15, 1);
    double[] scaled = losses(Descent.optimizer(name, Map.of()), 3, 15, 1);
    assertThat(scaled).containsExactly(plain, within(1e-10));
    assertThat(plain[14]).isLessThan(0.5 * plain[0]);
  }

  @Test
  void theyChangeThoseOfAdam() {
    Optimizer adam = Descent.optimizer("adam", Map.of());
    double plain = losses(adam, 0, 15, 0.1)[14];
    assertThat(Math.abs(losses(adam, 3, 15, 0.1)[14] - plain)).isGreaterThan(0.01);
  }

  /** There the model's loss is the loss and its least is where it is 0: v is 1. */
  @ParameterizedTest
  @ValueSource(doubles = {0.01, 1, 250})
  void onAParabolaOfOneNumberTheFirstStepIsNewtons(double curvature) {
    Descent descent =
        Descent.on(
            Descent.optimizer("sania-hutchinson", Map.of()),
            1,
            x -> x.sub(3).square().mul(curvature / 2).sum());
    assertThat(Descent.x(descent.run(descent.begin(-7), 1, 1))[0]).isCloseTo(3, within(1e-12));
  }

  /** The nearer of the two points where the model of the loss is the least. */
  @Test
  void theStepEndsWhereTheModelIsTheLeastLoss() {
    double g = 2;
    double b = 0.5;
    double f = 3;
    Descent descent =
        Descent.on(
            Descent.optimizer("sania-hutchinson", Map.of("least", 1.0)),
            1,
            x -> x.mul(g).add(x.square().mul(b / 2)).add(f).sum());
    double d = Descent.x(descent.run(descent.begin(0), 1, 1))[0];
    assertThat(f + g * d + b * d * d / 2).isCloseTo(1, within(1e-12));
    assertThat(d).isBetween(-g / b, 0.0);
  }

  @Test
  void aModelThatFitsIsTrainedWithoutARate() {
    Map<String, Object> hutchinson = Map.of("beta2", 0.9, "least_curvature", 1e-12);
    assertThat(losses(Descent.optimizer("sania-hutchinson", hutchinson), 2, 200, 1)[199])
        .isLessThan(0.01);
    assertThat(losses(Descent.optimizer("sania-adam-sqr", Map.of()), 2, 200, 1)[199])
        .isLessThan(0.01);
    assertThat(losses(Descent.optimizer("sania-adagrad-sqr", Map.of()), 2, 200, 1)[199])
        .isLessThan(0.05);
    assertThat(losses(Descent.optimizer("sania-pcg", Map.of()), 2, 30, 1)[29]).isLessThan(1e-4);
    assertThat(losses(Descent.optimizer("sania-cubic", Map.of()), 2, 30, 1)[29]).isLessThan(1e-4);
  }

  private static final double[] BENDS = {4, 0.5, 2};
  private static final double[] BEGIN = {1, -3, 0.5};

  private static Tensor bowl(Tensor x) {
    return x.constant(NdArray.of(BENDS, 3)).mul(x.square()).sum().div(2).add(0.25);
  }

  /** {@code x -= (f - least) / |g|^2 g}. */
  @Test
  void withALinearModelAndNoMatrixItIsPolyaksStep() {
    double least = 0.25;
    double[] x = BEGIN.clone();
    for (int t = 0; t < 12; t++) {
      double f = 0.25;
      double square = 0;
      for (int i = 0; i < 3; i++) {
        f += BENDS[i] * x[i] * x[i] / 2;
        square += Math.pow(BENDS[i] * x[i], 2);
      }
      for (int i = 0; i < 3; i++) {
        x[i] -= (f - least) / square * BENDS[i] * x[i];
      }
    }
    for (Optimizer optimizer :
        List.of(
            new Sania(new Preconditioner.Identity(), new PolyakModel.Linear(1000), least),
            Descent.optimizer("sps", Map.of("least", least)))) {
      Descent descent = Descent.on(optimizer, 3, ScaleInvarianceTest::bowl);
      assertThat(Descent.x(descent.run(descent.begin(BEGIN), 12, 1)))
          .containsExactly(x, within(1e-12));
    }
  }

  @Test
  void whereTheLossIsFarAndTheGradientIsSmallPolyaksStepIsTheLongest() {
    Descent descent =
        Descent.on(
            Descent.optimizer("sps", Map.of("longest", 2.0)), 1, x -> x.mul(1e-3).add(9).sum());
    assertThat(Descent.x(descent.run(descent.begin(0), 1, 1))[0]).isCloseTo(-2e-3, within(1e-15));
  }

  /** The Hessian {@code R^T diag R} of a rotation, so that no coordinate is by itself. */
  private static Tensor quadratic(Tensor x, double... bends) {
    int n = bends.length;
    double[] matrix = new double[n * n];
    double[] normal = new SplittableRandom(5).doubles(n, -1, 1).toArray();
    double square = Math.pow(Descent.length(normal), 2);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        matrix[i * n + j] = (i == j ? 1 : 0) - 2 * normal[i] * normal[j] / square;
      }
    }
    Tensor turned = x.constant(NdArray.of(matrix, n, n)).matmul(x.reshape(n, 1)).reshape(n);
    return x.constant(NdArray.of(bends, n)).mul(turned.square()).sum().div(2);
  }

  /** There is no error in the model, and its least is the least loss: v is 1. */
  @ParameterizedTest
  @ValueSource(strings = {"sania-pcg", "sania-cubic"})
  void onAQuadraticTheFirstStepEndsInTheMinimum(String name) {
    Map<String, Object> exact =
        name.equals("sania-pcg") ? Map.of("tolerance", 1e-14, "iterations", 8) : Map.of();
    Descent descent =
        Descent.on(Descent.optimizer(name, exact), 4, x -> quadratic(x.sub(3), 100, 7, 0.5, 0.01));
    // Where the least is met from above by no more than rounding, a root of it is left.
    assertThat(Descent.x(descent.run(descent.begin(1, -2, 4, 0), 1, 1)))
        .containsExactly(Descent.filled(4, 3), within(1e-5));
  }

  /** What rounding leaves of the gradient lies along directions in which the loss is flat. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-30})
  void conjugateGradientsThatGoOnAfterTheEndKeepTheSolution(double tolerance) {
    Optimizer optimizer = new SaniaNewton(new Preconditioner.Identity(), 0, tolerance, 40, 0.75, 5);
    for (double[] bends : new double[][] {{100, 7, 0, 0}, {100, 7, 0.5, 0}, {1, 1, 1, 0}}) {
      Descent descent = Descent.on(optimizer, 4, x -> quadratic(x.sub(3), bends));
      Optimizer ended = new SaniaNewton(new Preconditioner.Identity(), 0, 1e-10, 40, 0.75, 5);
      Descent wanted = Descent.on(ended, 4, x -> quadratic(x.sub(3), bends));
      assertThat(Descent.x(descent.run(descent.begin(1, -2, 4, 0), 1, 1)))
          .containsExactly(Descent.x(wanted.run(wanted.begin(1, -2, 4, 0), 1, 1)), within(1e-5));
    }
  }

  @Test
  void theUnitsOfFeaturesChangeNoLossOfConjugateGradientsThatGoToTheEnd() {
    Map<String, Object> exact = Map.of("tolerance", 1e-12, "iterations", 30);
    double[] plain = losses(Descent.optimizer("sania-pcg", exact), 0, 8, 1);
    double[] scaled = losses(Descent.optimizer("sania-pcg", exact), 3, 8, 1);
    assertThat(scaled).containsExactly(plain, within(1e-8));
    assertThat(plain[7]).isLessThan(0.05 * plain[0]);
  }

  /** The first direction g is bent down: {@code s = (1 - mix) g}, as long as the loss over it. */
  @Test
  void whereTheLossBendsDownTheDirectionIsTakenAsFarAsItIsOverTheLeast() {
    Optimizer optimizer = new SaniaNewton(new Preconditioner.Identity(), -1, 1e-6, 10, 0.75, 5);
    Descent descent = Descent.on(optimizer, 2, x -> quadratic(x, -4, -1).add(40));
    double[] begin = {1, 2};
    double[] end = Descent.x(descent.run(descent.begin(begin), 1, 1));
    double[] gradient = new double[2];
    double eps = 1e-4;
    double f = value(begin);
    for (int i = 0; i < 2; i++) {
      double[] near = begin.clone();
      near[i] += eps;
      double[] back = begin.clone();
      back[i] -= eps;
      gradient[i] = (value(near) - value(back)) / (2 * eps);
    }
    double[] s = {0.25 * gradient[0], 0.25 * gradient[1]};
    double bend = value(s) * 2;
    double length = Math.min(Math.abs((f + 40 + 1) / bend), 5);
    assertThat(length).isLessThan(5);
    assertThat(end)
        .containsExactly(
            new double[] {begin[0] - length * s[0], begin[1] - length * s[1]}, within(1e-7));
  }

  /** {@code x^T H x / 2} of the Hessian above with -4 and -1. */
  private static double value(double... x) {
    double[] normal = new SplittableRandom(5).doubles(2, -1, 1).toArray();
    double square = Math.pow(Descent.length(normal), 2);
    double along = (normal[0] * x[0] + normal[1] * x[1]) / square;
    double[] turned = {x[0] - 2 * along * normal[0], x[1] - 2 * along * normal[1]};
    return -2 * turned[0] * turned[0] - turned[1] * turned[1] / 2;
  }

  /** Where f is the loss at 0, g its slope and the bends are those of the Hessian. */
  private static double[] cubicStep(double least, double[] bends, double[] g, double f) {
    Descent descent =
        Descent.on(
            Descent.optimizer("sania-cubic", Map.of("least", least)),
            g.length,
            x ->
                x.constant(NdArray.of(bends, g.length))
                    .mul(x.square())
                    .div(2)
                    .add(x.constant(NdArray.of(g, g.length)).mul(x))
                    .sum()
                    .add(f));
    return Descent.x(descent.run(descent.begin(new double[g.length]), 1, 1));
  }

  private static double model(double[] bends, double[] g, double f, double[] d) {
    double sum = f;
    for (int i = 0; i < d.length; i++) {
      sum += g[i] * d[i] + bends[i] * d[i] * d[i] / 2;
    }
    return sum;
  }

  /** No point in any of a thousand directions where the model is as little is nearer. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theCubicStepEndsInTheNearestPointWhereTheModelIsTheLeastLoss(boolean bendsDown) {
    double[] bends = bendsDown ? new double[] {3, 0.5, -2, 0} : new double[] {3, 0.5, 8, 0.25};
    double[] g = {1, -2, 0.5, 0.25};
    double f = 2;
    double least = bendsDown ? -30 : 0.5;
    double[] d = cubicStep(least, bends, g, f);
    assertThat(model(bends, g, f, d)).isCloseTo(least, within(1e-9));
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 1000; i++) {
      double[] u = random.doubles(4, -1, 1).toArray();
      double scale = 0.999 * Descent.length(d) / Descent.length(u);
      double[] nearer = {scale * u[0], scale * u[1], scale * u[2], scale * u[3]};
      assertThat(model(bends, g, f, nearer)).isGreaterThan(least);
    }
    // Near it the model does reach as far, so that the thousand are no easy test.
    double[] beyond = {1.01 * d[0], 1.01 * d[1], 1.01 * d[2], 1.01 * d[3]};
    assertThat(model(bends, g, f, beyond)).isLessThan(least);
  }

  private static double[] times(double factor, double... x) {
    return Arrays.stream(x).map(element -> factor * element).toArray();
  }

  /** Only the loss has the unit, and the step is as long in any. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-12, 1e12})
  void theUnitOfTheLossChangesNoCubicStep(double unit) {
    double[] g = {1, -2, 0.5, 0.25};
    for (double[] bends : List.of(new double[] {3, 0.5, -2, 0}, new double[] {3, 0.5, 8, 0.25})) {
      double[] step = cubicStep(0.5, bends, g, 2);
      assertThat(cubicStep(0.5 * unit, times(unit, bends), times(unit, g), 2 * unit))
          .containsExactly(step, within(1e-10));
    }
  }

  /** A step that is short beside that of Newton ends where the model is the least loss too. */
  @Test
  void howeverSteepTheLossIsTheCubicStepIsNotLost() {
    double[] bends = times(1e12, 3, 0.5, 8, 0.25);
    double[] g = times(1e12, 1, -2, 0.5, 0.25);
    double[] d = cubicStep(0.5, bends, g, 2);
    assertThat(model(bends, g, 2, d)).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void whereTheModelStaysAboveTheLeastLossTheCubicStepIsNewtons() {
    double[] d = cubicStep(0, new double[] {4, 0.5}, new double[] {2, -1}, 100);
    assertThat(d).containsExactly(new double[] {-0.5, 2}, within(1e-11));
  }
}
