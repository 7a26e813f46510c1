package dev.espalier.api.ir;

import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * The elements in reverse order along axes.
 *
 * @param axes the axes, each once
 */
public record Reverse(List<Integer> axes) implements Op {
  public Reverse {
    axes = List.copyOf(axes);
  }

  @Override
  public String name() {
    return "reverse";
  }

  @Override
  public String attributes() {
    return "axes=" + axes;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 1);
    TypeRules.attribute(
        TypeRules.distinctAxes(axes, operands.getFirst().shape()),
        this,
        operands,
        "the axes are different and of the shape");
    return operands;
  }
}
