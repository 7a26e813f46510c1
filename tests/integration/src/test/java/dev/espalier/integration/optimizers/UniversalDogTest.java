package dev.espalier.integration.optimizers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.problem.Stepping;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** U-DoG (catalogue row OPT-24). */
final class UniversalDogTest {
  private static final int SIZE = 300;

  /**
   * {@code sum lambda_i x_i^2 / 2} from a start of length 1, with so many small eigenvalues that
   * gradient descent makes it no smaller than one over the number of steps to the power 7/6.
   */
  private static double[] eigenvalues() {
    double[] eigenvalues = new double[SIZE];
    Arrays.setAll(eigenvalues, i -> Math.pow((i + 1.0) / SIZE, 6));
    return eigenvalues;
  }

  private static double gap(Optimizer optimizer, int steps, double rate) {
    Descent descent =
        Descent.on(
            optimizer,
            SIZE,
            x -> x.constant(NdArray.of(eigenvalues(), SIZE)).mul(x.square()).sum().div(2));
    Stepping.At at =
        descent.run(descent.begin(Descent.filled(SIZE, 1 / Math.sqrt(SIZE))), steps, rate);
    double[] x = descent.shipped(at);
    double gap = 0;
    for (int i = 0; i < SIZE; i++) {
      gap += eigenvalues()[i] * x[i] * x[i] / 2;
    }
    return gap;
  }

  private static double slope(Optimizer optimizer, double rate) {
    return Math.log(gap(optimizer, 256, rate) / gap(optimizer, 64, rate)) / Math.log(4);
  }

  @Test
  void onASmoothConvexFunctionTheGapFallsWithTheSquareOfTheSteps() {
    Optimizer dog = Descent.optimizer("u-dog", Map.of("reach", 0.01));
    assertThat(slope(dog, 1)).isLessThan(-1.8);
    assertThat(slope(Descent.optimizer("sgd", Map.of()), 1)).isBetween(-1.3, -0.9);
  }

  private static double gapAt(
      Optimizer optimizer, UnaryOperator<Tensor> loss, int steps, double from) {
    Descent descent = Descent.on(optimizer, 1, x -> loss.apply(x).sum());
    return Math.abs(descent.shipped(descent.run(descent.begin(from), steps, 1))[0]);
  }

  @Test
  void onANonSmoothFunctionItFallsAtLeastWithTheirRoot() {
    Optimizer dog = Descent.optimizer("u-dog", Map.of("reach", 1e-3));
    double early = gapAt(dog, Tensor::abs, 100, 1);
    double late = gapAt(dog, Tensor::abs, 1600, 1);
    assertThat(Math.log(late / early) / Math.log(16)).isLessThan(-0.45);
  }

  @Test
  void theFirstDistanceHardlyMatters() {
    double near = gap(Descent.optimizer("u-dog", Map.of("reach", 1e-2)), 256, 1);
    for (double reach : new double[] {1e-8, 1e-5, 1e-1}) {
      assertThat(gap(Descent.optimizer("u-dog", Map.of("reach", reach)), 256, 1))
          .isLessThan(10 * near);
    }
  }
}
