package dev.espalier.engine;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Series of elementary functions. Those with a recurrence of their own cost a square of the order;
 * the others follow their forward rule.
 */
final class TaylorFunctions {
  private TaylorFunctions() {}

  static List<Series> unary(Unary.Kind kind, Tensor anchor, Series x) {
    Op op = new Unary(kind);
    Tensor y = anchor.apply(op, List.of(x.value())).getFirst();
    return switch (kind) {
      case NEG, ABS -> TaylorRules.piecewiseLinear(op, anchor, List.of(x), x.order());
      case SIGN, FLOOR, CEIL, ROUND, NOT -> List.of(Series.constant(y, x.order()));
      case EXP -> List.of(exponential(x, y, y));
      case EXPM1 -> List.of(exponential(x, y, y.add(1)));
      case LOG -> List.of(logarithm(x, x.value(), y));
      case LOG1P -> List.of(logarithm(x, x.value().add(1), y));
      case SQRT -> List.of(squareRoot(x, y));
      case SIN -> List.of(pair(x, y, x.value().cos(), true));
      case COS -> List.of(pair(x, y, x.value().sin().neg(), true));
      case SINH -> List.of(pair(x, y, x.value().cosh(), false));
      case COSH -> List.of(pair(x, y, x.value().sinh(), false));
      case TANH -> List.of(tangent(x, y, y.neg().add(1).mul(y.add(1)), false));
      case TAN -> List.of(tangent(x, y, y.mul(y).add(1), true));
      case LOGISTIC -> List.of(logistic(x, y));
      case RSQRT, CBRT, ASIN, ACOS, ATAN, ASINH, ACOSH, ATANH, ERF, ERFC, ERFINV, LGAMMA ->
          TaylorRules.byForwardRule(op, anchor, List.of(x), x.order());
    };
  }

  static List<Series> binary(Binary.Kind kind, Tensor anchor, Series x, Series y) {
    Op op = new Binary(kind);
    return switch (kind) {
      case ADD -> List.of(x.plus(y));
      case MUL -> List.of(x.times(y));
      case DIV -> List.of(quotient(x, y));
      // The quotient of a remainder, the larger of two and a sign are constant nearby.
      case SUB, REM, MAX, MIN -> TaylorRules.piecewiseLinear(op, anchor, List.of(x, y), x.order());
      case POW -> List.of(power(x, y));
      case ATAN2 -> TaylorRules.byForwardRule(op, anchor, List.of(x, y), x.order());
      case AND, OR, XOR, SHL, SHR, USHR ->
          Taylor.constant(anchor.apply(op, List.of(x.value(), y.value())), x.order());
    };
  }

  /** {@code y' = x' g}, where g begins with a value of its own and has y's derivative. */
  private static Series exponential(Series x, Tensor y, Tensor g) {
    List<@Nullable Tensor> weighted = x.weighted();
    Series series =
        Series.solve(
            g, x.order(), (before, k) -> Series.over(Series.cauchy(weighted, before, k, 1, k), k));
    return Series.solve(y, x.order(), (before, k) -> series.at(k));
  }

  /** {@code x y' = x'}. */
  private static Series logarithm(Series x, Tensor first, Tensor y) {
    List<@Nullable Tensor> weighted = new ArrayList<>();
    weighted.add(null);
    return Series.solve(
        y,
        x.order(),
        (before, k) -> {
          Tensor known = Series.cauchy(weighted, x.coefficients(), k, 1, k - 1);
          Tensor rest = Series.difference(Series.weighted(k, x.at(k)), known);
          Tensor slope = rest == null ? null : rest.div(first);
          weighted.add(slope);
          return Series.over(slope, k);
        });
  }

  /** {@code y y = x}. */
  private static Series squareRoot(Series x, Tensor y) {
    return Series.solve(
        y,
        x.order(),
        (before, k) -> {
          Tensor rest = Series.difference(x.at(k), Series.cauchy(before, before, k, 1, k - 1));
          return rest == null ? null : rest.mul(0.5).div(y);
        });
  }

  /** {@code y' = x' c} and {@code c' = x' y}, or {@code -x' y} for those of a circle. */
  private static Series pair(Series x, Tensor y, Tensor c, boolean circle) {
    List<@Nullable Tensor> weighted = x.weighted();
    List<@Nullable Tensor> other = new ArrayList<>();
    other.add(c);
    return Series.solve(
        y,
        x.order(),
        (before, k) -> {
          Tensor slope = Series.over(Series.cauchy(weighted, before, k, 1, k), k);
          Tensor next = Series.over(Series.cauchy(weighted, other, k, 1, k), k);
          other.add(circle ? Series.negated(slope) : slope);
          return next;
        });
  }

  /** {@code y' = x' u} with {@code u = 1 + y^2} or {@code 1 - y^2}. */
  private static Series tangent(Series x, Tensor y, Tensor first, boolean plus) {
    List<@Nullable Tensor> weighted = x.weighted();
    List<@Nullable Tensor> u = new ArrayList<>();
    u.add(first);
    return Series.solve(
        y,
        x.order(),
        (before, k) -> {
          Tensor next = Series.over(Series.cauchy(weighted, u, k, 1, k), k);
          List<@Nullable Tensor> known = new ArrayList<>(before);
          known.add(next);
          Tensor square = Series.cauchy(known, known, k, 0, k);
          u.add(plus ? square : Series.negated(square));
          return next;
        });
  }

  /**
   * {@code y' = x' y z} and {@code z' = -y'}; z is the function of -x, since 1 - y would lose all
   * digits far right.
   */
  private static Series logistic(Series x, Tensor y) {
    List<@Nullable Tensor> weighted = x.weighted();
    List<@Nullable Tensor> z = new ArrayList<>();
    z.add(x.value().neg().logistic());
    List<@Nullable Tensor> product = new ArrayList<>();
    return Series.solve(
        y,
        x.order(),
        (before, k) -> {
          product.add(Series.cauchy(before, z, k - 1, 0, k - 1));
          Tensor next = Series.over(Series.cauchy(weighted, product, k, 1, k), k);
          z.add(Series.negated(next));
          return next;
        });
  }

  /** {@code z y = x}. */
  private static Series quotient(Series x, Series y) {
    return Series.solve(
        x.value().div(y.value()),
        x.order(),
        (before, k) -> {
          Tensor rest =
              Series.difference(x.at(k), Series.cauchy(y.coefficients(), before, k, 1, k));
          return rest == null ? null : rest.div(y.value());
        });
  }

  /**
   * {@code z_m = x^(y - m)} for m from the order down to 0, by {@code z_m' = x' (y - m) z_(m+1) +
   * y' log(x) z_m}. Nothing is divided by x, which may be 0.
   */
  private static Series power(Series x, Series y) {
    int order = x.order();
    Tensor zero = x.value().eq(0);
    Optional<Series> rate = Optional.empty();
    if (!y.isConstant()) {
      Tensor safe = zero.select(x.value().onesLike(), x.value());
      // The forward rule takes 0 for the logarithm of 0, whose slopes are 0 then.
      Series logarithm = logarithm(x, safe, safe.log()).zeroWhere(zero);
      rate = Optional.of(y.slope().times(logarithm.truncated(order - 1)));
    }
    Series above = Series.constant(x.value().pow(y.value().sub(order)), 0);
    for (int m = order - 1; m >= 0; m--) {
      int length = order - m;
      Tensor exponent = m == 0 ? y.value() : y.value().sub(m);
      Tensor value = x.value().pow(exponent);
      Series source = x.truncated(length).slope().times(timesExponent(above, exponent, y, zero));
      above =
          rate.map(r -> driven(value, source, r.truncated(length - 1)))
              .orElseGet(() -> Series.integral(value, source));
    }
    return above;
  }

  /**
   * {@code (y - m) z_(m+1)}. Where the exponent is 0 the first factor's value gives 0, though the
   * second may be infinite; at x = 0 the whole is 0 then.
   */
  private static Series timesExponent(Series above, Tensor exponent, Series y, Tensor zero) {
    Tensor flat = exponent.eq(0);
    Tensor origin = flat.and(zero);
    return Series.solve(
        flat.select(exponent.zerosLike(), exponent.mul(above.value())),
        above.order(),
        (before, k) -> {
          Tensor next = above.at(k);
          Tensor fixed = next == null ? null : flat.select(next.zerosLike(), exponent.mul(next));
          Tensor moving = Series.cauchy(y.coefficients(), above.coefficients(), k, 1, k);
          return moving == null
              ? fixed
              : Tensors.plus(fixed, origin.select(moving.zerosLike(), moving));
        });
  }

  /** {@code z' = source + rate z}. */
  private static Series driven(Tensor value, Series source, Series rate) {
    return Series.solve(
        value,
        source.order() + 1,
        (before, k) ->
            Series.over(
                Tensors.plusOrNull(
                    source.at(k - 1), Series.cauchy(rate.coefficients(), before, k - 1, 0, k - 1)),
                k));
  }
}
