package dev.espalier.backend.cpu.kernel;

/**
 * Conversions of integers and booleans to every other type, as Java's casts do them: to a narrower
 * float by rounding to nearest, ties to even; to an integer by truncation, saturating, NaN to 0; to
 * a boolean by {@code x != 0}.
 */
public final class IntegerConversion {
  private static final short BF16_ONE = 0x3f80;
  private static final short F16_ONE = 0x3c00;

  private IntegerConversion() {}

  /** i32 to f32. */
  public static void i32ToF32(int[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) x[xo + i];
    }
  }

  /** i32 to f64. */
  public static void i32ToF64(int[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = x[xo + i];
    }
  }

  /** i32 to bf16. */
  public static void i32ToBf16(int[] x, int xo, short[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = HalfPrecision.floatToBf16(HalfPrecision.toOdd(x[xo + i]));
    }
  }

  /** i32 to f16. */
  public static void i32ToF16(int[] x, int xo, short[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = Float.floatToFloat16(HalfPrecision.toOdd(x[xo + i]));
    }
  }

  /** i32 to i64. */
  public static void i32ToI64(int[] x, int xo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = x[xo + i];
    }
  }

  /** i32 to bool. */
  public static void i32ToBool(int[] x, int xo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] != 0 ? 1 : 0);
    }
  }

  /** i64 to f32. */
  public static void i64ToF32(long[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (float) x[xo + i];
    }
  }

  /** i64 to f64. */
  public static void i64ToF64(long[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (double) x[xo + i];
    }
  }

  /** i64 to bf16. */
  public static void i64ToBf16(long[] x, int xo, short[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = HalfPrecision.floatToBf16(HalfPrecision.toOdd(x[xo + i]));
    }
  }

  /** i64 to f16. */
  public static void i64ToF16(long[] x, int xo, short[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = Float.floatToFloat16(HalfPrecision.toOdd(x[xo + i]));
    }
  }

  /** i64 to i32. */
  public static void i64ToI32(long[] x, int xo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (int) x[xo + i];
    }
  }

  /** i64 to bool. */
  public static void i64ToBool(long[] x, int xo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] != 0 ? 1 : 0);
    }
  }

  /** bool to f32. */
  public static void boolToF32(byte[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = x[xo + i];
    }
  }

  /** bool to f64. */
  public static void boolToF64(byte[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = x[xo + i];
    }
  }

  /** bool to bf16. */
  public static void boolToBf16(byte[] x, int xo, short[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = x[xo + i] != 0 ? BF16_ONE : 0;
    }
  }

  /** bool to f16. */
  public static void boolToF16(byte[] x, int xo, short[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = x[xo + i] != 0 ? F16_ONE : 0;
    }
  }

  /** bool to i32. */
  public static void boolToI32(byte[] x, int xo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = x[xo + i];
    }
  }

  /** bool to i64. */
  public static void boolToI64(byte[] x, int xo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = x[xo + i];
    }
  }
}
