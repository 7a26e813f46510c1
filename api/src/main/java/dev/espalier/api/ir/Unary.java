package dev.espalier.api.ir;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import java.util.Locale;

/**
 * A function of one number, elementwise: the result has the operand's type.
 *
 * @param kind the function
 */
public record Unary(Kind kind) implements Op {
  /** What a kind is defined on. */
  public enum Domain {
    /** Floating-point types. */
    FLOAT,
    /** Floating-point and integer types. */
    NUMBER,
    /** Integers (bits) and BOOL. */
    BITS
  }

  /** The functions. */
  public enum Kind {
    /** {@code -x}. */
    NEG(Domain.NUMBER),
    /** {@code |x|}. */
    ABS(Domain.NUMBER),
    /** -1, 0 or 1; the sign of a zero is that zero; NaN stays NaN. */
    SIGN(Domain.NUMBER),
    /** {@code e^x}. */
    EXP(Domain.FLOAT),
    /** {@code e^x - 1}, accurate near 0. */
    EXPM1(Domain.FLOAT),
    /** Natural logarithm. */
    LOG(Domain.FLOAT),
    /** {@code log(1 + x)}, accurate near 0. */
    LOG1P(Domain.FLOAT),
    /** Square root. */
    SQRT(Domain.FLOAT),
    /** {@code 1 / sqrt(x)}. */
    RSQRT(Domain.FLOAT),
    /** Cube root. */
    CBRT(Domain.FLOAT),
    /** Sine. */
    SIN(Domain.FLOAT),
    /** Cosine. */
    COS(Domain.FLOAT),
    /** Tangent. */
    TAN(Domain.FLOAT),
    /** Inverse sine. */
    ASIN(Domain.FLOAT),
    /** Inverse cosine. */
    ACOS(Domain.FLOAT),
    /** Inverse tangent. */
    ATAN(Domain.FLOAT),
    /** Hyperbolic sine. */
    SINH(Domain.FLOAT),
    /** Hyperbolic cosine. */
    COSH(Domain.FLOAT),
    /** Hyperbolic tangent. */
    TANH(Domain.FLOAT),
    /** Inverse hyperbolic sine. */
    ASINH(Domain.FLOAT),
    /** Inverse hyperbolic cosine. */
    ACOSH(Domain.FLOAT),
    /** Inverse hyperbolic tangent. */
    ATANH(Domain.FLOAT),
    /** Error function {@code 2/sqrt(pi) * integral of exp(-t^2) from 0 to x}. */
    ERF(Domain.FLOAT),
    /** {@code 1 - erf(x)}, accurate for large x. */
    ERFC(Domain.FLOAT),
    /** Inverse of {@link #ERF} on (-1, 1). */
    ERFINV(Domain.FLOAT),
    /** Logistic sigmoid {@code 1 / (1 + e^-x)}. */
    LOGISTIC(Domain.FLOAT),
    /** Logarithm of the absolute value of the gamma function. */
    LGAMMA(Domain.FLOAT),
    /** Largest integer not above x. */
    FLOOR(Domain.FLOAT),
    /** Smallest integer not below x. */
    CEIL(Domain.FLOAT),
    /** Nearest integer, ties to even. */
    ROUND(Domain.FLOAT),
    /** All bits flipped; logical negation of BOOL. */
    NOT(Domain.BITS);

    private final Domain domain;

    Kind(Domain domain) {
      this.domain = domain;
    }

    /** What the kind is defined on. */
    public Domain domain() {
      return domain;
    }

    /** Whether the kind is defined on an element type. */
    public boolean accepts(DType dtype) {
      return switch (domain) {
        case FLOAT -> dtype.isFloat();
        case NUMBER -> dtype != DType.BOOL;
        case BITS -> !dtype.isFloat();
      };
    }
  }

  @Override
  public String name() {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 1);
    TypeRules.require(
        kind.accepts(operands.getFirst().dtype()),
        this,
        operands,
        "is defined on " + kind.domain().name().toLowerCase(Locale.ROOT) + " types",
        "convert the operand first");
    return operands;
  }
}
