package dev.espalier.backend.cpu.kernel;

/** The logarithm of the gamma function and its derivatives, of one double. */
public final class GammaFunctions {
  private static final double EULER = 0.5772156649015329;
  private static final double HALF_LOG_TWO_PI = 0.9189385332046727;

  /** The Bernoulli numbers B2, B4, ..., B20. */
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
    -174611.0 / 330
  };

  /** {@code zeta(k) - 1} at index k, for k from 2. */
  private static final double[] ZETA_MINUS_ONE = zetaMinusOne(40);

  private GammaFunctions() {}

  private static double[] zetaMinusOne(int count) {
    double[] values = new double[count];
    for (int k = 2; k < count; k++) {
      values[k] = hurwitz(k, 2);
    }
    return values;
  }

  /** {@code ln |Gamma(x)|}; infinite at the poles 0, -1, -2, ... and at both infinities. */
  public static double lgamma(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    if (Double.isInfinite(x) || (x <= 0 && x == Math.rint(x))) {
      return Double.POSITIVE_INFINITY;
    }
    if (x < 0) {
      if (x > -0x1p-60) {
        return -StrictMath.log(-x);
      }
      return StrictMath.log(Math.PI / Math.abs(sinPi(x))) - lgamma(1 - x);
    }
    if (x < 0.5) {
      return nearTwo(x) - StrictMath.log1p(x) - StrictMath.log(x);
    }
    if (x < 1.5) {
      return nearTwo(x - 1) - StrictMath.log1p(x - 1);
    }
    if (x <= 2.5) {
      return nearTwo(x - 2);
    }
    if (x < 10) {
      double product = 1;
      double y = x;
      while (y > 2.5) {
        y -= 1;
        product *= y;
      }
      return StrictMath.log(product) + nearTwo(y - 2);
    }
    double inverse = 1 / x;
    double square = inverse * inverse;
    double series = 0;
    for (int j = BERNOULLI.length; j >= 1; j--) {
      series = series * square + BERNOULLI[j - 1] / (2.0 * j * (2 * j - 1));
    }
    double log = StrictMath.log(x);
    if (x > 0x1p60) {
      return x * (log - 1);
    }
    return (x - 0.5) * log - x + HALF_LOG_TWO_PI + series * inverse;
  }

  /**
   * {@code ln Gamma(2 + z) = (1 - gamma) z + sum over k of (zeta(k) - 1) (-z)^k / k} for |z| up to
   * 1/2.
   */
  private static double nearTwo(double z) {
    double series = 0;
    for (int k = ZETA_MINUS_ONE.length - 1; k >= 2; k--) {
      series = series * -z + ZETA_MINUS_ONE[k] / k;
    }
    return (1 - EULER) * z + series * z * z;
  }

  /** The derivative of lgamma; NaN at the poles and at minus infinity. */
  public static double digamma(double x) {
    if (x == Double.POSITIVE_INFINITY) {
      return x;
    }
    if (!(x > Double.NEGATIVE_INFINITY) || (x <= 0 && x == Math.rint(x))) {
      return Double.NaN;
    }
    if (x < 0) {
      return digamma(1 - x) - Math.PI * cosPi(x) / sinPi(x);
    }
    double shift = 0;
    double y = x;
    while (y < 10) {
      shift += 1 / y;
      y += 1;
    }
    double square = 1 / (y * y);
    double series = 0;
    for (int j = BERNOULLI.length; j >= 1; j--) {
      series = series * square + BERNOULLI[j - 1] / (2.0 * j);
    }
    return StrictMath.log(y) - 0.5 / y - series * square - shift;
  }

  /**
   * The derivative of digamma of order n: {@code (-1)^(n+1) n! zeta(n + 1, x)}, below zero by the
   * derivative of the reflection formula; NaN at the poles.
   */
  public static double polygamma(int n, double x) {
    if (n == 0) {
      return digamma(x);
    }
    if (n < 0 || !(x > Double.NEGATIVE_INFINITY) || (x <= 0 && x == Math.rint(x))) {
      return Double.NaN;
    }
    if (x == Double.POSITIVE_INFINITY) {
      return 0;
    }
    double sign = (n & 1) == 0 ? -1 : 1;
    if (x < 0) {
      // (-1)^n psi(1 - x) - psi(x) = d^n/dx^n of pi cot(pi x).
      return -sign * polygamma(n, 1 - x) - cotangentDerivative(n, cosPi(x) / sinPi(x));
    }
    double factorial = 1;
    for (int i = 2; i <= n; i++) {
      factorial *= i;
    }
    return sign * factorial * hurwitz(n + 1, x);
  }

  /**
   * The n-th derivative of {@code pi cot(pi x)} by the polynomial in c = cot that {@code c' = -(1 +
   * c^2)} gives.
   */
  private static double cotangentDerivative(int n, double c) {
    double[] polynomial = new double[n + 2];
    polynomial[1] = 1;
    for (int step = 0; step < n; step++) {
      double[] next = new double[n + 2];
      for (int i = 1; i <= step + 1; i++) {
        next[i - 1] -= i * polynomial[i];
        next[i + 1] -= i * polynomial[i];
      }
      polynomial = next;
    }
    if (Double.isInfinite(c)) {
      // The highest power decides; with the others, infinity would meet 0.
      return polynomial[n + 1] * StrictMath.pow(c, n + 1);
    }
    double value = 0;
    for (int i = n + 1; i >= 0; i--) {
      value = value * c + polynomial[i];
    }
    return value * StrictMath.pow(Math.PI, n + 1);
  }

  /**
   * {@code sum over k >= 0 of (x + k)^-s} for x &gt; 0 and whole s &gt; 1, by the Euler-Maclaurin
   * formula.
   */
  private static double hurwitz(int s, double x) {
    double sum = 0;
    double a = x;
    while (a < 12 + 0.5 * s) {
      double term = StrictMath.pow(a, -s);
      sum += term;
      if (term < sum * 0x1p-60) {
        return sum;
      }
      a += 1;
    }
    double power = StrictMath.pow(a, -s);
    double tail = power * a / (s - 1) + 0.5 * power;
    double factor = s * power / a;
    for (int j = 1; j <= BERNOULLI.length; j++) {
      factor /= j == 1 ? 2 : (2.0 * j - 1) * (2.0 * j);
      tail += BERNOULLI[j - 1] * factor;
      factor *= (s + 2.0 * j - 1) * (s + 2.0 * j) / (a * a);
    }
    return sum + tail;
  }

  /** sin(pi x), exact in its argument's reduction. */
  private static double sinPi(double x) {
    double r = Math.IEEEremainder(x, 2);
    return r > 0.5
        ? StrictMath.sin(Math.PI * (1 - r))
        : r < -0.5 ? -StrictMath.sin(Math.PI * (1 + r)) : StrictMath.sin(Math.PI * r);
  }

  private static double cosPi(double x) {
    double r = Math.abs(Math.IEEEremainder(x, 2));
    return r <= 0.25
        ? StrictMath.cos(Math.PI * r)
        : r < 0.75 ? StrictMath.sin(Math.PI * (0.5 - r)) : -StrictMath.cos(Math.PI * (1 - r));
  }
}
