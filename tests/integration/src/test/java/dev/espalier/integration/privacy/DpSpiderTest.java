package dev.espalier.integration.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.privacy.Budget;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.ExampleSampling;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.RunGuard;
import dev.espalier.conformance.problem.Problem;
import dev.espalier.conformance.problem.Problems;
import dev.espalier.plugins.privacy.RenyiAccountant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DpSpiderTest {
  private static final Problem NETWORK = Problems.network();
  private static final int ROWS = 24;

  private static GradientEstimator spider(Object... hyperparameters) {
    return Registered.estimator("dp-spider", hyperparameters);
  }

  private static GradientEstimator plain() {
    return Registered.estimator("dp-sgd", "noise", 0.0, "clip", 1e6);
  }

  /** On the same rows the differences telescope, so every estimate is the gradient there. */
  @Test
  void withoutNoiseAndClippingItIsDescentAlongTheWholeGradient() {
    Descent spider =
        new Descent(
            NETWORK,
            spider("noise", 0.0, "difference_noise", 0.0, "clip", 1e6, "smoothness", 1e6),
            ROWS,
            0.05);
    Descent gradient = new Descent(NETWORK, plain(), ROWS, 0.05);
    for (int t = 0; t < 25; t++) {
      spider.quietStep(spider.all());
      gradient.quietStep(gradient.all());
    }
    assertThat(Descent.flat(spider.parameters()))
        .containsExactly(Descent.flat(gradient.parameters()), within(1e-11));
  }

  /** The same v and w before; one record more or less in the second step. */
  @Test
  void bothQueriesMoveByTheirBoundsAtMost() {
    double bound = 0.4;
    double smoothness = 3;
    double rate = 0.02;
    double most = 0;
    for (int row = 0; row < ROWS; row += 3) {
      Descent whole = new Descent(NETWORK, quiet(bound, smoothness), 1, rate);
      Descent less = new Descent(NETWORK, quiet(bound, smoothness), 1, rate);
      double[] fresh = whole.quietStep(whole.all()).gradient();
      double[] freshLess = less.quietStep(less.without(row)).gradient();
      assertThat(Descent.distance(fresh, freshLess)).isLessThanOrEqualTo(bound * (1 + 1e-12));

      Descent again = new Descent(NETWORK, quiet(bound, smoothness), 1, rate);
      again.quietStep(again.all());
      double moved =
          Descent.distance(Descent.flat(again.parameters()), Descent.flat(NETWORK.start()));
      double limit = Math.min(smoothness * moved, 2 * bound);
      double apart =
          Descent.distance(
              whole.quietStep(whole.all()).gradient(),
              again.quietStep(again.without(row)).gradient());
      assertThat(apart).isLessThanOrEqualTo(limit * (1 + 1e-9));
      most = Math.max(most, apart / limit);
    }
    assertThat(most).isGreaterThan(0.3);
  }

  private static GradientEstimator quiet(double bound, double smoothness) {
    return spider("noise", 0.0, "difference_noise", 0.0, "clip", bound, "smoothness", smoothness);
  }

  /** Chi-square of the noise of the second step, in units of {@code z2 min(L1 |w - w'|, 2 L0)}. */
  private static double standardisedSecondNoise(double rate) {
    double bound = 0.4;
    double smoothness = 3;
    double multiplier = 1.5;
    int runs = 25;
    double chiSquare = 0;
    double freedom = 0;
    for (int run = 0; run < runs; run++) {
      Descent noisy =
          new Descent(
              NETWORK,
              spider(
                  "noise",
                  0.0,
                  "difference_noise",
                  multiplier,
                  "clip",
                  bound,
                  "smoothness",
                  smoothness),
              4,
              rate);
      Descent quiet = new Descent(NETWORK, quiet(bound, smoothness), 4, rate);
      noisy.step(noisy.all(), run);
      quiet.step(quiet.all(), run);
      double moved =
          Descent.distance(Descent.flat(noisy.parameters()), Descent.flat(NETWORK.start()));
      double deviation = multiplier * Math.min(smoothness * moved, 2 * bound) / 4;
      double[] a = noisy.step(noisy.all(), run).gradient();
      double[] b = quiet.step(quiet.all(), run).gradient();
      chiSquare += Math.pow(Descent.distance(a, b) / deviation, 2);
      freedom += a.length;
    }
    return (chiSquare - freedom) / Math.sqrt(2 * freedom);
  }

  @Test
  void theNoiseOfADifferenceGrowsWithTheMoveUpToItsCap() {
    assertThat(standardisedSecondNoise(0.001)).isCloseTo(0, within(6.0));
    assertThat(standardisedSecondNoise(0.01)).isCloseTo(0, within(6.0));
    assertThat(standardisedSecondNoise(10)).isCloseTo(0, within(6.0));
  }

  @Test
  void aFreshGradientForgetsWhatWasCarried() {
    Descent spider =
        new Descent(
            NETWORK,
            spider(
                "noise",
                3.0,
                "difference_noise",
                0.0,
                "period",
                2L,
                "clip",
                1e6,
                "smoothness",
                1e6),
            ROWS,
            0);
    double[] first = spider.step(spider.all(), 1).gradient();
    double[] carried = spider.step(spider.all(), 1).gradient();
    double[] fresh = spider.step(spider.all(), 1).gradient();
    assertThat(Descent.distance(first, carried)).isLessThan(1e-3);
    assertThat(Descent.distance(first, fresh)).isGreaterThan(1);
  }

  @Test
  void theLedgerAddsUpBothKindsOfSteps() {
    RunGuard guard =
        spider("noise", 4.0, "difference_noise", 8.0, "period", 3L, "epsilon", 20.0)
            .guards()
            .getFirst();
    List<String> lines = new ArrayList<>();
    RunGuard.Watch watch =
        guard.open(
            new RunGuard.Facts(100, 10, 0, ExampleSampling.SECRET_POISSON),
            new RunGuard.Journal() {
              @Override
              public List<String> before() {
                return List.of();
              }

              @Override
              public void append(String line) {
                lines.add(line);
              }
            });
    for (long step = 0; step < 4; step++) {
      assertThat(watch.before(step)).isEmpty();
    }
    assertThat(lines)
        .containsExactly(
            "rate 0.1 noise 4.0", "rate 0.1 noise 8.0", "rate 0.1 noise 8.0", "rate 0.1 noise 4.0");
  }

  @Test
  void itRemembersTheEstimateAndThePoint() {
    Descent spider = new Descent(NETWORK, spider(), ROWS, 0.1);
    spider.step(spider.all(), 1);
    Tree<NdArray> state = spider.state();
    assertThat(Descent.flat(state.subtree("estimate"))).containsExactly(spider.gradient());
    assertThat(Descent.flat(state.subtree("parameters")))
        .containsExactly(Descent.flat(NETWORK.start()));
  }

  /** {@code p^2/20 + sin(p - t)}, whose gradient and curvature are bounded near 0. */
  private record Wavy() implements Loss {
    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      return predictions.square().mul(0.05).add(predictions.sub(targets).sin());
    }

    @Override
    public Target target() {
      return Target.VALUES;
    }
  }

  /** Examples on the unit sphere of a space of 3 dimensions within 8. */
  private static Problem wavy(int examples, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] inputs = new double[examples * 8];
    double[] targets = new double[examples];
    for (int i = 0; i < examples; i++) {
      double[] u = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
      double norm = Math.sqrt(u[0] * u[0] + u[1] * u[1] + u[2] * u[2]);
      for (int k = 0; k < 8; k++) {
        inputs[8 * i + k] = k < 3 ? u[k] / norm : 0;
      }
      targets[i] = 0.5 * u[0] + 0.1 * random.nextGaussian();
    }
    return new Problem(
        "wavy",
        (at, x) -> x.matmul(at.get("w").reshape(8, 1)).reshape(x.shape().extent(0)),
        new Wavy(),
        NdArray.of(inputs, examples, 8),
        NdArray.of(targets, examples),
        Tree.of("w", NdArray.of(new double[] {2, -1, 1.5, 0, 0, 0, 0, 0}, 8)),
        0);
  }

  /** The mean norm of the true gradient over all iterates: that of a random one, expected. */
  private static double stationarity(int examples, int steps, long seed) {
    long period = (long) Math.ceil(Math.sqrt(steps));
    Budget half = new Budget(10, 1e-5);
    RenyiAccountant rdp = new RenyiAccountant();
    double fresh = half.smallestNoise(rdp, 1, (steps + period - 1) / period).noiseMultiplier();
    double difference = half.smallestNoise(rdp, 1, steps).noiseMultiplier();
    Problem problem = wavy(examples, seed);
    Descent spider =
        new Descent(
            problem,
            spider(
                "noise",
                fresh,
                "difference_noise",
                difference,
                "period",
                period,
                "clip",
                1.0,
                "smoothness",
                1.1,
                "noise_source",
                "seeded"),
            examples,
            1 / 2.2);
    Descent gradient = new Descent(problem, plain(), examples, 0);
    double sum = 0;
    for (int t = 0; t < steps; t++) {
      gradient.goTo(spider.parameters());
      double[] g = gradient.quietStep(gradient.all()).gradient();
      sum += Descent.distance(g, new double[g.length]);
      spider.step(spider.all(), 10_000 * seed + t);
    }
    return sum / steps;
  }

  /**
   * At one budget, half of it for either kind of step, with steps of the order {@code n^(4/3)} and
   * phases of {@code n^(2/3)}, which the paper's bound is smallest with, the gradient that is left
   * falls at least as {@code n^(-2/3)}, where {@code n^(-1/2)} was known before.
   */
  @Test
  void theGradientThatIsLeftFallsWithTheNumberOfExamplesAsItIsBounded() {
    int[] sizes = {16, 48, 144};
    double[] logs = new double[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      int steps = (int) Math.round(30 * Math.pow(sizes[i] / 16.0, 4.0 / 3));
      for (long seed = 1; seed <= 6; seed++) {
        logs[i] += Math.log(stationarity(sizes[i], steps, seed)) / 6;
      }
    }
    double slope = (logs[2] - logs[0]) / Math.log((double) sizes[2] / sizes[0]);
    assertThat(slope).as("%s", Arrays.toString(logs)).isBetween(-1.1, -0.55);
    assertThat(logs).isSortedAccordingTo(Comparator.reverseOrder());
  }
}
