package dev.espalier.api.ir;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * The I32 index of the largest element along an axis, which disappears. The first of equals; the
 * first NaN if there is one; 0.0 equals -0.0. The axis is not empty.
 *
 * @param axis the axis that disappears
 */
public record ArgMax(int axis) implements Op {
  @Override
  public String name() {
    return "arg_max";
  }

  @Override
  public String attributes() {
    return "axis=" + axis;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 1);
    TensorType x = operands.getFirst();
    TypeRules.attribute(
        axis >= 0 && axis < x.shape().rank() && x.shape().extent(axis) > 0,
        this,
        operands,
        "the axis is one of the shape's and not empty");
    return List.of(new TensorType(DType.I32, x.shape().remove(axis)));
  }
}
