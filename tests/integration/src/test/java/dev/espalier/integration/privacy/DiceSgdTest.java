package dev.espalier.integration.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Loss;
import dev.espalier.conformance.problem.Problem;
import dev.espalier.conformance.problem.Problems;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DiceSgdTest {
  /** A third of the examples pull hard to one side, the others gently to the other. */
  private static final Problem ASYMMETRIC =
      new Problem(
          "asymmetric",
          (at, inputs) -> at.get("x").broadcast(inputs.shape()),
          new HalfSquare(),
          NdArray.of(new double[3], 3),
          NdArray.of(new double[] {9, 0, 0}, 3),
          Tree.of("x", NdArray.of(new double[1])),
          0);

  /** {@code (x - target)^2 / 2}. */
  private record HalfSquare() implements Loss {
    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      return predictions.sub(targets).square().mul(0.5);
    }

    @Override
    public Target target() {
      return Target.VALUES;
    }
  }

  private static GradientEstimator dice(Object... hyperparameters) {
    return Registered.estimator("dice-sgd", hyperparameters);
  }

  private static double restingPlace(GradientEstimator estimator) {
    Descent descent = new Descent(ASYMMETRIC, estimator, 3, 0.2);
    for (int t = 0; t < 800; t++) {
      descent.quietStep(descent.all());
    }
    return Descent.flat(descent.parameters())[0];
  }

  /** The mean of 9, 0 and 0 is 3; with gradients clipped to 1 descent rests at 1/2. */
  @Test
  void itComesToRestAtTheOptimumWhereClippingAloneDoesNot() {
    double clipped = restingPlace(Registered.estimator("dp-sgd", "noise", 0.0, "clip", 1.0));
    assertThat(clipped).isCloseTo(0.5, within(1e-6));
    double fed = restingPlace(dice("noise", 0.0, "clip", 1.0, "error_clip", 2.0));
    assertThat(fed).isCloseTo(3, within(1e-6));
  }

  @Test
  void withoutNoiseAndWithoutBoundsItIsGradientDescent() {
    Problem network = Problems.network();
    Descent dice = new Descent(network, dice("noise", 0.0, "clip", 1e6, "error_clip", 1e6), 24, .1);
    Descent plain =
        new Descent(network, Registered.estimator("dp-sgd", "noise", 0.0, "clip", 1e6), 24, 0.1);
    for (int t = 0; t < 10; t++) {
      dice.quietStep(dice.all());
      plain.quietStep(plain.all());
    }
    assertThat(Descent.flat(dice.parameters()))
        .containsExactly(Descent.flat(plain.parameters()), within(1e-12));
    assertThat(Descent.flat(dice.state())).containsOnly(new double[25], within(1e-12));
  }

  /** x - rate e / B follows descent along the gradients that it saw, without clipping. */
  @Test
  void theErrorIsWhatTheParametersStillOwe() {
    double rate = 0.05;
    double batch = 24;
    Problem network = Problems.network();
    Descent dice =
        new Descent(network, dice("noise", 0.0, "clip", 0.2, "error_clip", 0.3), batch, rate);
    Descent gradients =
        new Descent(network, Registered.estimator("dp-sgd", "noise", 0.0, "clip", 1e6), batch, 0);
    double[] owed = Descent.flat(network.start());
    for (int t = 0; t < 12; t++) {
      gradients.goTo(dice.parameters());
      double[] g = gradients.quietStep(gradients.all()).gradient();
      for (int i = 0; i < owed.length; i++) {
        owed[i] -= rate * g[i];
      }
      dice.quietStep(dice.all());
      double[] x = Descent.flat(dice.parameters());
      double[] e = Descent.flat(dice.state());
      for (int i = 0; i < x.length; i++) {
        x[i] -= rate * e[i] / batch;
      }
      assertThat(x).containsExactly(owed, within(1e-12));
    }
    assertThat(dice.state().paths()).allMatch(path -> path.startsWith("unprotected/error/"));
  }

  /** The noise covers what one example may do to the sum, and both clipped errors. */
  @Test
  void theNoiseHasTheDeviationOfTheWholeSensitivity() {
    double multiplier = 2;
    double deviation = multiplier * (0.5 + 2 * 0.7) / 10;
    Problem network = Problems.network();
    Descent noisy =
        new Descent(network, dice("noise", multiplier, "clip", 0.5, "error_clip", 0.7), 10, 0);
    double[] quiet =
        new Descent(network, dice("noise", 0.0, "clip", 0.5, "error_clip", 0.7), 10, 0)
            .quietStep(noisy.all())
            .gradient();
    double chiSquare = 0;
    int runs = 25;
    for (int i = 0; i < runs; i++) {
      Descent one =
          new Descent(network, dice("noise", multiplier, "clip", 0.5, "error_clip", 0.7), 10, 0);
      chiSquare +=
          Math.pow(Descent.distance(one.step(one.all(), 1).gradient(), quiet) / deviation, 2);
    }
    double freedom = (double) runs * quiet.length;
    assertThat((chiSquare - freedom) / Math.sqrt(2 * freedom)).isCloseTo(0, within(6.0));
  }

  /**
   * An audit: how well the released gradients of three steps tell two neighbouring datasets apart,
   * by the statistic that is best against this pair. No threshold may have a chance of detection
   * beyond what the accounted Gaussian allows: with {@code mu = sqrt(steps)/z}, the means of a test
   * differ by mu deviations at most.
   */
  @Test
  void releasedGradientsTellNeighboursApartNoBetterThanAccounted() {
    double multiplier = 1.5;
    int steps = 3;
    double apart = separation(multiplier, steps);
    assertThat(apart).isLessThan(Math.sqrt(steps) / multiplier + 0.4);
    // With a tenth of the noise the same audit finds far more.
    assertThat(separation(multiplier / 10, steps)).isGreaterThan(2 * Math.sqrt(steps) / multiplier);
  }

  /** The difference of the statistic's means, in its deviations. */
  private static double separation(double multiplier, int steps) {
    int runs = 200;
    double[] with = new double[runs];
    double[] without = new double[runs];
    for (int run = 0; run < runs; run++) {
      with[run] = statistic(audited(multiplier), true, steps);
      without[run] = statistic(audited(multiplier), false, steps);
    }
    double difference = Math.abs(mean(with) - mean(without));
    return difference / Math.sqrt((variance(with) + variance(without)) / 2);
  }

  private static Descent audited(double multiplier) {
    return new Descent(ASYMMETRIC, dice("noise", multiplier, "clip", 1.0, "error_clip", 1.0), 3, 0);
  }

  private static double statistic(Descent descent, boolean whole, int steps) {
    double sum = 0;
    for (int t = 0; t < steps; t++) {
      boolean[] present = whole ? descent.all() : descent.without(0);
      sum += descent.step(present, 1).gradient()[0];
    }
    return sum;
  }

  private static double mean(double[] x) {
    return Arrays.stream(x).average().orElseThrow();
  }

  private static double variance(double[] x) {
    double mean = mean(x);
    return Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
  }
}
