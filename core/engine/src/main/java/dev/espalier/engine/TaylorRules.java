package dev.espalier.engine;

import dev.espalier.api.ir.ArgMax;
import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Bitcast;
import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Cholesky;
import dev.espalier.api.ir.Closure;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Concat;
import dev.espalier.api.ir.Cond;
import dev.espalier.api.ir.Constant;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.DynamicSlice;
import dev.espalier.api.ir.DynamicUpdateSlice;
import dev.espalier.api.ir.Eigh;
import dev.espalier.api.ir.Gather;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Iota;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Pad;
import dev.espalier.api.ir.Polygamma;
import dev.espalier.api.ir.Qr;
import dev.espalier.api.ir.RandomBits;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.ir.Reshape;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.ir.ScatterAdd;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Sort;
import dev.espalier.api.ir.Svd;
import dev.espalier.api.ir.TopK;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.ir.TriangularSolve;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.engine.Forward.Dual;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The series rule of every operation; at least one operand is not constant. */
final class TaylorRules {
  private TaylorRules() {}

  static List<Series> push(Op op, Tensor anchor, List<Series> x, int order) {
    return switch (op) {
      case Unary(var kind) -> TaylorFunctions.unary(kind, anchor, x.getFirst());
      case Binary(var kind) -> TaylorFunctions.binary(kind, anchor, x.get(0), x.get(1));
      case ArgMax _, Bitcast _, Compare _, Constant _, Iota _, RandomBits _ ->
          Taylor.constant(anchor.apply(op, Taylor.values(x)), order);
      case Broadcast _, Reshape _, Reverse _, Slice _, Transpose _, Concat _, Pad _ ->
          piecewiseLinear(op, anchor, x, order);
      case DynamicSlice _, DynamicUpdateSlice _, Gather _, ScatterAdd _, Select _, Convert _ ->
          piecewiseLinear(op, anchor, x, order);
      case Sort _, TopK _ -> piecewiseLinear(op, anchor, x, order);
      case Reduce(var kind, _) when kind != Reduce.Kind.PROD ->
          piecewiseLinear(op, anchor, x, order);
      case Cumulative(var kind, _, _) when kind != Cumulative.Kind.PROD ->
          piecewiseLinear(op, anchor, x, order);
      case Dot _, Convolution _ -> bilinear(op, anchor, x.get(0), x.get(1));
      case TriangularSolve solve -> solve(solve, anchor, x.get(0), x.get(1));
      case Scan scan -> TaylorLoops.push(scan, anchor, x, order);
      case While loop -> TaylorLoops.push(loop, anchor, x, order);
      case Cond cond -> TaylorLoops.push(cond, anchor, x, order);
      case Composite(_, var body, Composite.OfBody _) -> Taylor.push(body, anchor, x, order);
      case Composite(_, var body, Composite.VjpOfBody _) -> named(op, body, anchor, x, order);
      case Polygamma _, Reduce _, Cumulative _, Cholesky _, Eigh _, Qr _, Svd _, Composite _ ->
          byForwardRule(op, anchor, x, order);
    };
  }

  /** The values by the name, the coefficients through the body. */
  private static List<Series> named(Op op, Graph body, Tensor anchor, List<Series> x, int order) {
    List<Series> through = Taylor.push(body, anchor, x, order);
    List<Tensor> values = anchor.apply(op, Taylor.values(x));
    return IntStream.range(0, values.size())
        .mapToObj(i -> Series.solve(values.get(i), order, (before, k) -> through.get(i).at(k)))
        .toList();
  }

  /** Each coefficient along the tangent map at the values, whose own derivative is zero. */
  static List<Series> piecewiseLinear(Op op, Tensor anchor, List<Series> x, int order) {
    List<Tensor> at = Taylor.values(x);
    List<Tensor> values = anchor.apply(op, at);
    List<List<@Nullable Tensor>> coefficients = new ArrayList<>();
    for (Tensor value : values) {
      List<@Nullable Tensor> begun = new ArrayList<>();
      begun.add(value);
      coefficients.add(begun);
    }
    for (int k = 1; k <= order; k++) {
      List<@Nullable Tensor> directions = new ArrayList<>();
      for (Series operand : x) {
        directions.add(operand.at(k));
      }
      Dual dual =
          Flags.any(Flags.present(directions))
              ? ForwardRules.push(op, anchor, at, directions)
              : Forward.constant(values);
      for (int i = 0; i < values.size(); i++) {
        coefficients.get(i).add(dual.tangents().get(i));
      }
    }
    return coefficients.stream().map(Series::new).toList();
  }

  private static List<Series> bilinear(Op op, Tensor anchor, Series a, Series b) {
    Tensor value = anchor.apply(op, List.of(a.value(), b.value())).getFirst();
    return List.of(
        Series.solve(
            value,
            a.order(),
            (before, k) -> {
              @Nullable Tensor sum = null;
              for (int j = 0; j <= k; j++) {
                Tensor left = a.at(j);
                Tensor right = b.at(k - j);
                if (left != null && right != null) {
                  sum = Tensors.plus(sum, anchor.apply(op, List.of(left, right)).getFirst());
                }
              }
              return sum;
            }));
  }

  /** {@code X_k = op(A_0)^-1 (B_k - sum of op(A_j) X_(k-j))}. */
  private static List<Series> solve(TriangularSolve op, Tensor anchor, Series a, Series b) {
    List<@Nullable Tensor> read = new ArrayList<>();
    for (Tensor coefficient : a.coefficients()) {
      read.add(coefficient == null ? null : FactorisationDerivatives.read(op, coefficient));
    }
    Tensor value = anchor.apply(op, List.of(a.value(), b.value())).getFirst();
    return List.of(
        Series.solve(
            value,
            a.order(),
            (before, k) -> {
              @Nullable Tensor right = b.at(k);
              for (int j = 1; j <= k; j++) {
                Tensor left = read.get(j);
                Tensor known = before.get(k - j);
                if (left != null && known != null) {
                  right = Series.difference(right, left.matmul(known));
                }
              }
              return right == null ? null : anchor.apply(op, List.of(a.value(), right)).getFirst();
            }));
  }

  /**
   * The series by the differential equation {@code y' = rule(x, x')}: the forward rule's own series
   * of one order less, integrated. A rule that uses its operation once costs one more level of it
   * for each order.
   */
  static List<Series> byForwardRule(Op op, Tensor anchor, List<Series> x, int order) {
    List<Tensor> at = Taylor.values(x);
    boolean[] active = new boolean[x.size()];
    List<Tensor> types = new ArrayList<>(at);
    List<Series> arguments = new ArrayList<>();
    List<Series> slopes = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      Series operand = x.get(i);
      active[i] = !operand.isConstant();
      arguments.add(operand.truncated(order - 1));
      if (active[i]) {
        types.add(operand.value());
        slopes.add(operand.slope());
      }
    }
    arguments.addAll(slopes);
    List<boolean[]> moving = new ArrayList<>();
    Closure rule =
        anchor.close(
            "forward_rule",
            Tensors.types(types),
            in -> {
              List<@Nullable Tensor> tangents =
                  ForwardRules.push(
                          op,
                          in.getFirst(),
                          in.subList(0, x.size()),
                          Tensors.scatter(in.subList(x.size(), in.size()), active))
                      .tangents();
              boolean[] present = Flags.present(tangents);
              moving.add(present);
              List<Tensor> kept = new ArrayList<>();
              for (Tensor tangent : tangents) {
                if (tangent != null) {
                  kept.add(tangent);
                }
              }
              return kept;
            });
    arguments.addAll(Taylor.constant(rule.captures(), order - 1));
    List<Series> derivatives =
        Taylor.push(Simplify.simplify(rule.graph()), anchor, arguments, order - 1);
    List<Tensor> values = anchor.apply(op, at);
    List<Series> results = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < values.size(); i++) {
      results.add(
          moving.getFirst()[i]
              ? Series.integral(values.get(i), derivatives.get(next++))
              : Series.constant(values.get(i), order));
    }
    return results;
  }
}
