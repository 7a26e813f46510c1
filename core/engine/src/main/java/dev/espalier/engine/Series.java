package dev.espalier.engine;

import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A truncated power series {@code x_0 + x_1 t + ... + x_n t^n} of tensors of one type. An absent
 * coefficient is zero; the first is present.
 *
 * @param coefficients x_0 to x_n
 */
record Series(List<@Nullable Tensor> coefficients) {
  Series {
    coefficients = Collections.unmodifiableList(new ArrayList<>(coefficients));
  }

  /** The coefficient {@code y_k}, given those before it. */
  @FunctionalInterface
  interface Recurrence {
    @Nullable Tensor next(List<@Nullable Tensor> before, int k);
  }

  static Series constant(Tensor value, int order) {
    return solve(value, order, (before, k) -> null);
  }

  /** {@code value + t * direction}. */
  static Series line(Tensor value, @Nullable Tensor direction, int order) {
    return solve(value, order, (before, k) -> k == 1 ? direction : null);
  }

  /** The series that begins with a value and goes on by a recurrence. */
  static Series solve(Tensor value, int order, Recurrence recurrence) {
    List<@Nullable Tensor> known = new ArrayList<>();
    known.add(value);
    for (int k = 1; k <= order; k++) {
      known.add(recurrence.next(known, k));
    }
    return new Series(known);
  }

  /** The series that begins with a value and has this derivative. */
  static Series integral(Tensor value, Series slope) {
    return solve(value, slope.order() + 1, (before, k) -> over(slope.at(k - 1), k));
  }

  Tensor value() {
    return Tensors.required(coefficients.getFirst());
  }

  @Nullable Tensor at(int k) {
    return coefficients.get(k);
  }

  int order() {
    return coefficients.size() - 1;
  }

  boolean isConstant() {
    return coefficients.stream().skip(1).allMatch(c -> c == null);
  }

  Series truncated(int order) {
    return new Series(coefficients.subList(0, order + 1));
  }

  /** {@code k x_k}, for the recurrences of functions that are given by a differential equation. */
  List<@Nullable Tensor> weighted() {
    List<@Nullable Tensor> all = new ArrayList<>();
    for (int k = 0; k <= order(); k++) {
      all.add(weighted(k, at(k)));
    }
    return all;
  }

  static @Nullable Tensor weighted(int k, @Nullable Tensor x) {
    return k == 0 || x == null ? null : k == 1 ? x : x.mul(k);
  }

  /** The derivative, of one order less. */
  Series slope() {
    Tensor first = Tensors.orZero(at(1), value());
    return solve(first, order() - 1, (before, k) -> weighted(k + 1, at(k + 1)));
  }

  Series plus(Series other) {
    return solve(
        value().add(other.value()), order(), (before, k) -> Tensors.plusOrNull(at(k), other.at(k)));
  }

  /** The product; the value is that of the operation itself. */
  Series times(Series other) {
    return solve(
        value().mul(other.value()),
        order(),
        (before, k) -> cauchy(coefficients, other.coefficients, k, 0, k));
  }

  /** The series with zeros where a predicate holds. */
  Series zeroWhere(Tensor predicate) {
    List<@Nullable Tensor> all = new ArrayList<>();
    for (Tensor x : coefficients) {
      all.add(x == null ? null : predicate.select(x.zerosLike(), x));
    }
    return new Series(all);
  }

  /** {@code sum of a_j b_(k-j)} over j from first to last. */
  static @Nullable Tensor cauchy(
      List<@Nullable Tensor> a, List<@Nullable Tensor> b, int k, int first, int last) {
    @Nullable Tensor sum = null;
    for (int j = first; j <= last; j++) {
      Tensor left = a.get(j);
      Tensor right = b.get(k - j);
      if (left != null && right != null) {
        sum = Tensors.plus(sum, left.mul(right));
      }
    }
    return sum;
  }

  static @Nullable Tensor over(@Nullable Tensor x, int k) {
    return x == null || k == 1 ? x : x.div(k);
  }

  static @Nullable Tensor negated(@Nullable Tensor x) {
    return x == null ? null : x.neg();
  }

  static @Nullable Tensor difference(@Nullable Tensor x, @Nullable Tensor y) {
    return y == null ? x : x == null ? y.neg() : x.sub(y);
  }
}
