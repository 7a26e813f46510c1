package dev.espalier.api.ir;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Repetition along new axes: axis i of the operand becomes axis {@code axes[i]} of the result, with
 * the same extent; the other axes of the result repeat.
 *
 * @param shape the shape of the result
 * @param axes for each axis of the operand its place in the result, ascending
 */
public record Broadcast(Shape shape, List<Integer> axes) implements Op {
  public Broadcast {
    axes = List.copyOf(axes);
  }

  @Override
  public String name() {
    return "broadcast";
  }

  @Override
  public String attributes() {
    return "shape=" + shape + ", axes=" + axes;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 1);
    Shape from = operands.getFirst().shape();
    boolean ascending = axes.size() == from.rank() && TypeRules.distinctAxes(axes, shape);
    for (int i = 0; ascending && i < axes.size(); i++) {
      ascending =
          (i == 0 || axes.get(i) > axes.get(i - 1)) && from.extent(i) == shape.extent(axes.get(i));
    }
    TypeRules.attribute(
        ascending, this, operands, "each axis keeps its extent and the axes stay in order");
    return List.of(operands.getFirst().withShape(shape));
  }
}
