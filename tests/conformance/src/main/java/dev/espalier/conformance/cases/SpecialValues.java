package dev.espalier.conformance.cases;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/** The values at which kernels go wrong. */
final class SpecialValues {
  private static final double[] FLOATS = {
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    -1.5,
    2,
    -2,
    2.5,
    -2.5,
    3,
    -3,
    10,
    -10,
    100,
    -100,
    1000,
    -1000,
    1e-3,
    -1e-3,
    1e-7,
    -1e-7,
    65504,
    -65504,
    Math.PI,
    -Math.PI,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN
  };

  private SpecialValues() {}

  /** The special values of an element type: zeros, limits, subnormals, infinities, NaN. */
  static NdArray of(DType dtype) {
    return switch (dtype) {
      case F32 -> floats(dtype, Float.MIN_VALUE, Float.MIN_NORMAL, Float.MAX_VALUE, 1e30, 0x1p24);
      case F64 ->
          floats(dtype, Double.MIN_VALUE, Double.MIN_NORMAL, Double.MAX_VALUE, 1e300, 0x1p53);
      case BF16 -> floats(dtype, 0x1p-133, 0x1p-126, 0x1.fep127, 1e30, 0x1p8);
      case F16 -> floats(dtype, 0x1p-24, 0x1p-14, 65504, 1e4, 0x1p11);
      case I32 ->
          integers(
              dtype,
              0,
              1,
              -1,
              2,
              -2,
              7,
              -7,
              31,
              32,
              33,
              63,
              64,
              -31,
              1000,
              Integer.MAX_VALUE,
              Integer.MIN_VALUE,
              Integer.MAX_VALUE - 1,
              Integer.MIN_VALUE + 1);
      case I64 ->
          integers(
              dtype,
              0,
              1,
              -1,
              2,
              -2,
              7,
              -7,
              31,
              32,
              33,
              63,
              64,
              65,
              -63,
              1000,
              Integer.MAX_VALUE,
              Integer.MIN_VALUE,
              1L << 32,
              (1L << 53) + 1,
              0x1234_5678_9abc_def0L,
              Long.MAX_VALUE,
              Long.MIN_VALUE,
              Long.MAX_VALUE - 1,
              Long.MIN_VALUE + 1);
      case BOOL -> integers(dtype, 0, 1);
    };
  }

  /**
   * Values to run over: zeros of both signs, then infinities, then NaN. No large finite ones, after
   * which nothing could be said of the digits of a sum.
   */
  static NdArray running(DType dtype) {
    double infinity = Double.POSITIVE_INFINITY;
    double[] floats = {
      -0.0, 0.0, 1.5, -2.5, 0.25, infinity, 1, -infinity, 1, Double.NaN, 2, infinity
    };
    return dtype.isFloat() ? NdArray.of(floats, floats.length).convert(dtype) : of(dtype);
  }

  /** Every pair of special values, as two arrays. */
  static List<NdArray> pairs(DType dtype) {
    NdArray values = of(dtype);
    int n = values.type().shape().size();
    TensorType type = TensorType.of(dtype, n * n);
    Object first = NdArray.allocate(type);
    Object second = NdArray.allocate(type);
    for (int i = 0; i < n * n; i++) {
      System.arraycopy(values.storage(), i / n, first, i, 1);
      System.arraycopy(values.storage(), i % n, second, i, 1);
    }
    return List.of(NdArray.wrap(type, first), NdArray.wrap(type, second));
  }

  private static NdArray floats(DType dtype, double... more) {
    double[] all = new double[FLOATS.length + 2 * more.length];
    System.arraycopy(FLOATS, 0, all, 0, FLOATS.length);
    for (int i = 0; i < more.length; i++) {
      all[FLOATS.length + 2 * i] = more[i];
      all[FLOATS.length + 2 * i + 1] = -more[i];
    }
    return NdArray.of(all, all.length).convert(dtype);
  }

  private static NdArray integers(DType dtype, long... values) {
    return NdArray.of(values, values.length).convert(dtype);
  }
}
