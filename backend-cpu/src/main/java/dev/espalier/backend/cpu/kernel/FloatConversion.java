package dev.espalier.backend.cpu.kernel;

/**
 * Conversions of floats and doubles to every other type, as Java's casts do them: to a narrower
 * float by rounding to nearest, ties to even; to an integer by truncation, saturating, NaN to 0; to
 * a boolean by {@code x != 0}.
 */
public final class FloatConversion {
  private FloatConversion() {}

  /** f32 to f64. */
  public static void f32ToF64(float[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = x[xo + i];
    }
  }

  /** f32 to bf16. */
  public static void f32ToBf16(float[] x, int xo, short[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = HalfPrecision.floatToBf16(x[xo + i]);
    }
  }

  /** f32 to f16. */
  public static void f32ToF16(float[] x, int xo, short[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = Float.floatToFloat16(x[xo + i]);
    }
  }

  /** f32 to i32. */
  public static void f32ToI32(float[] x, int xo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (int) x[xo + i];
    }
  }

  /** f32 to i64. */
  public static void f32ToI64(float[] x, int xo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (long) x[xo + i];
    }
  }

  /** f32 to bool. */
  public static void f32ToBool(float[] x, int xo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] != 0 ? 1 : 0);
    }
  }

  /** f64 to f32. */
  public static void f64ToF32(double[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) x[xo + i];
    }
  }

  /** f64 to bf16. */
  public static void f64ToBf16(double[] x, int xo, short[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = HalfPrecision.floatToBf16(HalfPrecision.toOdd(x[xo + i]));
    }
  }

  /** f64 to f16. */
  public static void f64ToF16(double[] x, int xo, short[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = Float.floatToFloat16(HalfPrecision.toOdd(x[xo + i]));
    }
  }

  /** f64 to i32. */
  public static void f64ToI32(double[] x, int xo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (int) x[xo + i];
    }
  }

  /** f64 to i64. */
  public static void f64ToI64(double[] x, int xo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (long) x[xo + i];
    }
  }

  /** f64 to bool. */
  public static void f64ToBool(double[] x, int xo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] != 0 ? 1 : 0);
    }
  }
}
