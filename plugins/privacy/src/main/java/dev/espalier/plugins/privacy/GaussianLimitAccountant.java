package dev.espalier.plugins.privacy;

import dev.espalier.api.privacy.Accountant;
import dev.espalier.api.privacy.PrivateSteps;
import dev.espalier.api.privacy.Spending;
import java.util.List;
import java.util.Locale;
import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.Erfcx;

/**
 * Gaussian differential privacy: many steps are as one Gaussian mechanism with {@code mu^2 = sum of
 * k q^2 (e^(1/s^2) - 1)}, for k steps of rate q and noise s, in the limit of many steps with {@code
 * q sqrt(k)} fixed; then {@code delta = Phi(mu/2 - epsilon/mu) - e^epsilon Phi(-mu/2 -
 * epsilon/mu)}.
 *
 * <p>An approximation, which may be below the true epsilon. Steps at the rate 1 are Gaussian
 * mechanisms themselves, for which {@code mu^2 = k/s^2} without a limit: those are counted by it,
 * and where all steps are so, epsilon is what delta's formula gives and is called a bound.
 *
 * <p>Source: J. Dong, A. Roth, W. J. Su, "Gaussian Differential Privacy", arXiv:1905.02383,
 * corollaries 2.13 and 3.3; Z. Bu et al., "Deep Learning with Gaussian Differential Privacy",
 * arXiv:1911.11607, section 3.2, for Poisson sampling.
 */
public record GaussianLimitAccountant() implements Accountant {
  private static final double ROOT_2 = Math.sqrt(2);

  @Override
  public Spending spent(List<PrivateSteps> steps, double delta) {
    Delta.check(delta);
    double squared = 0;
    boolean exact = true;
    for (PrivateSteps group : steps) {
      double q = group.samplingRate();
      double s = group.noiseMultiplier();
      exact &= q == 1 || group.count() == 0;
      squared +=
          q == 1
              ? group.count() / (s * s)
              : group.count() == 0 ? 0 : group.count() * q * q * Math.expm1(1 / (s * s));
    }
    if (squared == 0) {
      return Spending.nothing();
    }
    double mu = Math.sqrt(squared);
    return new Spending(
        epsilon(mu, Math.log(delta)),
        0,
        exact ? Spending.Kind.BOUND : Spending.Kind.APPROXIMATION,
        String.format(
            Locale.ROOT, "%s, mu %.6g", exact ? "Gaussian mechanism" : "central limit", mu));
  }

  /** The least epsilon at least 0 whose delta is not above, by bisection to the last digit. */
  static double epsilon(double mu, double logDelta) {
    if (mu == Double.POSITIVE_INFINITY) {
      return mu;
    }
    double low = 0;
    if (logDelta(mu, low) <= logDelta) {
      return low;
    }
    double high = 1;
    while (logDelta(mu, high) > logDelta) {
      low = high;
      high *= 2;
    }
    double middle = low + (high - low) / 2;
    while (middle > low && middle < high) {
      if (logDelta(mu, middle) > logDelta) {
        low = middle;
      } else {
        high = middle;
      }
      middle = low + (high - low) / 2;
    }
    return high;
  }

  /**
   * log delta of the Gaussian mechanism. Far out both terms are the same power of e times a scaled
   * complementary error function, whose difference keeps its digits.
   */
  static double logDelta(double mu, double epsilon) {
    double near = (epsilon / mu - mu / 2) / ROOT_2;
    double far = (epsilon / mu + mu / 2) / ROOT_2;
    if (near < 0) {
      return Math.log((Erfc.value(near) - Math.exp(-near * near) * Erfcx.value(far)) / 2);
    }
    return -near * near + Math.log((Erfcx.value(near) - Erfcx.value(far)) / 2);
  }
}
