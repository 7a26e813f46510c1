package dev.espalier.plugins.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.privacy.Budget;
import dev.espalier.api.privacy.PrivateSteps;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The two releases that a step is accounted as. */
final class DiceSgdTest {
  private static final Budget BUDGET = new Budget(3, 1e-5);
  private static final long STEPS = 200;

  private static List<PrivateSteps> run(List<PrivateSteps> releases) {
    return releases.stream().map(one -> one.times(STEPS)).toList();
  }

  private static double spent(List<PrivateSteps> releases) {
    return new RenyiAccountant().spent(run(releases), BUDGET.delta()).epsilon();
  }

  @Test
  void theTwoNoisesAddUpToTheOneThatIsDrawn() {
    for (double rate : new double[] {1e-4, 0.05, 0.7, 1}) {
      for (double error : new double[] {0.1, 1, 30}) {
        double bound = 0.8;
        double deviation = 5 * (bound + 2 * error);
        List<PrivateSteps> both = DiceSgd.split(rate, 5, bound, error, BUDGET);
        double first = both.get(0).noiseMultiplier() * bound;
        double second = both.get(1).noiseMultiplier() * 2 * error;
        assertThat(Math.hypot(first, second)).isCloseTo(deviation, within(1e-12 * deviation));
        assertThat(both.get(0).samplingRate()).isEqualTo(rate);
        assertThat(both.get(1).samplingRate()).isEqualTo(1);
      }
    }
  }

  /** With every example in every batch, {@code 1/z^2} of the two add up to that of the sum. */
  @Test
  void withoutSamplingItIsOneGaussianOfTheWholeSensitivity() {
    List<PrivateSteps> both = DiceSgd.split(1, 5, 0.8, 1.3, BUDGET);
    double squares = both.stream().mapToDouble(one -> Math.pow(one.noiseMultiplier(), -2)).sum();
    assertThat(squares).isCloseTo(1.0 / 25, within(1e-9));
    assertThat(spent(both)).isCloseTo(spent(List.of(new PrivateSteps(1, 5, 1))), within(1e-6));
  }

  @Test
  void noOtherSplitOfTheNoiseSpendsMuchLess() {
    for (double rate : new double[] {0.002, 0.05, 0.5}) {
      double multiplier = 40;
      double deviation = multiplier * 3;
      double found = spent(DiceSgd.split(rate, multiplier, 1, 1, BUDGET));
      double best = Double.POSITIVE_INFINITY;
      for (double part = 0.001; part < 1; part *= 1.02) {
        best =
            Math.min(
                best,
                spent(
                    List.of(
                        new PrivateSteps(rate, deviation * Math.sqrt(part), 1),
                        new PrivateSteps(1, deviation * Math.sqrt(1 - part) / 2, 1))));
      }
      assertThat(found).isBetween(best * (1 - 1e-3), best * 1.05);
      assertThat(found).isLessThan(spent(List.of(new PrivateSteps(1, multiplier, 1))));
    }
  }
}
