package dev.espalier.integration.optimizers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.problem.Stepping;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** U-DoG (catalogue row OPT-24). */
final class UniversalDogTest {
  private static final int SIZE = 300;

  /**
   * The function of Y. Nesterov that no method of gradients makes small faster than one over the
   * square of the number of steps: {@code (x_1^2 + sum (x_i - x_{i+1})^2 + x_n^2) / 8 - x_1 / 4},
   * 1-smooth; its least value is {@code (1 / (n + 1) - 1) / 8}.
   */
  private static Tensor worst(Tensor x) {
    Tensor first = x.at(0, 0);
    Tensor last = x.at(0, SIZE - 1);
    Tensor apart = x.slice(0, 0, SIZE - 1).sub(x.slice(0, 1, SIZE));
    return first
        .square()
        .add(last.square())
        .add(apart.square().sum())
        .div(8)
        .sub(first.div(4));
  }

  private static double gap(Optimizer optimizer, int steps, double rate) {
    Descent descent = Descent.on(optimizer, SIZE, UniversalDogTest::worst);
    Stepping.At at = descent.run(descent.begin(new double[SIZE]), steps, rate);
    double[] x = descent.shipped(at);
    double sum = x[0] * x[0] + x[SIZE - 1] * x[SIZE - 1];
    for (int i = 0; i + 1 < SIZE; i++) {
      sum += Math.pow(x[i] - x[i + 1], 2);
    }
    return sum / 8 - x[0] / 4 - (1.0 / (SIZE + 1) - 1) / 8;
  }

  private static double slope(Optimizer optimizer, double rate) {
    return Math.log(gap(optimizer, 256, rate) / gap(optimizer, 64, rate)) / Math.log(4);
  }

  @Test
  void onASmoothConvexFunctionTheGapFallsWithTheSquareOfTheSteps() {
    Optimizer dog = Descent.optimizer("u-dog", Map.of("reach", 0.01));
    System.out.println("SLOPE " + slope(dog, 1) + " " + slope(Descent.optimizer("sgd", Map.of()), 1));
    assertThat(slope(dog, 1)).isLessThan(-1.6);
    assertThat(slope(Descent.optimizer("sgd", Map.of()), 1)).isBetween(-1.1, -0.4);
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
    System.out.println("ABS " + early + " " + late);
    assertThat(Math.log(late / early) / Math.log(16)).isLessThan(-0.45);
  }

  @Test
  void theFirstDistanceHardlyMatters() {
    double near = gap(Descent.optimizer("u-dog", Map.of("reach", 1e-2)), 256, 1);
    for (double reach : new double[] {1e-8, 1e-5, 1e-1}) {
      System.out.println("REACH " + reach + " " + gap(Descent.optimizer("u-dog", Map.of("reach", reach)), 256, 1)/near);
      assertThat(gap(Descent.optimizer("u-dog", Map.of("reach", reach)), 256, 1))
          .isLessThan(10 * near);
    }
  }
}
