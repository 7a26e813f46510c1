package dev.espalier.engine;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Closure;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Derivatives of functions of tensors, recorded into the trace of their arguments. All of them
 * nest: a function may ask for derivatives itself, to any order. Functions may use tensors around
 * them, which count as constants.
 */
public final class Derivatives {
  /** 8!, below the largest number of F16. */
  private static final int LARGEST_FACTORIAL = 40320;

  private Derivatives() {}

  /**
   * What a function gives and how it moves along a direction.
   *
   * @param values the function's values
   * @param tangents the directional derivative of each; zeros for those that are not floating point
   */
  public record Pushed(List<Tensor> values, List<Tensor> tangents) {}

  /**
   * What a function gives and how a covector of its values acts on its arguments.
   *
   * @param values the function's values
   * @param cotangents for each argument; zeros for those that are not floating point
   */
  public record Pulled(List<Tensor> values, List<Tensor> cotangents) {}

  /**
   * Jacobian-vector product: the directional derivative of a function, in forward mode.
   *
   * @param function from tensors of the arguments' types to tensors
   * @param at the arguments, at least one
   * @param tangents the direction, of the arguments' types
   */
  public static Pushed jvp(
      Function<List<Tensor>, List<Tensor>> function, List<Tensor> at, List<Tensor> tangents) {
    requireTypes("jvp needs a tangent of each argument's type", at, tangents);
    Tensor anchor = at.getFirst();
    Closure closure = anchor.close("jvp", Tensors.types(at), function);
    List<@Nullable Tensor> dots = new ArrayList<>();
    for (Tensor tangent : tangents) {
      dots.add(tangent.dtype().isFloat() ? tangent : null);
    }
    closure.captures().forEach(c -> dots.add(null));
    Forward.Dual dual =
        Forward.push(
            Simplify.simplify(closure.graph()), anchor, Tensors.join(at, closure.captures()), dots);
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < dual.values().size(); i++) {
      out.add(Tensors.orZero(dual.tangents().get(i), dual.values().get(i)));
    }
    return new Pushed(dual.values(), out);
  }

  /**
   * Vector-Jacobian product, in reverse mode.
   *
   * @param function from tensors of the arguments' types to tensors
   * @param at the arguments, at least one
   * @param cotangents the covector, of the results' types
   */
  public static Pulled vjp(
      Function<List<Tensor>, List<Tensor>> function, List<Tensor> at, List<Tensor> cotangents) {
    Pullback recorded = record(function, at);
    requireTypes("vjp needs a cotangent of each result's type", recorded.results(), cotangents);
    return new Pulled(recorded.results(), pull(recorded, at, cotangents));
  }

  private static Pullback record(Function<List<Tensor>, List<Tensor>> function, List<Tensor> at) {
    if (at.isEmpty()) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "a derivative is taken in at least one tensor",
          "none",
          "pass the tensors to differentiate in");
    }
    Tensor anchor = at.getFirst();
    Closure closure = anchor.close("differentiated", Tensors.types(at), function);
    boolean[] active = new boolean[at.size() + closure.captures().size()];
    Arrays.fill(active, 0, at.size(), true);
    return Backward.record(closure.graph(), anchor, Tensors.join(at, closure.captures()), active);
  }

  private static List<Tensor> pull(
      Pullback recorded, List<Tensor> at, List<? extends @Nullable Tensor> cotangents) {
    List<@Nullable Tensor> pulled = recorded.pull().apply(new ArrayList<>(cotangents));
    List<Tensor> bars = new ArrayList<>();
    for (int i = 0; i < at.size(); i++) {
      bars.add(Tensors.orZero(pulled.get(i), at.get(i)));
    }
    return bars;
  }

  private static void requireTypes(String rule, List<Tensor> first, List<Tensor> second) {
    if (first.isEmpty() || !Tensors.types(first).equals(Tensors.types(second))) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          rule,
          Tensors.types(first) + " and " + Tensors.types(second),
          "pass tensors of the same types in the same order");
    }
  }

  /**
   * A scalar function's value and gradient.
   *
   * @param function from a tree of tensors to a floating-point scalar
   * @param at where
   */
  public static Objective.ValueAndGradient valueAndGradient(
      Function<Tree<Tensor>, Tensor> function, Tree<Tensor> at) {
    Pullback recorded =
        record(leaves -> List.of(function.apply(at.withLeaves(leaves))), at.leaves());
    Tensor value = recorded.results().getFirst();
    if (value.shape().rank() != 0 || !value.dtype().isFloat()) {
      throw new EspalierException(
          ErrorCode.NOT_DIFFERENTIABLE,
          "a gradient is that of a floating-point scalar",
          value.type().toString(),
          "reduce the value with sum() or mean()");
    }
    List<Tensor> bars = pull(recorded, at.leaves(), Collections.singletonList(value.onesLike()));
    return new Objective.ValueAndGradient(value, at.withLeaves(bars));
  }

  /** A scalar function's gradient. */
  public static Tree<Tensor> gradient(Function<Tree<Tensor>, Tensor> function, Tree<Tensor> at) {
    return valueAndGradient(function, at).gradient();
  }

  /** A scalar function's Hessian times a vector: the directional derivative of the gradient. */
  public static Tree<Tensor> hessianVector(
      Function<Tree<Tensor>, Tensor> function, Tree<Tensor> at, Tree<Tensor> vector) {
    Tree<Tensor> aligned = at.zip(vector, (leaf, direction) -> direction);
    List<Tensor> tangents =
        jvp(
                leaves -> gradient(function, at.withLeaves(leaves)).leaves(),
                at.leaves(),
                aligned.leaves())
            .tangents();
    return at.withLeaves(tangents);
  }

  /**
   * The derivatives of {@code t -> function(at + t * direction)} at 0, of all orders up to one, in
   * Taylor mode: the operations are polynomial in the order. An element that is not floating point
   * has derivatives 0. At a kink each operation goes on along the derivative that {@link #jvp}
   * chooses there.
   *
   * @param function from tensors of the arguments' types to tensors
   * @param at the arguments, at least one
   * @param direction the direction, of the arguments' types
   * @param order the highest order, 0 or more
   * @return for each order from 0, which is the values, the derivative of each result
   */
  public static List<List<Tensor>> directionalDerivatives(
      Function<List<Tensor>, List<Tensor>> function,
      List<Tensor> at,
      List<Tensor> direction,
      int order) {
    requireTypes(
        "a directional derivative needs a direction of each argument's type", at, direction);
    if (order < 0) {
      throw new EspalierException(
          ErrorCode.BAD_ATTRIBUTE,
          "an order of at least 0",
          Integer.toString(order),
          "ask for order 1 or more; 0 is the value");
    }
    Tensor anchor = at.getFirst();
    Closure closure = anchor.close("along", Tensors.types(at), function);
    List<Series> arguments = new ArrayList<>();
    for (int i = 0; i < at.size(); i++) {
      Tensor along = at.get(i).dtype().isFloat() ? direction.get(i) : null;
      arguments.add(Series.line(at.get(i), along, order));
    }
    arguments.addAll(Taylor.constant(closure.captures(), order));
    List<Series> results =
        Taylor.push(Simplify.simplify(closure.graph()), anchor, arguments, order);
    List<List<Tensor>> derivatives = new ArrayList<>();
    for (int k = 0; k <= order; k++) {
      List<Tensor> all = new ArrayList<>();
      for (Series result : results) {
        Tensor coefficient = result.at(k);
        all.add(coefficient == null ? result.value().zerosLike() : timesFactorial(coefficient, k));
      }
      derivatives.add(List.copyOf(all));
    }
    return List.copyOf(derivatives);
  }

  /** In factors that every element type holds: from 9 on a factorial is infinite in F16. */
  private static Tensor timesFactorial(Tensor x, int n) {
    Tensor product = x;
    int factor = 1;
    for (int i = 2; i <= n; i++) {
      if (factor * i > LARGEST_FACTORIAL) {
        product = product.mul(factor);
        factor = 1;
      }
      factor *= i;
    }
    return factor == 1 ? product : product.mul(factor);
  }

  /**
   * The derivative of an order of {@code t -> function(at + t * direction)} at 0, as {@link
   * #directionalDerivatives} computes it.
   */
  public static Tensor directionalDerivative(
      Function<Tree<Tensor>, Tensor> function, Tree<Tensor> at, Tree<Tensor> direction, int order) {
    List<Tensor> along = at.zip(direction, (leaf, d) -> d).leaves();
    return directionalDerivatives(
            leaves -> List.of(function.apply(at.withLeaves(leaves))), at.leaves(), along, order)
        .get(order)
        .getFirst();
  }

  /**
   * A function applied to each slice along the leading axis of its mapped arguments, at once.
   *
   * @param function of single slices
   * @param arguments the arguments, at least one mapped
   * @param mapped which arguments have the mapped leading axis; the others are the same for all
   * @return the results, each with the leading axis
   */
  public static List<Tensor> vmap(
      Function<List<Tensor>, List<Tensor>> function, List<Tensor> arguments, List<Boolean> mapped) {
    return Vectorise.vmap(function, arguments, mapped);
  }
}
