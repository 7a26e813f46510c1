package dev.espalier.api.ir;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import java.util.Locale;

/**
 * Running combination along an axis, including the element itself; from the end where reversed.
 *
 * @param kind how elements are combined
 * @param axis the axis that is run along
 * @param reverse whether the run starts at the end
 */
public record Cumulative(Kind kind, int axis, boolean reverse) implements Op {
  /** How elements are combined. */
  public enum Kind {
    /** Sum. */
    SUM,
    /** Product. */
    PROD,
    /** Largest so far; NaN from the first NaN on. */
    MAX,
    /** Smallest so far; NaN from the first NaN on. */
    MIN
  }

  @Override
  public String name() {
    return "cumulative_" + kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String attributes() {
    return "axis=" + axis + ", reverse=" + reverse;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 1);
    TensorType x = operands.getFirst();
    TypeRules.attribute(
        axis >= 0 && axis < x.shape().rank() && x.dtype() != DType.BOOL,
        this,
        operands,
        "the axis is one of the shape's, and the type a number");
    return operands;
  }
}
