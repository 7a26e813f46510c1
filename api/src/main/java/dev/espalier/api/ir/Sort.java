package dev.espalier.api.ir;

import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Operands (keys, payload...), all of one shape: all reordered along an axis by the keys, ascending
 * or descending, stable. Floats are ordered as by {@link Double#compare}: -0.0 before 0.0, NaN
 * after everything (first when descending).
 *
 * @param axis the axis that is sorted along
 * @param descending largest first
 */
public record Sort(int axis, boolean descending) implements Op {
  @Override
  public String name() {
    return "sort";
  }

  @Override
  public String attributes() {
    return "axis=" + axis + ", descending=" + descending;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.require(
        !operands.isEmpty()
            && operands.stream().allMatch(o -> o.shape().equals(operands.getFirst().shape())),
        this,
        operands,
        "takes keys and payloads of one shape",
        "broadcast or reshape the payload");
    TypeRules.attribute(
        axis >= 0 && axis < operands.getFirst().shape().rank(),
        this,
        operands,
        "the axis is one of the shape's");
    return operands;
  }
}
