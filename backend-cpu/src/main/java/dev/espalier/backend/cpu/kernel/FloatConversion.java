package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Conversions of floats and doubles to every other type, as Java's casts do them: to a narrower
 * float by rounding to nearest, ties to even; to an integer by truncation, saturating, NaN to 0; to
 * a boolean by {@code x != 0}.
 */
public final class FloatConversion {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

  /** As many shorts as there are ints in a vector. */
  private static final VectorSpecies<Short> SHORTS = VectorLanes.SHORTS;

  private FloatConversion() {}

  /** f32 to f64. */
  public static void f32ToF64(float[] x, int xo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = x[xo + i];
    }
  }

  /** f32 to bf16. */
  public static void f32ToBf16(float[] x, int xo, short[] z, int zo, int n) {
    int bound = INTS.loopBound(n);
    for (int i = 0; i < bound; i += INTS.length()) {
      FloatVector v = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, x, xo + i);
      IntVector bits = v.reinterpretAsInts();
      IntVector even = bits.lanewise(VectorOperators.LSHR, 16).and(1);
      IntVector rounded = bits.add(even).add(0x7fff);
      IntVector quiet = bits.or(0x00400000);
      ((ShortVector)
              rounded
                  .blend(quiet, v.compare(VectorOperators.NE, v).cast(INTS))
                  .lanewise(VectorOperators.ASHR, 16)
                  .convertShape(VectorOperators.I2S, SHORTS, 0))
          .intoArray(z, zo + i);
    }
    for (int i = bound; i < n; i++) {
      z[zo + i] = HalfPrecision.floatToBf16(x[xo + i]);
    }
  }

  /** f32 to bf16 and back, in place. */
  public static void roundToBf16(float[] x, int xo, int n) {
    int bound = INTS.loopBound(n);
    for (int i = 0; i < bound; i += INTS.length()) {
      FloatVector v = FloatVector.fromArray(FloatVector.SPECIES_PREFERRED, x, xo + i);
      IntVector bits = v.reinterpretAsInts();
      IntVector even = bits.lanewise(VectorOperators.LSHR, 16).and(1);
      IntVector rounded = bits.add(even).add(0x7fff);
      IntVector quiet = bits.or(0x00400000);
      rounded
          .blend(quiet, v.compare(VectorOperators.NE, v).cast(INTS))
          .and(0xffff0000)
          .reinterpretAsFloats()
          .intoArray(x, xo + i);
    }
    for (int i = bound; i < n; i++) {
      x[xo + i] = HalfPrecision.bf16ToFloat(HalfPrecision.floatToBf16(x[xo + i]));
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
