package dev.espalier.plugins.privacy;

import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.Erfcx;

/**
 * The Renyi divergence of the Poisson subsampled Gaussian mechanism: {@code log(A)/(a - 1)} at the
 * order a, where {@code A = E_Q[(P/Q)^a]} for {@code P = (1 - q) N(0, s^2) + q N(1, s^2)} and
 * {@code Q = N(0, s^2)}; the other direction is not larger (theorem 5 of the source).
 *
 * <p>Below {@code z = s^2 log(1/q - 1) + 1/2} the first part of P is the larger one, above it the
 * second; the binomial series in what is smaller, integrated term by term, is
 *
 * <pre>
 * A = sum over k of binom(a, k) [
 *       (1 - q)^(a-k) q^k e^((k^2 - k)/2s^2) erfc((k - z)/(sqrt(2) s))/2
 *     + (1 - q)^k q^j e^((j^2 - j)/2s^2) erfc((z - j)/(sqrt(2) s))/2 ],   j = a - k
 * </pre>
 *
 * For a whole order it ends at k = a. For others the generalised binomials change their sign from
 * one k to the next beyond a, and the terms fall only as {@code k^(-a-2)}. What is summed there is
 * a sequence of moments of a measure on [0, 1], being a product of three: {@code |binom(a, k)|} and
 * the two bracketed terms are such moments. For an alternating sum of these the acceleration of
 * Cohen, Rodriguez Villegas and Zagier is within {@code 5.8^-n} of the sum after n terms: 22 leave
 * nothing that a double shows.
 *
 * <p>Source: I. Mironov, K. Talwar, L. Zhang, arXiv:1908.10530, section 3.3; H. Cohen, F. Rodriguez
 * Villegas, D. Zagier, "Convergence Acceleration of Alternating Series", doi:10.1080/
 * 10586458.2000.10504632, algorithm 1.
 *
 * @param rate q, in (0, 1]
 * @param noise s, greater than 0
 */
record SampledGaussianDivergence(double rate, double noise) {
  private static final int ACCELERATED_TERMS = 22;
  private static final double ROOT_2 = Math.sqrt(2);
  private static final double LOG_2 = Math.log(2);

  /**
   * The divergence at an order.
   *
   * @param order a, greater than 1
   */
  double at(double order) {
    if (rate == 1) {
      return order / (2 * noise * noise);
    }
    return Math.max(0, logMoment(order)) / (order - 1);
  }

  private double logMoment(double order) {
    Terms terms = new Terms(order);
    int whole = (int) Math.floor(order);
    double[] logs = new double[whole + 1];
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k <= whole; k++) {
      logs[k] = terms.next();
      largest = Math.max(largest, logs[k]);
    }
    double sum = 0;
    for (double log : logs) {
      sum += Math.exp(log - largest);
    }
    if (whole < order) {
      sum += alternating(terms, largest);
    }
    return largest + Math.log(sum);
  }

  /** Of the terms that are left, whose signs change, the first being positive. */
  private static double alternating(Terms terms, double scale) {
    double d = Math.pow(3 + Math.sqrt(8), ACCELERATED_TERMS);
    d = (d + 1 / d) / 2;
    double b = -1;
    double c = -d;
    double sum = 0;
    for (int k = 0; k < ACCELERATED_TERMS; k++) {
      c = b - c;
      sum += c * Math.exp(terms.next() - scale);
      b *= (double) (k + ACCELERATED_TERMS) * (k - ACCELERATED_TERMS) / ((k + 0.5) * (k + 1));
    }
    return sum / d;
  }

  /** The terms' sizes, as logarithms, one after the other. */
  private final class Terms {
    private final double order;
    private final double z = noise * noise * (Math.log1p(-rate) - Math.log(rate)) + 0.5;
    private final double logRate = Math.log(rate);
    private final double logRest = Math.log1p(-rate);
    private double logBinomial;
    private int k;

    Terms(double order) {
      this.order = order;
    }

    double next() {
      double j = order - k;
      double first = logPart(k, j * logRest + k * logRate, k - z);
      double second = logPart(j, k * logRest + j * logRate, z - j);
      double larger = Math.max(first, second);
      double term = logBinomial + larger + Math.log1p(Math.exp(Math.min(first, second) - larger));
      logBinomial += Math.log(Math.abs(order - k) / (k + 1));
      k++;
      return term;
    }

    /**
     * One of a term's two parts. Where erfc is small, its exponential cancels that of the power,
     * and what is left does not depend on the power.
     */
    private double logPart(double power, double logWeight, double beyond) {
      double x = beyond / (ROOT_2 * noise);
      return x > 0
          ? order * logRest - z * z / (2 * noise * noise) + Math.log(Erfcx.value(x)) - LOG_2
          : logWeight + power * (power - 1) / (2 * noise * noise) + Math.log(Erfc.value(x)) - LOG_2;
    }
  }
}
