package dev.espalier.engine.reference;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;

/**
 * How the interpreter carries elements: floats as double, integers and BOOL as long. A result is
 * rounded (floats) or cut to its low bits (integers) once, when it is stored. Movement copies the
 * stored bits.
 */
final class Elements {
  private Elements() {}

  /** An array of a floating-point type, each value rounded to it. */
  static NdArray ofDoubles(TensorType type, double[] values) {
    return NdArray.wrap(type.withDType(DType.F64), values).convert(type.dtype());
  }

  /** An array of an integer type, the low bits of each value; or of BOOL. */
  static NdArray ofLongs(TensorType type, long[] values) {
    return NdArray.wrap(type.withDType(DType.I64), values).convert(type.dtype());
  }

  /**
   * The elements of x at these indices, bit by bit.
   *
   * @param from for each element of the result its index in x, or -1 for the filling
   * @param filling a scalar of x's element type
   */
  static NdArray pick(NdArray x, Shape shape, int[] from, NdArray filling) {
    TensorType type = x.type().withShape(shape);
    Object to = NdArray.allocate(type);
    for (int i = 0; i < from.length; i++) {
      NdArray source = from[i] < 0 ? filling : x;
      copy(source.storage(), Math.max(from[i], 0), to, i);
    }
    return NdArray.wrap(type, to);
  }

  /** The elements of x at these indices, bit by bit. */
  static NdArray pick(NdArray x, Shape shape, int[] from) {
    return pick(x, shape, from, x);
  }

  /** Copies one element between two storages of one element type. */
  @SuppressWarnings("SuspiciousSystemArraycopy") // both are the storage of one element type
  static void copy(Object from, int fromIndex, Object to, int toIndex) {
    System.arraycopy(from, fromIndex, to, toIndex, 1);
  }

  /** A part along the leading axis. */
  static NdArray row(NdArray x, int row) {
    Shape shape = x.type().shape().remove(0);
    int[] from = new int[shape.size()];
    for (int i = 0; i < from.length; i++) {
      from[i] = row * from.length + i;
    }
    return pick(x, shape, from);
  }
}
