package dev.espalier.integration.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Optimizer;
import dev.espalier.plugins.optimizers.CoordinateClipping;
import dev.espalier.plugins.optimizers.DirectionalSharpness;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clipping of coordinates and the sharpness along steps (catalogue row OPT-20). */
final class CoordinateClippingTest {
  private static final double[] POINT = {1, -2, 0.5, 3, -0.25};

  private static Tensor bowl(Tensor x) {
    return x.constant(NdArray.of(new double[] {1, 2, 0.5, 3, 40}, 5)).mul(x.square()).sum().div(2);
  }

  private static double[] after(Optimizer optimizer, int steps, double rate) {
    Descent descent = Descent.on(optimizer, 5, CoordinateClippingTest::bowl);
    return Descent.x(descent.run(descent.begin(POINT), steps, rate));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adam", "lion", "beta-gd", "u-dog", "accelerated-sgd"})
  void aThresholdOutOfReachChangesNoOptimizer(String name) {
    Optimizer plain = Descent.optimizer(name, Map.of());
    assertThat(after(new CoordinateClipping(1e9, 1).of(plain), 5, 0.01))
        .containsExactly(after(plain, 5, 0.01), within(1e-14));
  }

  @Test
  void aSmallThresholdLeavesSigns() {
    double tau = 1e-9;
    Optimizer clipped = new CoordinateClipping(tau, 1).of(Descent.optimizer("sgd", Map.of()));
    double[] found = after(clipped, 1, 0.5);
    for (int i = 0; i < POINT.length; i++) {
      assertThat(POINT[i] - found[i]).isCloseTo(0.5 * tau * Math.signum(POINT[i]), within(1e-15));
    }
  }

  @Test
  void asATransformAndAsAWrapperItClipsAlike() {
    assertThat(after(Descent.optimizer("clipped-sgd", Map.of("threshold", 0.75)), 6, 0.1))
        .containsExactly(
            after(new CoordinateClipping(0.75, 1).of(Descent.optimizer("sgd", Map.of())), 6, 0.1),
            within(1e-14));
  }

  /** Gradients are 1, 4, 0.25, 9 and 10 in size; of five, two fifths are two. */
  @Test
  void theLargestShareBecomesAsLargeAsItsLeast() {
    double[] found = after(Descent.optimizer("clipped-sgd", Map.of("share", 0.4)), 1, 0.125);
    assertThat(found)
        .containsExactly(new double[] {0.875, -1.5, 0.46875, 1.875, 0.875}, within(1e-14));
  }

  /** A few eigenvalues of ten thousand among ones, and no rate that serves both. */
  @Test
  void withAFewHugeCoordinatesItGoesFurtherThanTheBestRateWithout() {
    int size = 50;
    double[] curvatures = Descent.filled(size, 1);
    curvatures[7] = 1e4;
    curvatures[31] = 1e4;
    double plain = best(Descent.optimizer("sgd", Map.of()), curvatures);
    double clipped = best(Descent.optimizer("clipped-sgd", Map.of("share", 0.1)), curvatures);
    assertThat(clipped).isLessThan(0.5 * plain);
  }

  private static double best(Optimizer optimizer, double[] curvatures) {
    double best = Double.POSITIVE_INFINITY;
    for (double rate = 1e-5; rate < 4; rate *= 2) {
      Descent descent =
          Descent.on(
              optimizer,
              curvatures.length,
              x -> x.constant(NdArray.of(curvatures, curvatures.length)).mul(x.square()).sum());
      double[] x =
          Descent.x(descent.run(descent.begin(Descent.filled(curvatures.length, 1)), 60, rate));
      double loss = 0;
      for (int i = 0; i < x.length; i++) {
        loss += curvatures[i] * x[i] * x[i];
      }
      best = Double.isNaN(loss) ? best : Math.min(best, loss);
    }
    return best;
  }

  @Test
  void directionalSharpnessIsThatOfTheDenseHessian() {
    int n = 6;
    double[] root = new SplittableRandom(9).doubles((long) n * n, -1, 1).toArray();
    Optimizer watched = new DirectionalSharpness(Descent.optimizer("adam", Map.of()));
    Descent descent =
        Descent.on(
            watched,
            n,
            x -> x.constant(NdArray.of(root, n, n)).matmul(x.reshape(n, 1)).square().sum().div(2));
    double[] start = {1, -1, 2, 0.5, -0.25, 3};
    var begun = descent.begin(start);
    var done = descent.stepping().step(begun, List.of(), 0, 0.1, 1);
    double[] moved = Descent.x(done.next());
    double[] v = new double[n];
    Arrays.setAll(v, i -> start[i] - moved[i]);
    double bent = 0;
    for (int i = 0; i < n; i++) {
      double product = 0;
      for (int j = 0; j < n; j++) {
        product += root[i * n + j] * v[j];
      }
      bent += product * product;
    }
    assertThat(done.report().get("sharpness").getDouble(0))
        .isCloseTo(bent / Math.pow(Descent.length(v), 2), within(1e-6));
  }
}
