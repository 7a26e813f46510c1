package dev.espalier.engine.reference;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;

/** Between element types: by value and by bits. */
final class ConversionReference {
  private ConversionReference() {}

  static NdArray convert(DType to, NdArray x) {
    boolean narrowFloat = to == DType.BF16 || to == DType.F16;
    if (x.type().dtype() == DType.I64 && narrowFloat) {
      double[] values = new double[x.type().shape().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = toDoubleOdd(x.getLong(i));
      }
      return Elements.ofDoubles(x.type().withDType(to), values);
    }
    return x.convert(to);
  }

  /**
   * A long as a double rounded to odd, so that the second rounding, to 16 bits, gives what one
   * rounding would have given.
   */
  private static double toDoubleOdd(long value) {
    double nearest = (double) value;
    long back = (long) nearest;
    if (back == value) {
      return nearest;
    }
    boolean away = value > 0 ? back > value : back < value;
    double towardsZero = away ? Math.nextAfter(nearest, 0) : nearest;
    return Double.longBitsToDouble(Double.doubleToRawLongBits(towardsZero) | 1);
  }

  static NdArray bitcast(DType to, NdArray x) {
    TensorType type = x.type().withDType(to);
    Object from = x.storage();
    return NdArray.wrap(
        type,
        switch (to) {
          case F32 -> from instanceof int[] a ? floats(a) : from;
          case I32 -> from instanceof float[] a ? bits(a) : from;
          case F64 -> from instanceof long[] a ? doubles(a) : from;
          case I64 -> from instanceof double[] a ? bits(a) : from;
          case BF16, F16, BOOL -> from;
        });
  }

  private static float[] floats(int[] bits) {
    float[] to = new float[bits.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = Float.intBitsToFloat(bits[i]);
    }
    return to;
  }

  private static int[] bits(float[] values) {
    int[] to = new int[values.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = Float.floatToRawIntBits(values[i]);
    }
    return to;
  }

  private static double[] doubles(long[] bits) {
    double[] to = new double[bits.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = Double.longBitsToDouble(bits[i]);
    }
    return to;
  }

  private static long[] bits(double[] values) {
    long[] to = new long[values.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = Double.doubleToRawLongBits(values[i]);
    }
    return to;
  }
}
