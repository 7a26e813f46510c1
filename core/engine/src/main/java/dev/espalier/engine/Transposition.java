package dev.espalier.engine;

import dev.espalier.api.ir.Closure;
import dev.espalier.api.ir.Op;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Transposes of linear functions, by reverse mode at zero. */
final class Transposition {
  private Transposition() {}

  /**
   * The transpose of a linear function applied to cotangents.
   *
   * @param function linear, from tensors of the types to tensors
   * @return for each argument of the function, null where it is zero
   */
  static List<@Nullable Tensor> apply(
      Tensor anchor,
      List<TensorType> types,
      UnaryOperator<List<Tensor>> function,
      List<? extends @Nullable Tensor> cotangents) {
    Closure closure = anchor.close("linear", types, function);
    List<Tensor> arguments = new ArrayList<>();
    for (TensorType type : types) {
      arguments.add(anchor.constant(type.dtype(), 0.0).broadcast(type.shape()));
    }
    arguments.addAll(closure.captures());
    boolean[] active = new boolean[arguments.size()];
    java.util.Arrays.fill(active, 0, types.size(), true);
    Pullback recorded = Backward.record(closure.graph(), anchor, arguments, active);
    List<@Nullable Tensor> bars = new ArrayList<>(cotangents);
    return recorded.pull().apply(bars).subList(0, types.size());
  }

  /** The reverse rule of an operation as the transpose of its forward rule. */
  static Pullback ofForwardRule(Op op, Tensor anchor, List<Tensor> x, boolean[] active) {
    List<Tensor> results = anchor.apply(op, x);
    return new Pullback(
        results,
        bars -> {
          List<TensorType> types = Tensors.types(Tensors.where(x, active));
          List<@Nullable Tensor> pulled =
              apply(
                  anchor,
                  types,
                  tangents -> floats(op, anchor, x, results, Tensors.scatter(tangents, active)),
                  floatBars(results, bars));
          List<@Nullable Tensor> all = new ArrayList<>();
          int at = 0;
          for (boolean flag : active) {
            all.add(flag ? pulled.get(at++) : null);
          }
          return all;
        });
  }

  private static List<Tensor> floats(
      Op op, Tensor anchor, List<Tensor> x, List<Tensor> results, List<@Nullable Tensor> tangents) {
    Forward.Dual dual = ForwardRules.push(op, anchor, x, tangents);
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).dtype().isFloat()) {
        out.add(Tensors.orZero(dual.tangents().get(i), results.get(i)));
      }
    }
    return out;
  }

  private static List<@Nullable Tensor> floatBars(
      List<Tensor> results, List<@Nullable Tensor> bars) {
    List<@Nullable Tensor> out = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).dtype().isFloat()) {
        out.add(bars.get(i));
      }
    }
    return out;
  }
}
