package dev.espalier.api.ir;

import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * The polygamma function: derivative {@code order + 1} of the logarithm of gamma; order 0 is
 * digamma. Elementwise on floating-point types. At the poles (0, -1, -2, ...) the result is NaN.
 *
 * @param order 0 or more
 */
public record Polygamma(int order) implements Op {
  @Override
  public String name() {
    return "polygamma";
  }

  @Override
  public String attributes() {
    return "order=" + order;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 1);
    TypeRules.attribute(order >= 0, this, operands, "the order is 0 or more");
    TypeRules.require(
        operands.getFirst().dtype().isFloat(),
        this,
        operands,
        "is defined on float types",
        "convert the operand first");
    return operands;
  }
}
