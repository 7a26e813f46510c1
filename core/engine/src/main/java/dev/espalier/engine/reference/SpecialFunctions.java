package dev.espalier.engine.reference;

import org.apache.commons.numbers.gamma.Erf;
import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.InverseErf;
import org.apache.commons.numbers.gamma.LogGamma;

/** Functions that {@link Math} lacks, in double. */
final class SpecialFunctions {
  private static final double LOG_2 = Math.log(2);

  /** Bernoulli numbers B_2, B_4, ..., B_24. */
  private static final double[] BERNOULLI = {
    1.0 / 6,
    -1.0 / 30,
    1.0 / 42,
    -1.0 / 30,
    5.0 / 66,
    -691.0 / 2730,
    7.0 / 6,
    -3617.0 / 510,
    43867.0 / 798,
    -174611.0 / 330,
    854513.0 / 138,
    -236364091.0 / 2730
  };

  private SpecialFunctions() {}

  static double asinh(double x) {
    double a = Math.abs(x);
    double square = a * a;
    double magnitude =
        a > 1e8 ? Math.log(a) + LOG_2 : Math.log1p(a + square / (1 + Math.sqrt(square + 1)));
    return Math.copySign(magnitude, x);
  }

  static double acosh(double x) {
    if (x < 1) {
      return Double.NaN; // far below, the rounded argument of log1p would come to -1
    }
    double t = x - 1;
    return x > 1e8 ? Math.log(x) + LOG_2 : Math.log1p(t + Math.sqrt(2 * t + t * t));
  }

  static double atanh(double x) {
    double a = Math.abs(x);
    return Math.copySign(0.5 * Math.log1p(2 * a / (1 - a)), x);
  }

  static double logistic(double x) {
    if (x >= 0) {
      return 1 / (1 + Math.exp(-x));
    }
    double e = Math.exp(x);
    return e / (1 + e);
  }

  static double erf(double x) {
    return x == 0 ? x : Erf.value(x);
  }

  static double erfc(double x) {
    return Erfc.value(x);
  }

  static double erfinv(double x) {
    return x == 0 ? x : InverseErf.value(x);
  }

  /** {@code log |gamma(x)|}; below 0 by {@code gamma(x) gamma(1 - x) = pi / sin(pi x)}. */
  static double lgamma(double x) {
    if (Double.isInfinite(x)) {
      return Double.POSITIVE_INFINITY;
    }
    if (x > 0) {
      return LogGamma.value(x);
    }
    if (x == Math.rint(x)) {
      return Double.POSITIVE_INFINITY;
    }
    // For NaN every comparison above fails and the sine hands the NaN on.
    double sine = Math.abs(sinPi(x));
    double tiny = 1e-10;
    // Near 0 it is -log|x| to within |x|, where 1 - x would lose x.
    return x > -tiny ? -Math.log(-x) - EULER * x : Math.log(Math.PI / sine) - LogGamma.value(1 - x);
  }

  private static final double EULER = 0.5772156649015329;

  /** {@code sin(pi x)} up to its sign, exact in the reduction. */
  private static double sinPi(double x) {
    return Math.sin(Math.PI * (x - Math.rint(x)));
  }

  /**
   * The polygamma function. Below 0 by the reflection {@code psi_n(x) = (-1)^n psi_n(1 - x) - pi
   * d^n/dx^n cot(pi x)}; else the recurrence moves x up to where the asymptotic series with
   * Bernoulli numbers is exact to double precision (Abramowitz and Stegun, 6.4.6, 6.4.7, 6.4.11).
   */
  static double polygamma(int order, double x) {
    if (Double.isNaN(x) || x == Double.NEGATIVE_INFINITY || (x <= 0 && x == Math.rint(x))) {
      return Double.NaN;
    }
    if (x == Double.POSITIVE_INFINITY) {
      return order == 0 ? x : 0;
    }
    double alternating = order % 2 == 0 ? 1 : -1;
    // The poles of both sides cancel near 0, so the recurrence serves there.
    if (x < -0.5) {
      return alternating * polygammaPositive(order, 1 - x) - cotangentDerivative(order, x);
    }
    return polygammaPositive(order, x);
  }

  /** For x above -1, not 0. */
  private static double polygammaPositive(int order, double x) {
    double sign = order % 2 == 0 ? -1 : 1;
    double sum = 0;
    double start = 20 + order;
    while (x < start) {
      sum += factorialOverPower(order, x);
      x += 1;
    }
    return order == 0 ? digammaSeries(x) - sum : sign * (sum + series(order, x));
  }

  /** {@code n! / x^(n+1)}, without overflow of the parts. */
  private static double factorialOverPower(int n, double x) {
    double value = 1 / x;
    for (int i = 1; i <= n; i++) {
      value *= i / x;
    }
    return value;
  }

  private static double digammaSeries(double x) {
    double inverse = 1 / x;
    double square = inverse * inverse;
    double tail = 0;
    for (int k = BERNOULLI.length; k >= 1; k--) {
      tail = square * (tail + BERNOULLI[k - 1] / (2 * k));
    }
    return Math.log(x) - 0.5 * inverse - tail;
  }

  /** {@code (n-1)!/x^n + n!/(2 x^(n+1)) + sum over k of B_2k (2k+n-1)! / ((2k)! x^(2k+n))}. */
  private static double series(int n, double x) {
    double leading = factorialOverPower(n - 1, x);
    double value = leading + leading * n / (2 * x);
    double factor = leading;
    for (int k = 1; k <= BERNOULLI.length; k++) {
      int j = 2 * k;
      factor *= (j + n - 2.0) * (j + n - 1.0) / ((j - 1.0) * j * x * x);
      value += BERNOULLI[k - 1] * factor;
    }
    return value;
  }

  /**
   * {@code pi d^n/dx^n cot(pi x)}: a polynomial in the cotangent, by {@code c' = -pi (1 + c^2)}.
   */
  private static double cotangentDerivative(int n, double x) {
    double angle = Math.PI * (x - Math.rint(x));
    double c = Math.cos(angle) / Math.sin(angle);
    double[] polynomial = {0, Math.PI};
    for (int i = 0; i < n; i++) {
      double[] next = new double[polynomial.length + 1];
      for (int j = 1; j < polynomial.length; j++) {
        next[j - 1] -= Math.PI * j * polynomial[j];
        next[j + 1] -= Math.PI * j * polynomial[j];
      }
      polynomial = next;
    }
    double value = 0;
    for (int j = polynomial.length - 1; j >= 0; j--) {
      value = value * c + polynomial[j];
    }
    return value;
  }
}
