package dev.espalier.api.tensor;

import java.util.Objects;

/**
 * What is known of a tensor before it has values: element type and shape.
 *
 * @param dtype the element type
 * @param shape the extents
 */
public record TensorType(DType dtype, Shape shape) {
  public TensorType {
    Objects.requireNonNull(dtype);
    Objects.requireNonNull(shape);
  }

  /** The type with this element type and these extents. */
  public static TensorType of(DType dtype, int... extents) {
    return new TensorType(dtype, Shape.of(extents));
  }

  /** The same shape with another element type. */
  public TensorType withDType(DType other) {
    return new TensorType(other, shape);
  }

  /** The same element type with another shape. */
  public TensorType withShape(Shape other) {
    return new TensorType(dtype, other);
  }

  /** The number of bytes that the elements take. */
  public long bytes() {
    return (long) shape.size() * dtype.bytes();
  }

  /** As in {@code f32[3, 4]}; a scalar is {@code f32[]}. */
  @Override
  public String toString() {
    return dtype.text() + shape;
  }
}
