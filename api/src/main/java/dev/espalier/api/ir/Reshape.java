package dev.espalier.api.ir;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * The same elements in row-major order under another shape of the same size.
 *
 * @param shape the shape of the result
 */
public record Reshape(Shape shape) implements Op {
  @Override
  public String name() {
    return "reshape";
  }

  @Override
  public String attributes() {
    return "shape=" + shape;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 1);
    TypeRules.require(
        operands.getFirst().shape().size() == shape.size(),
        this,
        operands,
        "keeps the number of elements",
        "choose a shape of " + operands.getFirst().shape().size() + " elements");
    return List.of(operands.getFirst().withShape(shape));
  }
}
