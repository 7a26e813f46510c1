package dev.espalier.api.ir;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import java.util.Locale;

/**
 * A comparison, elementwise: two operands of one type give BOOL. As in IEEE 754, a NaN is unequal
 * to all and neither less nor greater; 0.0 equals -0.0. BOOL: false is less than true.
 *
 * @param kind the relation
 */
public record Compare(Kind kind) implements Op {
  /** The relations. */
  public enum Kind {
    /** {@code x == y}. */
    EQ,
    /** {@code x != y}. */
    NE,
    /** {@code x < y}. */
    LT,
    /** {@code x <= y}. */
    LE,
    /** {@code x > y}. */
    GT,
    /** {@code x >= y}. */
    GE
  }

  @Override
  public String name() {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 2);
    TypeRules.require(
        operands.get(0).equals(operands.get(1)),
        this,
        operands,
        "needs two operands of one type",
        operands.get(0).dtype() != operands.get(1).dtype()
            ? "convert one with x.to(dtype)"
            : "broadcast one with x.broadcastLike(y), or x.broadcast(shape, axes)");
    return List.of(operands.getFirst().withDType(DType.BOOL));
  }
}
