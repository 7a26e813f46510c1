package dev.espalier.integration.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.ExampleSampling;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.RunGuard;
import dev.espalier.conformance.problem.Problem;
import dev.espalier.conformance.problem.Problems;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
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

  /** In the first step nothing is fed back: no example moves the sum by more than C1. */
  @Test
  void noExampleAddsMoreThanItsBound() {
    Problem network = Problems.network();
    double bound = 0.2;
    double most = 0;
    for (int row = 0; row < 24; row++) {
      GradientEstimator quiet = dice("noise", 0.0, "clip", bound, "error_clip", 5.0);
      double[] whole = first(new Descent(network, quiet, 1, 0), -1);
      double[] without = first(new Descent(network, quiet, 1, 0), row);
      most = Math.max(most, Descent.distance(whole, without));
    }
    assertThat(most).isBetween(0.9 * bound, bound * (1 + 1e-12));
  }

  private static double[] first(Descent descent, int without) {
    return descent.quietStep(without < 0 ? descent.all() : descent.without(without)).gradient();
  }

  /** A huge example against two others: each alone moves what is fed back the other way. */
  private static final Problem TORN =
      new Problem(
          "torn",
          ASYMMETRIC.predict(),
          ASYMMETRIC.loss(),
          ASYMMETRIC.inputs(),
          NdArray.of(new double[] {1000, -20, -20}, 3),
          ASYMMETRIC.start(),
          0);

  /**
   * After the step that the example was in, the errors of the two datasets are clipped at opposite
   * ends: the sums are 2 C2 apart without it, and C1 + 2 C2 with it, and never more.
   */
  @Test
  void theSumsOfNeighboursAreApartByTheWholeSensitivityAndNoMore() {
    double bound = 0.7;
    double errorBound = 1.9;
    GradientEstimator quiet = dice("noise", 0.0, "clip", bound, "error_clip", errorBound);
    Descent with = new Descent(TORN, quiet, 1, 0);
    Descent without = new Descent(TORN, quiet, 1, 0);
    double[] apart = new double[4];
    for (int t = 0; t < 4; t++) {
      boolean[] drawn = t % 2 == 0 ? with.all() : with.without(0);
      apart[t] =
          Descent.distance(
              with.quietStep(drawn).gradient(), without.quietStep(without.without(0)).gradient());
    }
    assertThat(apart)
        .containsExactly(
            new double[] {bound, 2 * errorBound, bound + 2 * errorBound, 2 * errorBound},
            within(1e-12));
  }

  /** Rounding to the grid is neither the drawn example's nor the error's: no part is subsampled. */
  @Test
  void discreteNoiseIsAccountedAsOneGaussianOfEveryExample() {
    List<String> lines = new ArrayList<>();
    for (String source : List.of("discrete", "secure")) {
      dice("noise", 6.0, "clip", 0.5, "error_clip", 0.7, "noise_source", source)
          .guards()
          .getFirst()
          .open(
              new RunGuard.Facts(100, 5, 0, ExampleSampling.SECRET_POISSON),
              new RunGuard.Journal() {
                @Override
                public List<String> before() {
                  return List.of();
                }

                @Override
                public void append(String line) {
                  lines.add(line);
                }
              })
          .before(0);
    }
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).isEqualTo("rate 1.0 noise 6.0");
    assertThat(lines.getLast()).startsWith("rate 0.05 noise ").contains(" rate 1.0 noise ");
  }

  private static final int AUDITED_STEPS = 6;
  private static final double AUDITED_RATE = 0.7;
  private static final double AUDITED_DELTA = 1e-3;

  /** What the ledger says of the steps of an audit. */
  private static double claimed(double multiplier) {
    RunGuard guard =
        dice("noise", multiplier, "epsilon", 50.0, "delta", AUDITED_DELTA, "accountant", "pld")
            .guards()
            .getFirst();
    RunGuard.Watch watch =
        guard.open(
            new RunGuard.Facts(
                10, Math.round(10 * AUDITED_RATE), 0, ExampleSampling.SECRET_POISSON),
            new RunGuard.Journal() {
              @Override
              public List<String> before() {
                return List.of();
              }

              @Override
              public void append(String line) {}
            });
    for (long step = 0; step < AUDITED_STEPS; step++) {
      assertThat(watch.before(step)).isEmpty();
    }
    return watch.report().getOrDefault("epsilon", Double.NaN);
  }

  /**
   * An audit with the worst pair that there is: an example that turns around all that is fed back
   * from the step on in which it is drawn, or is not there. From the released gradients of whole
   * runs it is guessed whether it was; how often that is right bounds epsilon from below, whatever
   * the accounting. The threshold is chosen on other runs than those that are counted.
   */
  @Test
  void releasedGradientsTellNeighboursApartNoBetterThanAccounted() {
    double multiplier = 2;
    double claimed = claimed(multiplier);
    double found = audit(multiplier);
    assertThat(found).isLessThanOrEqualTo(claimed);
    assertThat(found).as("the audit sees something").isGreaterThan(0.1 * claimed);
    assertThat(audit(multiplier / 5)).as("a fifth of the noise").isGreaterThan(claimed);
  }

  /** A lower bound of epsilon that is wrong once in a million audits. */
  private static double audit(double multiplier) {
    int runs = 6000;
    double[] with = statistics(multiplier, runs, true);
    double[] without = statistics(multiplier, runs, false);
    double threshold = 0;
    double best = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < runs / 2; i += 15) {
      double bound = bound(with, without, 0, runs / 2, with[i]);
      if (bound > best) {
        best = bound;
        threshold = with[i];
      }
    }
    return bound(with, without, runs / 2, runs, threshold);
  }

  private static double bound(double[] with, double[] without, int from, int to, double threshold) {
    double n = to - from;
    double hits = Arrays.stream(with, from, to).filter(x -> x >= threshold).count() / n;
    double alarms = Arrays.stream(without, from, to).filter(x -> x >= threshold).count() / n;
    double least = chance(hits, n, false) - AUDITED_DELTA;
    return least <= 0 ? 0 : Math.log(least / chance(alarms, n, true));
  }

  /** Chernoff's bound of a chance that was met this often: {@code n KL(found, p) = log 10^6}. */
  private static double chance(double found, double n, boolean upper) {
    double inner = found;
    double outer = upper ? 1 : 0;
    for (int i = 0; i < 60; i++) {
      double middle = (inner + outer) / 2;
      boolean near = n * divergence(found, middle) < Math.log(1e6);
      inner = near ? middle : inner;
      outer = near ? outer : middle;
    }
    return outer;
  }

  private static double divergence(double a, double b) {
    double first = a == 0 ? 0 : a * Math.log(a / b);
    return first + (a == 1 ? 0 : (1 - a) * Math.log((1 - a) / (1 - b)));
  }

  /** The sums of what was released; the example draws them down, the others up. */
  private static double[] statistics(double multiplier, int runs, boolean there) {
    SplittableRandom draws = new SplittableRandom(there ? 1 : 2);
    Descent descent =
        new Descent(TORN, dice("noise", multiplier, "clip", 1.0, "error_clip", 1.0), 1, 0);
    double[] sums = new double[runs];
    for (int run = 0; run < runs; run++) {
      descent.restart();
      for (int t = 0; t < AUDITED_STEPS; t++) {
        boolean drawn = there && draws.nextDouble() < AUDITED_RATE;
        sums[run] -= descent.step(drawn ? descent.all() : descent.without(0), 1).gradient()[0];
      }
    }
    return sums;
  }
}
