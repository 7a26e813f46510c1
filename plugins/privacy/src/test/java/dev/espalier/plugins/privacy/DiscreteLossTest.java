package dev.espalier.plugins.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Moments in doubles against sums of 60 digits. */
final class DiscreteLossTest {
  private static final MathContext DIGITS = new MathContext(60);
  private static final int HALVINGS = 40;

  /** {@code e^x} by the series of {@code x / 2^40}. */
  private static BigDecimal exponential(BigDecimal x) {
    BigDecimal small = x.divide(BigDecimal.TWO.pow(HALVINGS), DIGITS);
    BigDecimal sum = BigDecimal.ONE;
    BigDecimal term = BigDecimal.ONE;
    for (int n = 1; n < 12; n++) {
      term = term.multiply(small, DIGITS).divide(BigDecimal.valueOf(n), DIGITS);
      sum = sum.add(term, DIGITS);
    }
    for (int i = 0; i < HALVINGS; i++) {
      sum = sum.multiply(sum, DIGITS);
    }
    return sum;
  }

  @Test
  void momentsAreAsExactAsTheBoundsOfTheCompositionSuppose() {
    SplittableRandom random = new SplittableRandom(3);
    for (int trial = 0; trial < 40; trial++) {
      double spacing = Math.scalb(1 + random.nextDouble(), -random.nextInt(12));
      double origin = random.nextDouble() - 0.5;
      int first = random.nextInt(200) - 150;
      double[] masses = new double[150];
      for (int i = 0; i < masses.length; i++) {
        masses[i] = random.nextDouble() * Math.exp(-0.02 * (i - 75) * (i - 75));
      }
      DiscreteLoss loss = new DiscreteLoss(origin, spacing, first, masses, 0);
      double tilt = (random.nextDouble() * 5 - 1) / spacing;
      BigDecimal exact = BigDecimal.ZERO;
      for (int i = 0; i < masses.length; i++) {
        BigDecimal at =
            new BigDecimal(origin)
                .add(new BigDecimal(spacing).multiply(BigDecimal.valueOf(first + i)));
        exact =
            exact.add(
                new BigDecimal(masses[i])
                    .multiply(exponential(new BigDecimal(tilt).multiply(at)), DIGITS));
      }
      BigDecimal found = new BigDecimal(loss.logMoment(tilt));
      BigDecimal rounding = new BigDecimal(loss.logMomentRounding(tilt));
      assertThat(exponential(found.subtract(rounding))).isLessThanOrEqualTo(exact);
      assertThat(exponential(found.add(rounding))).isGreaterThanOrEqualTo(exact);
      assertThat(loss.logMomentRounding(tilt)).isBetween(1e-13, 1e-11);
    }
  }
}
