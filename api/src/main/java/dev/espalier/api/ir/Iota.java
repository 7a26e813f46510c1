package dev.espalier.api.ir;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * The index along an axis: no operands; the element at (i_0, ..., i_n) is i_axis.
 *
 * @param type the type of the result, not BOOL
 * @param axis the axis that is counted along
 */
public record Iota(TensorType type, int axis) implements Op {
  @Override
  public String name() {
    return "iota";
  }

  @Override
  public String attributes() {
    return type + ", axis=" + axis;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 0);
    TypeRules.attribute(
        axis >= 0 && axis < type.shape().rank() && type.dtype() != DType.BOOL,
        this,
        operands,
        "the axis is one of the shape's, and the type a number");
    return List.of(type);
  }
}
