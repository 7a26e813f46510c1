package dev.espalier.conformance.numerics;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;

/** Units in the last place. */
public final class Ulp {
  private Ulp() {}

  /**
   * The distance of two values of an array's floating-point type in units in the last place: the
   * number of steps between neighbouring values that lead from one to the other. NaN and NaN are 0
   * apart, NaN and a number infinitely far; 0.0 and -0.0 are 0 apart; an infinity is one step
   * beyond the largest finite value.
   *
   * @param dtype F32, F64, BF16 or F16
   * @param x rounded to the type
   * @param y rounded to the type
   */
  public static double distance(DType dtype, double x, double y) {
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return Double.isNaN(x) && Double.isNaN(y) ? 0 : Double.POSITIVE_INFINITY;
    }
    long from = rank(dtype, x);
    long to = rank(dtype, y);
    // Ranks of F64 fill 64 bits, so their difference may not fit a long.
    return Math.abs((double) to - (double) from) < 0x1p52
        ? Math.abs(to - from)
        : Math.abs((double) to - (double) from);
  }

  /** The place of a value among all values of its type, 0 for both zeros. */
  private static long rank(DType dtype, double value) {
    return switch (dtype) {
      case F64 -> {
        long bits = Double.doubleToRawLongBits(value);
        yield bits < 0 ? -(bits & Long.MAX_VALUE) : bits;
      }
      case F32 -> {
        int bits = Float.floatToRawIntBits((float) value);
        yield bits < 0 ? -(bits & Integer.MAX_VALUE) : bits;
      }
      case BF16, F16 -> {
        short bits = ((short[]) NdArray.scalar(dtype, value).storage())[0];
        yield bits < 0 ? -(bits & Short.MAX_VALUE) : bits;
      }
      case I32, I64, BOOL -> throw new IllegalArgumentException(dtype + " has no ulp");
    };
  }
}
