package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Conversions of bfloat16 and half precision numbers (bits in shorts) to every other type, as
 * Java's casts do them: to a narrower float by rounding to nearest, ties to even; to an integer by
 * truncation, saturating, NaN to 0; to a boolean by {@code x != 0}.
 */
public final class HalfConversion {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

  /** As many shorts as there are ints in a vector. */
  private static final VectorSpecies<Short> SHORTS = VectorLanes.SHORTS;

  private HalfConversion() {}

  /** bf16 to f32. */
  public static void bf16ToF32(short[] x, int xo, float[] z, int zo, int n) {
    int bound = INTS.loopBound(n);
    for (int i = 0; i < bound; i += INTS.length()) {
      ((IntVector)
              ShortVector.fromArray(SHORTS, x, xo + i).convertShape(VectorOperators.S2I, INTS, 0))
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(z, zo + i);
    }
    for (int i = bound; i < n; i++) {
      z[zo + i] = HalfPrecision.bf16ToFloat(x[xo + i]);
    }
  }

  /** bf16 to f64. */
  public static void bf16ToF64(short[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = HalfPrecision.bf16ToFloat(x[xo + i]);
    }
  }

  /** bf16 to f16. */
  public static void bf16ToF16(short[] x, int xo, short[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = Float.floatToFloat16(HalfPrecision.bf16ToFloat(x[xo + i]));
    }
  }

  /** bf16 to i32. */
  public static void bf16ToI32(short[] x, int xo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (int) HalfPrecision.bf16ToFloat(x[xo + i]);
    }
  }

  /** bf16 to i64. */
  public static void bf16ToI64(short[] x, int xo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (long) HalfPrecision.bf16ToFloat(x[xo + i]);
    }
  }

  /** bf16 to bool. */
  public static void bf16ToBool(short[] x, int xo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) ((x[xo + i] & 0x7fff) != 0 ? 1 : 0);
    }
  }

  /** f16 to f32. */
  public static void f16ToF32(short[] x, int xo, float[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = Float.float16ToFloat(x[xo + i]);
    }
  }

  /** f16 to f64. */
  public static void f16ToF64(short[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = Float.float16ToFloat(x[xo + i]);
    }
  }

  /** f16 to bf16. */
  public static void f16ToBf16(short[] x, int xo, short[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = HalfPrecision.floatToBf16(Float.float16ToFloat(x[xo + i]));
    }
  }

  /** f16 to i32. */
  public static void f16ToI32(short[] x, int xo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (int) Float.float16ToFloat(x[xo + i]);
    }
  }

  /** f16 to i64. */
  public static void f16ToI64(short[] x, int xo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (long) Float.float16ToFloat(x[xo + i]);
    }
  }

  /** f16 to bool. */
  public static void f16ToBool(short[] x, int xo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) ((x[xo + i] & 0x7fff) != 0 ? 1 : 0);
    }
  }
}
