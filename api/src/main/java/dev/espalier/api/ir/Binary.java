package dev.espalier.api.ir;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import java.util.Locale;

/**
 * A function of two numbers, elementwise: both operands and the result have one type.
 *
 * @param kind the function
 */
public record Binary(Kind kind) implements Op {
  /** The functions. */
  public enum Kind {
    /** {@code x + y}; integers wrap. */
    ADD,
    /** {@code x - y}; integers wrap. */
    SUB,
    /** {@code x * y}; integers wrap. */
    MUL,
    /** {@code x / y}; integers truncate towards zero, {@code x / 0} is -1. */
    DIV,
    /**
     * The remainder with the sign of x; integer {@code x rem 0} is x. Floats: as Java's {@code %}.
     */
    REM,
    /** {@code x^y}, as {@link Math#pow}; floats only. */
    POW,
    /**
     * The angle of the point (y, x) = (first, second operand), as {@link Math#atan2}; floats only.
     */
    ATAN2,
    /** The larger; NaN where either is NaN; 0.0 is larger than -0.0. */
    MAX,
    /** The smaller; NaN where either is NaN; -0.0 is smaller than 0.0. */
    MIN,
    /** Bitwise and; integers and BOOL. */
    AND,
    /** Bitwise or; integers and BOOL. */
    OR,
    /** Bitwise exclusive or; integers and BOOL. */
    XOR,
    /** Shift left by y bits; 0 where y is not in [0, bits); integers only. */
    SHL,
    /**
     * Arithmetic shift right by y bits; the sign fills; y outside [0, bits) shifts all out;
     * integers only.
     */
    SHR,
    /** Logical shift right by y bits; 0 where y is not in [0, bits); integers only. */
    USHR;

    /** Whether the kind is defined on an element type. */
    public boolean accepts(DType dtype) {
      return switch (this) {
        case ADD, SUB, MUL, DIV, REM, MAX, MIN -> dtype != DType.BOOL;
        case POW, ATAN2 -> dtype.isFloat();
        case AND, OR, XOR -> !dtype.isFloat();
        case SHL, SHR, USHR -> dtype.isInteger();
      };
    }
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
    TypeRules.require(
        kind.accepts(operands.getFirst().dtype()),
        this,
        operands,
        "is not defined on " + operands.getFirst().dtype().text(),
        "convert the operands first");
    return List.of(operands.getFirst());
  }
}
