package dev.espalier.backend.cpu.kernel;

/**
 * Single values of bfloat16 and the step before them: rounding to odd, which avoids rounding twice.
 */
final class HalfPrecision {
  private HalfPrecision() {}

  static float bf16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** To nearest, ties to even; a NaN stays a NaN, quiet. */
  static short floatToBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int rounded = bits + 0x7fff + ((bits >>> 16) & 1);
    int quiet = bits | 0x00400000;
    return (short) ((Float.isNaN(value) ? quiet : rounded) >>> 16);
  }

  /**
   * The float next to the value whose last bit is odd, or the value itself where a float holds it:
   * rounding that further gives what rounding the value at once would give (Boldo and Melquiond
   * 2008).
   */
  static float toOdd(double value) {
    float nearest = (float) value;
    if (nearest == value || Double.isNaN(value) || (Float.floatToRawIntBits(nearest) & 1) != 0) {
      return nearest;
    }
    if (Float.isInfinite(nearest)) {
      return nearest;
    }
    return value > nearest ? Math.nextUp(nearest) : Math.nextDown(nearest);
  }

  static float toOdd(int value) {
    return toOdd((double) value);
  }

  static float toOdd(long value) {
    long magnitude = Math.abs(value);
    if (magnitude >= 0 && magnitude < 1L << 53) {
      return toOdd((double) value);
    }
    // Ten bits fold into one sticky bit: far below the last bit of a float at this size.
    long folded = (magnitude >>> 10) | ((magnitude & 1023) != 0 ? 1 : 0);
    double scaled = folded * 0x1p10;
    return toOdd(value < 0 ? -scaled : scaled);
  }
}
