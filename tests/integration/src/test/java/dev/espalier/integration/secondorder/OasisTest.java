package dev.espalier.integration.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.conformance.problem.Stepping;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** OASIS (catalogue row SO-11), with the rate 1 of the paper. */
final class OasisTest {
  private static final int EXAMPLES = 80;
  private static final int FEATURES = 5;

  private static Descent oasis(int size, UnaryOperator<Tensor> loss, Map<String, ?> settings) {
    return Descent.on(Descent.optimizer("oasis", settings), size, loss);
  }

  private static double eta(Stepping.At at) {
    return at.state().get("eta").getDouble(0);
  }

  /** Mean logistic loss of noisy labels, each feature in a unit of its own: strictly convex. */
  private static UnaryOperator<Tensor> logistic(double units) {
    SplittableRandom random = new SplittableRandom(8);
    double[] scales = random.doubles(FEATURES, -1, 1).map(u -> Math.exp(units * u)).toArray();
    double[] features = new double[EXAMPLES * FEATURES];
    double[] signs = new double[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      double logit = 0;
      double[] x = random.doubles(FEATURES, -2, 2).toArray();
      for (int j = 0; j < FEATURES; j++) {
        logit += x[j] * (j - 1.5);
        features[i * FEATURES + j] = x[j] * scales[j];
      }
      signs[i] = random.nextDouble() < 1 / (1 + Math.exp(-logit)) ? 1 : -1;
    }
    return w -> {
      Tensor logits =
          w.constant(NdArray.of(features, EXAMPLES, FEATURES))
              .matmul(w.reshape(FEATURES, 1))
              .reshape(EXAMPLES);
      return logits.mul(w.constant(NdArray.of(signs, EXAMPLES))).neg().softplus().mean();
    };
  }

  @Test
  void withTheIdentityItIsTheAdaptiveGradientDescentOfMalitskyAndMishchenko() {
    int n = 4;
    double[][] factor = Dense.random(1, n, n);
    double[][] h = Dense.times(factor, Dense.transposed(factor));
    h = Dense.plus(Dense.identity(n, 0), 0.2, h);
    // Every estimate is below the least curvature, so that the scale is the identity.
    for (double[] row : h) {
      double sum = 0;
      for (double element : row) {
        sum += Math.abs(element);
      }
      assertThat(sum).isLessThan(1);
    }
    Descent descent = oasis(n, Descent.quadratic(h), Map.of("least", 1, "initial_rate", 1e-3));
    List<Stepping.At> found = descent.path(Descent.ones(n), 40, 1, 3);
    double[] x = Descent.ones(n);
    double[] before = x;
    double rate = 1e-3;
    double ratio = Double.POSITIVE_INFINITY;
    boolean grown = false;
    boolean local = false;
    for (int t = 0; t < 40; t++) {
      double[] g = Dense.times(h, x);
      if (t > 0) {
        double[] moved = new double[n];
        for (int i = 0; i < n; i++) {
          moved[i] = x[i] - before[i];
        }
        double[] change = Dense.times(h, moved);
        double curve = Math.sqrt(Dense.dot(moved, moved) / Dense.dot(change, change)) / 2;
        double growth = Math.sqrt(1 + ratio) * rate;
        grown |= growth < curve;
        local |= curve < growth;
        double next = Math.min(growth, curve);
        ratio = next / rate;
        rate = next;
      }
      before = x.clone();
      for (int i = 0; i < n; i++) {
        x[i] -= rate * g[i];
      }
      double[] at = Descent.x(found.get(t + 1));
      for (int i = 0; i < n; i++) {
        assertThat(at[i]).as("step " + t).isCloseTo(x[i], within(1e-10));
      }
    }
    assertThat(grown && local).as("both terms count").isTrue();
  }

  @Test
  void onADiagonalQuadraticAllAxesShrinkAlike() {
    double[] curvatures = {0.01, 1, 30, 1e4};
    double[] start = {1, -2, 3, -4};
    Descent descent =
        oasis(
            4,
            Descent.quadratic(Dense.diagonal(curvatures)),
            Map.of("least", 1e-6, "initial_rate", 0.1));
    List<Stepping.At> path = descent.path(start, 60, 1, 3);
    for (Stepping.At at : path) {
      for (int i = 1; i < 4; i++) {
        double share = Descent.x(at)[i] / start[i];
        assertThat(share).isCloseTo(Descent.x(at)[0] / start[0], within(1e-10));
      }
    }
    // With the inverse Hessian the local rate is 1/2: from the second step on, each halves.
    assertThat(Descent.x(path.get(60))[0]).isCloseTo(0.9 * Math.pow(0.5, 59), within(1e-25));
  }

  @Test
  void theRateGrowsNoFasterThanItsBoundAndMeetsIt() {
    Descent descent = oasis(FEATURES, logistic(1), Map.of("initial_rate", 1e-4));
    List<Stepping.At> path = descent.path(new double[FEATURES], 60, 1, 3);
    boolean met = false;
    for (int t = 3; t < path.size(); t++) {
      double ratio = eta(path.get(t - 1)) / eta(path.get(t - 2));
      double bound = Math.sqrt(1 + ratio) * eta(path.get(t - 1));
      assertThat(eta(path.get(t))).as("step " + t).isLessThanOrEqualTo(bound * (1 + 1e-12));
      met |= eta(path.get(t)) > bound * (1 - 1e-12);
    }
    assertThat(met).isTrue();
  }

  /** The least loss, of a run long after the others are done. */
  private static double least(UnaryOperator<Tensor> loss) {
    double[] losses = oasis(FEATURES, loss, Map.of()).losses(new double[FEATURES], 400, 1, 11);
    return losses[losses.length - 1];
  }

  private static int steps(Descent descent, double rate, double wanted) {
    return Descent.stepsTo(descent.losses(new double[FEATURES], 300, rate, 3), wanted);
  }

  @Test
  void withoutARateItIsAtALogisticRegressionsLeastLossBeforeSgdAtItsBestRate() {
    for (double units : new double[] {0.5, 1}) {
      UnaryOperator<Tensor> loss = logistic(units);
      double wanted = least(loss) + 1e-6;
      int ours = steps(oasis(FEATURES, loss, Map.of()), 1, wanted);
      Descent sgd = Descent.on(Descent.optimizer("sgd", Map.of()), FEATURES, loss);
      int best = Integer.MAX_VALUE;
      for (int power = -4; power <= 5; power++) {
        best = Math.min(best, steps(sgd, Math.pow(2, power), wanted));
      }
      assertThat(ours).as("units " + units + ", sgd takes " + best).isLessThan(best);
    }
  }

  @Test
  void neitherUnitsNorTheFirstRateChangeMuch() {
    for (double units : new double[] {0, 1, 2, 3}) {
      UnaryOperator<Tensor> loss = logistic(units);
      double wanted = least(loss) + 1e-6;
      int[] taken = new int[3];
      for (int i = 0; i < 3; i++) {
        Map<String, ?> settings = Map.of("initial_rate", Math.pow(100, i - 3));
        taken[i] = steps(oasis(FEATURES, loss, settings), 1, wanted);
        assertThat(taken[i]).as("units " + units).isLessThan(100);
      }
      assertThat(Math.abs(taken[0] - taken[1])).isLessThan(10);
      assertThat(Math.abs(taken[2] - taken[1])).isLessThan(10);
    }
  }
}
