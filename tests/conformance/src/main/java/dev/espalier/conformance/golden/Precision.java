package dev.espalier.conformance.golden;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * How exact an element type is: bounds are a number of roundings of a scale that the caller gives.
 *
 * <p>The roundings allowed, {@link #ROUNDINGS}, are what a formula of some ten operations may
 * gather, each function in it being good to a few units in the last place.
 *
 * @param dtype F64 or F32
 * @param rounding half the distance from 1 to the next number
 * @param smallest the smallest normal number, below which results may be flushed to 0
 */
record Precision(DType dtype, double rounding, double smallest) {
  /** How many roundings of the scale are allowed. */
  static final double ROUNDINGS = 16;

  /** Those that golden points are checked in. */
  static final List<Precision> CHECKED =
      List.of(
          new Precision(DType.F64, 0x1p-53, Double.MIN_NORMAL),
          new Precision(DType.F32, 0x1p-24, Float.MIN_NORMAL));

  /** The largest difference allowed at a scale. */
  double bound(double scale) {
    return ROUNDINGS * rounding * scale + smallest;
  }

  /** The type of a shape. */
  TensorType type(int... extents) {
    return new TensorType(dtype, Shape.of(extents));
  }

  /** Numbers as an array. */
  NdArray array(double[] numbers, int... extents) {
    return NdArray.of(numbers, extents).convert(dtype);
  }
}
