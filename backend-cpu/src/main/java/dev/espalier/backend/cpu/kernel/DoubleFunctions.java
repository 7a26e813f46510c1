package dev.espalier.backend.cpu.kernel;

/**
 * The rarer functions of blocks of doubles, one element at a time: by {@link StrictMath}, so with
 * the same bits everywhere, or by {@link SpecialFunctions} and {@link GammaFunctions}.
 */
public final class DoubleFunctions {
  private DoubleFunctions() {}

  /** The tangent. */
  public static void tan(double[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = StrictMath.tan(x[xo + i]);
    }
  }

  /** The arc sine; NaN outside [-1, 1]. */
  public static void asin(double[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = StrictMath.asin(x[xo + i]);
    }
  }

  /** The arc cosine; NaN outside [-1, 1]. */
  public static void acos(double[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = StrictMath.acos(x[xo + i]);
    }
  }

  /** The arc tangent. */
  public static void atan(double[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = StrictMath.atan(x[xo + i]);
    }
  }

  /** The hyperbolic sine. */
  public static void sinh(double[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = StrictMath.sinh(x[xo + i]);
    }
  }

  /** The hyperbolic cosine. */
  public static void cosh(double[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = StrictMath.cosh(x[xo + i]);
    }
  }

  /** The inverse hyperbolic sine. */
  public static void asinh(double[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = SpecialFunctions.asinh(x[xo + i]);
    }
  }

  /** The inverse hyperbolic cosine; NaN below 1. */
  public static void acosh(double[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = SpecialFunctions.acosh(x[xo + i]);
    }
  }

  /** The inverse hyperbolic tangent; infinite at -1 and 1. */
  public static void atanh(double[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = SpecialFunctions.atanh(x[xo + i]);
    }
  }

  /** The cube root. */
  public static void cbrt(double[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = StrictMath.cbrt(x[xo + i]);
    }
  }

  /** The error function. */
  public static void erf(double[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = SpecialFunctions.erf(x[xo + i]);
    }
  }

  /** The complementary error function. */
  public static void erfc(double[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = SpecialFunctions.erfc(x[xo + i]);
    }
  }

  /** The inverse error function; infinite at -1 and 1. */
  public static void erfinv(double[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = SpecialFunctions.erfinv(x[xo + i]);
    }
  }

  /** The logarithm of the absolute value of the gamma function. */
  public static void lgamma(double[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = GammaFunctions.lgamma(x[xo + i]);
    }
  }

  /** The logarithmic derivative of the gamma function; NaN at its poles. */
  public static void digamma(double[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = GammaFunctions.digamma(x[xo + i]);
    }
  }

  /** The derivative of digamma of the given order (0: digamma itself). */
  public static void polygamma(int order, double[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = GammaFunctions.polygamma(order, x[xo + i]);
    }
  }

  /** The angle of the point (y, x), the first operand being y. */
  public static void atan2(double[] x, int xo, double[] y, int yo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = StrictMath.atan2(x[xo + i], y[yo + i]);
    }
  }

  /** The angle of the point (y, x), the first operand being y. The second operand is one value. */
  public static void atan2(double[] x, int xo, double y, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = StrictMath.atan2(x[xo + i], y);
    }
  }

  /** The angle of the point (y, x), the first operand being y. The first operand is one value. */
  public static void atan2(double x, double[] y, int yo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = StrictMath.atan2(x, y[yo + i]);
    }
  }

  /** {@code x^y}. */
  public static void pow(double[] x, int xo, double[] y, int yo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = StrictMath.pow(x[xo + i], y[yo + i]);
    }
  }

  /** {@code x^y}. The second operand is one value. */
  public static void pow(double[] x, int xo, double y, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = StrictMath.pow(x[xo + i], y);
    }
  }

  /** {@code x^y}. The first operand is one value. */
  public static void pow(double x, double[] y, int yo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = StrictMath.pow(x, y[yo + i]);
    }
  }
}
