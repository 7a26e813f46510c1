package dev.espalier.api.ir;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import java.util.Locale;

/**
 * One value for each position outside the reduced axes, which disappear. Over no elements the
 * result is the neutral element: SUM 0, PROD 1, MAX -inf or the least integer, MIN +inf or the
 * greatest, AND true, OR false.
 *
 * @param kind how elements are combined
 * @param axes the axes that disappear, each once
 */
public record Reduce(Kind kind, List<Integer> axes) implements Op {
  /** How elements are combined. */
  public enum Kind {
    /** Sum, in an order that the backend fixes. */
    SUM,
    /** Product. */
    PROD,
    /** Largest; NaN if any is NaN. */
    MAX,
    /** Smallest; NaN if any is NaN. */
    MIN,
    /** Whether all hold; BOOL. */
    AND,
    /** Whether any holds; BOOL. */
    OR
  }

  public Reduce {
    axes = List.copyOf(axes);
  }

  @Override
  public String name() {
    return "reduce_" + kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String attributes() {
    return "axes=" + axes;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 1);
    TensorType x = operands.getFirst();
    boolean logical = kind == Kind.AND || kind == Kind.OR;
    TypeRules.require(
        logical == (x.dtype() == DType.BOOL),
        this,
        operands,
        "is defined on " + (logical ? "bool" : "numbers"),
        "convert the operand");
    TypeRules.attribute(
        TypeRules.distinctAxes(axes, x.shape()),
        this,
        operands,
        "the axes are different and of the shape");
    int[] kept = new int[x.shape().rank() - axes.size()];
    int at = 0;
    for (int i = 0; i < x.shape().rank(); i++) {
      if (!axes.contains(i)) {
        kept[at++] = x.shape().extent(i);
      }
    }
    return List.of(x.withShape(Shape.of(kept)));
  }
}
