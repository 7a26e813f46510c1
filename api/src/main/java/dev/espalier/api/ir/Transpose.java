package dev.espalier.api.ir;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Axes in another order: axis i of the result is axis {@code permutation[i]} of the operand.
 *
 * @param permutation every axis of the operand once
 */
public record Transpose(List<Integer> permutation) implements Op {
  public Transpose {
    permutation = List.copyOf(permutation);
  }

  @Override
  public String name() {
    return "transpose";
  }

  @Override
  public String attributes() {
    return "permutation=" + permutation;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 1);
    Shape shape = operands.getFirst().shape();
    TypeRules.attribute(
        permutation.size() == shape.rank() && TypeRules.distinctAxes(permutation, shape),
        this,
        operands,
        "the permutation names every axis once");
    return List.of(
        operands
            .getFirst()
            .withShape(Shape.of(permutation.stream().mapToInt(shape::extent).toArray())));
  }
}
