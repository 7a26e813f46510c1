package dev.espalier.engine;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Polygamma;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The partial derivatives of elementwise operations, one line each. A partial derivative is a
 * diagonal map, so forward and reverse mode use the same one; an empty one is zero.
 */
final class ElementwiseDerivatives {
  private ElementwiseDerivatives() {}

  /**
   * The derivative of the result in the operand at an index, as a map of tangents or of cotangents.
   *
   * @param forward whether tangents are mapped; matters only where the element type changes
   */
  static Optional<UnaryOperator<Tensor>> partial(
      Op op, List<Tensor> operands, Tensor z, int index, boolean forward) {
    Tensor x = operands.getFirst();
    return switch (op) {
      case Unary(Unary.Kind kind) -> unary(kind, x, z);
      case Binary(Binary.Kind kind) -> binary(kind, x, operands.get(1), z, index == 0);
      case Polygamma(int order) -> Optional.of(t -> t.mul(x.polygamma(order + 1)));
      case Select() ->
          Optional.of(
              index == 1 ? t -> x.select(t, t.zerosLike()) : t -> x.select(t.zerosLike(), t));
      case Convert(var to) ->
          to.isFloat() && x.dtype().isFloat()
              ? Optional.of(t -> t.to(forward ? to : x.dtype()))
              : Optional.empty();
      default -> throw new AssertionError(op.name());
    };
  }

  private static Optional<UnaryOperator<Tensor>> unary(Unary.Kind kind, Tensor x, Tensor y) {
    UnaryOperator<Tensor> rule =
        switch (kind) {
          case NEG -> Tensor::neg;
          case ABS -> t -> t.mul(x.sign());
          case EXP -> t -> t.mul(y);
          case EXPM1 -> t -> t.mul(y.add(1));
          case LOG -> t -> t.div(x);
          case LOG1P -> t -> t.div(x.add(1));
          case SQRT -> t -> t.mul(0.5).div(y);
          case RSQRT -> t -> t.mul(y.mul(y).mul(y).mul(-0.5));
          case CBRT -> t -> t.div(y.mul(y).mul(3));
          case SIN -> t -> t.mul(x.cos());
          case COS -> t -> t.mul(x.sin()).neg();
          case TAN -> t -> t.mul(y.mul(y).add(1));
          case ASIN -> t -> t.mul(oneMinusSquare(x).rsqrt());
          case ACOS -> t -> t.mul(oneMinusSquare(x).rsqrt()).neg();
          case ATAN -> t -> t.div(x.mul(x).add(1));
          case SINH -> t -> t.mul(x.cosh());
          case COSH -> t -> t.mul(x.sinh());
          case TANH -> t -> t.mul(oneMinusSquare(y));
          case ASINH -> t -> t.mul(x.mul(x).add(1).rsqrt());
          case ACOSH -> t -> t.mul(x.sub(1).mul(x.add(1)).rsqrt());
          case ATANH -> t -> t.div(oneMinusSquare(x));
          case ERF -> t -> t.mul(x.mul(x).neg().exp().mul(2 / Math.sqrt(Math.PI)));
          case ERFC -> t -> t.mul(x.mul(x).neg().exp().mul(-2 / Math.sqrt(Math.PI)));
          case ERFINV -> t -> t.mul(y.mul(y).exp().mul(Math.sqrt(Math.PI) / 2));
          // 1 - y would lose all digits far right.
          case LOGISTIC -> t -> t.mul(y.mul(x.neg().logistic()));
          case LGAMMA -> t -> t.mul(x.digamma());
          case SIGN, FLOOR, CEIL, ROUND, NOT -> t -> t;
        };
    return switch (kind) {
      case SIGN, FLOOR, CEIL, ROUND, NOT -> Optional.empty();
      default -> Optional.of(rule);
    };
  }

  private static Tensor oneMinusSquare(Tensor x) {
    return x.neg().add(1).mul(x.add(1));
  }

  private static Optional<UnaryOperator<Tensor>> binary(
      Binary.Kind kind, Tensor x, Tensor y, Tensor z, boolean first) {
    return switch (kind) {
      case ADD -> Optional.of(t -> t);
      case SUB -> Optional.of(first ? t -> t : Tensor::neg);
      case MUL -> Optional.of(first ? t -> t.mul(y) : t -> t.mul(x));
      case DIV -> Optional.of(first ? t -> t.div(y) : t -> t.mul(z).div(y).neg());
      case REM -> Optional.of(first ? t -> t : t -> t.mul(x.sub(z).div(y).round()).neg());
      case POW ->
          Optional.of(first ? t -> t.mul(powerInBase(x, y, z)) : t -> t.mul(powerInExponent(x, z)));
      case ATAN2 -> {
        Tensor square = x.mul(x).add(y.mul(y));
        yield Optional.of(first ? t -> t.mul(y.div(square)) : t -> t.mul(x.div(square)).neg());
      }
      case MAX -> Optional.of(t -> t.mul(first ? share(x, y) : share(y, x)));
      case MIN -> Optional.of(t -> t.mul(first ? share(y, x) : share(x, y)));
      case AND, OR, XOR, SHL, SHR, USHR -> Optional.empty();
    };
  }

  /** 1 where x is larger, 0 where it is smaller, and one half where both are equal. */
  private static Tensor share(Tensor x, Tensor y) {
    Tensor half = x.constantLike(0.5);
    return x.gt(y).select(x.onesLike(), x.eq(y).select(half, x.zerosLike()));
  }

  /**
   * {@code y x^(y - 1)}, and 0 where y is 0, also at x = 0. There it is written {@code y z / x}, so
   * that its own derivative in y is not lost.
   */
  private static Tensor powerInBase(Tensor x, Tensor y, Tensor z) {
    Tensor flat = y.eq(0);
    Tensor zero = x.eq(0);
    Tensor general = y.mul(x.pow(flat.select(y.onesLike(), y.sub(1))));
    Tensor nearFlat = y.mul(z).div(zero.select(x.onesLike(), x));
    return flat.select(zero.select(x.zerosLike(), nearFlat), general);
  }

  /** {@code x^y log(x)}, and 0 at x = 0. */
  private static Tensor powerInExponent(Tensor x, Tensor z) {
    Tensor zero = x.eq(0);
    return zero.select(x.zerosLike(), z.mul(zero.select(x.onesLike(), x).log()));
  }
}
