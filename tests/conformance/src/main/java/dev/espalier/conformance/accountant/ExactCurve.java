package dev.espalier.conformance.accountant;

import dev.espalier.api.privacy.PrivateSteps;
import org.apache.commons.numbers.gamma.Erfc;

/**
 * Delta as a function of epsilon where there is a closed form: one step at any rate, and any number
 * of steps at the rate 1, which are one step with the noise divided by the root of their number.
 *
 * <p>With {@code x = 1/2 + s^2 log((e^epsilon - 1 + q)/q)}, above which {@code P > e^epsilon Q}, it
 * is {@code P(above x) - e^epsilon Q(above x)} for an example that is removed, and likewise for one
 * that is added; the larger counts.
 */
final class ExactCurve {
  private final double q;
  private final double s;

  ExactCurve(PrivateSteps steps) {
    this.q = steps.samplingRate();
    this.s = steps.noiseMultiplier() / Math.sqrt((double) steps.count());
  }

  /** Delta at an epsilon. */
  double delta(double epsilon) {
    return Math.max(removed(epsilon), added(epsilon));
  }

  private double removed(double epsilon) {
    double x = output(Math.expm1(epsilon) + q);
    return (1 - q) * below(-x / s) + q * below((1 - x) / s) - Math.exp(epsilon) * below(-x / s);
  }

  private double added(double epsilon) {
    double rest = Math.expm1(-epsilon) + q;
    if (rest <= 0) {
      return 0;
    }
    double x = output(rest);
    return below(x / s) - Math.exp(epsilon) * ((1 - q) * below(x / s) + q * below((x - 1) / s));
  }

  private double output(double rest) {
    return 0.5 + s * s * Math.log(rest / q);
  }

  private static double below(double z) {
    return Erfc.value(-z / Math.sqrt(2)) / 2;
  }
}
