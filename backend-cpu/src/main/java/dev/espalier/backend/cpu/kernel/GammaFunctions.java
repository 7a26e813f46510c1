package dev.espalier.backend.cpu.kernel;

/** The derivatives of the logarithm of the gamma function, of one double. */
public final class GammaFunctions {
  /**
   * The polynomials in {@code c = cot(pi x)} that the derivatives of c are, over pi to the power of
   * the order, up to this order. They follow from {@code c' = -pi (1 + c^2)}.
   */
  private static final double[][] COTANGENT = cotangentPolynomials(32);

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

  private GammaFunctions() {}

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

  private static double[][] cotangentPolynomials(int highest) {
    double[][] polynomials = new double[highest + 1][];
    polynomials[0] = new double[] {0, 1};
    for (int order = 1; order <= highest; order++) {
      polynomials[order] = cotangentPolynomial(polynomials[order - 1]);
    }
    return polynomials;
  }

  private static double[] cotangentPolynomial(double[] before) {
    double[] next = new double[before.length + 1];
    for (int i = 1; i < before.length; i++) {
      next[i - 1] -= i * before[i];
      next[i + 1] -= i * before[i];
    }
    return next;
  }

  /** The n-th derivative of {@code pi cot(pi x)} where the cotangent is c. */
  private static double cotangentDerivative(int n, double c) {
    double[] polynomial = COTANGENT[Math.min(n, COTANGENT.length - 1)];
    for (int order = COTANGENT.length; order <= n; order++) {
      polynomial = cotangentPolynomial(polynomial);
    }
    if (Double.isInfinite(c)) {
      // The highest power decides; with the others, infinity would meet 0.
      return polynomial[n + 1] * power(c, n + 1);
    }
    double value = 0;
    for (int i = n + 1; i >= 0; i--) {
      value = value * c + polynomial[i];
    }
    return value * power(Math.PI, n + 1);
  }

  private static double inversePower(double a, int s) {
    return a < 0x1p300 ? 1 / power(a, s) : power(1 / a, s);
  }

  /** {@code x^n} by squaring: a rounding for every multiplication, and nothing allocated. */
  private static double power(double x, int n) {
    double result = 1;
    double square = x;
    for (int bits = n; bits != 0; bits >>= 1) {
      if ((bits & 1) != 0) {
        result *= square;
      }
      square *= square;
    }
    return result;
  }

  /**
   * {@code sum over k >= 0 of (x + k)^-s} for x &gt; 0 and whole s &gt; 1, by the Euler-Maclaurin
   * formula.
   */
  private static double hurwitz(int s, double x) {
    double sum = 0;
    double a = x;
    while (a < 12 + 0.5 * s) {
      double term = inversePower(a, s);
      sum += term;
      if (term < sum * 0x1p-60) {
        return sum;
      }
      a += 1;
    }
    double power = inversePower(a, s);
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
    double a = Math.abs(r);
    return Math.copySign(sinHalfTurn(a > 0.5 ? 1 - a : a), r);
  }

  private static double cosPi(double x) {
    return sinHalfTurn(0.5 - Math.abs(Math.IEEEremainder(x, 2)));
  }

  /**
   * sin(pi r) for |r| up to 1/2, relative error 2^-61 (Remez exchange in 60 digits for sin(pi r) /
   * r in r^2). StrictMath's allocates.
   */
  private static double sinHalfTurn(double r) {
    double z = r * r;
    double p = Math.fma(z, 7.694627081180084e-07, -2.1903175918134366e-05);
    p = Math.fma(p, z, 0.0004662996851265107);
    p = Math.fma(p, z, -0.00737043047803702);
    p = Math.fma(p, z, 0.08214588656981316);
    p = Math.fma(p, z, -0.5992645293187335);
    p = Math.fma(p, z, 2.550164039877294);
    p = Math.fma(p, z, -5.167712780049969);
    p = Math.fma(p, z, 3.141592653589793);
    return p * r;
  }
}
