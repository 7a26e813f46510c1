package dev.espalier.api.ir;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Any positive number of operands of one element type, joined along an axis; the other extents
 * agree.
 *
 * @param axis the axis that grows
 */
public record Concat(int axis) implements Op {
  @Override
  public String name() {
    return "concat";
  }

  @Override
  public String attributes() {
    return "axis=" + axis;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.require(
        !operands.isEmpty(), this, operands, "takes at least one operand", "pass an operand");
    TensorType first = operands.getFirst();
    TypeRules.attribute(
        axis >= 0 && axis < first.shape().rank(), this, operands, "the axis is one of the shape's");
    long extent = 0;
    for (TensorType operand : operands) {
      TypeRules.require(
          operand.shape().rank() == first.shape().rank()
              && operand
                  .withShape(operand.shape().with(axis, 0))
                  .equals(first.withShape(first.shape().with(axis, 0))),
          this,
          operands,
          "needs operands that agree but for the extent of the axis",
          "check shapes and element types");
      extent += operand.shape().extent(axis);
    }
    TypeRules.attribute(
        extent <= Integer.MAX_VALUE, this, operands, "the joined extent is less than 2^31");
    Shape shape = first.shape().with(axis, (int) extent);
    return List.of(first.withShape(shape));
  }
}
