package dev.espalier.backend.cpu.kernel;

/**
 * The rarer functions of blocks of floats, one element at a time, computed in doubles: by {@link
 * StrictMath}, so with the same bits everywhere, or by {@link SpecialFunctions} and {@link
 * GammaFunctions}.
 */
public final class FloatFunctions {
  private FloatFunctions() {}

  /** The tangent. */
  public static void tan(float[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) StrictMath.tan(x[xo + i]);
    }
  }

  /** The arc sine; NaN outside [-1, 1]. */
  public static void asin(float[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) StrictMath.asin(x[xo + i]);
    }
  }

  /** The arc cosine; NaN outside [-1, 1]. */
  public static void acos(float[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) StrictMath.acos(x[xo + i]);
    }
  }

  /** The arc tangent. */
  public static void atan(float[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) StrictMath.atan(x[xo + i]);
    }
  }

  /** The hyperbolic sine. */
  public static void sinh(float[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) StrictMath.sinh(x[xo + i]);
    }
  }

  /** The hyperbolic cosine. */
  public static void cosh(float[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) StrictMath.cosh(x[xo + i]);
    }
  }

  /** The inverse hyperbolic sine. */
  public static void asinh(float[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) SpecialFunctions.asinh(x[xo + i]);
    }
  }

  /** The inverse hyperbolic cosine; NaN below 1. */
  public static void acosh(float[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) SpecialFunctions.acosh(x[xo + i]);
    }
  }

  /** The inverse hyperbolic tangent; infinite at -1 and 1. */
  public static void atanh(float[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) SpecialFunctions.atanh(x[xo + i]);
    }
  }

  /** The cube root. */
  public static void cbrt(float[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) StrictMath.cbrt(x[xo + i]);
    }
  }

  /** The inverse error function; infinite at -1 and 1. */
  public static void erfinv(float[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) SpecialFunctions.erfinv(x[xo + i]);
    }
  }

  /** The logarithm of the absolute value of the gamma function. */
  public static void lgamma(float[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) GammaFunctions.lgamma(x[xo + i]);
    }
  }

  /** The logarithmic derivative of the gamma function; NaN at its poles. */
  public static void digamma(float[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) GammaFunctions.digamma(x[xo + i]);
    }
  }

  /** The derivative of digamma of the given order (0: digamma itself). */
  public static void polygamma(int order, float[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) GammaFunctions.polygamma(order, x[xo + i]);
    }
  }

  /** The angle of the point (y, x), the first operand being y. */
  public static void atan2(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) StrictMath.atan2(x[xo + i], y[yo + i]);
    }
  }

  /** The angle of the point (y, x), the first operand being y. The second operand is one value. */
  public static void atan2(float[] x, int xo, float y, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) StrictMath.atan2(x[xo + i], y);
    }
  }

  /** The angle of the point (y, x), the first operand being y. The first operand is one value. */
  public static void atan2(float x, float[] y, int yo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) StrictMath.atan2(x, y[yo + i]);
    }
  }
}
