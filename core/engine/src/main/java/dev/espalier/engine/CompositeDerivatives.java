package dev.espalier.engine;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Composites;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.engine.Forward.Dual;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Both modes for composites: through the body, by the own rule, or by the transpose of the own
 * rule. What has a rule of any kind keeps its name.
 */
final class CompositeDerivatives {
  private CompositeDerivatives() {}

  static Dual push(Composite op, Tensor anchor, List<Tensor> x, List<@Nullable Tensor> t) {
    return switch (op.rule()) {
      case Composite.OfBody _ -> Forward.push(op.body(), anchor, x, t);
      case Composite.Jvp(Graph rule) -> {
        List<Tensor> values = anchor.apply(op, x);
        yield new Dual(values, atFloats(values, rule.apply(Tensors.join(x, floatsOf(t, x)))));
      }
      case Composite.Vjp(Graph rule) ->
          transposed(op, anchor, x, t, (values, bars) -> rule.apply(Tensors.join(x, bars)));
      case Composite.VjpOnDemand(Composites.ReverseRule rule) ->
          transposed(op, anchor, x, t, (values, bars) -> onDemand(op, rule, x, values, bars));
      case Composite.VjpOfBody(Graph rule) ->
          transposed(
              op,
              anchor,
              x,
              t,
              (values, bars) -> rule.apply(Tensors.join(Tensors.join(x, values), bars)));
    };
  }

  /**
   * The tangents by the transpose of a reverse rule.
   *
   * @param reverse from the values and cotangents of the floating-point ones to cotangents of the
   *     floating-point operands
   */
  private static Dual transposed(
      Composite op,
      Tensor anchor,
      List<Tensor> x,
      List<@Nullable Tensor> t,
      BinaryOperator<List<Tensor>> reverse) {
    List<Tensor> values = anchor.apply(op, x);
    List<@Nullable Tensor> tangents =
        Transposition.apply(
            anchor, floatTypes(values), bars -> reverse.apply(values, bars), presentFloatsOf(t, x));
    return new Dual(values, atFloats(values, tangents));
  }

  /** What a rule gives when it is asked, checked as a graph of it would have been before. */
  private static List<Tensor> onDemand(
      Composite op,
      Composites.ReverseRule rule,
      List<Tensor> x,
      List<Tensor> values,
      List<Tensor> bars) {
    List<Tensor> found = rule.apply(x, values, bars);
    if (!Tensors.types(found).equals(floatTypes(x))) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "the derivative rule of " + op.name() + " returns " + floatTypes(x),
          Tensors.types(found).toString(),
          "return one tensor for each, in this order");
    }
    return found;
  }

  static Pullback record(Composite op, Tensor anchor, List<Tensor> x, boolean[] active) {
    return switch (op.rule()) {
      case Composite.OfBody _ -> Backward.record(op.body(), anchor, x, active);
      case Composite.Jvp(Graph rule) -> {
        List<Tensor> values = anchor.apply(op, x);
        yield new Pullback(
            values,
            bars ->
                atFloats(
                    x,
                    Transposition.apply(
                        anchor,
                        floatTypes(x),
                        tangents -> rule.apply(Tensors.join(x, tangents)),
                        floatsOf(bars, values))));
      }
      case Composite.Vjp(Graph rule) -> {
        List<Tensor> values = anchor.apply(op, x);
        yield new Pullback(
            values, bars -> atFloats(x, rule.apply(Tensors.join(x, floatsOf(bars, values)))));
      }
      case Composite.VjpOnDemand(Composites.ReverseRule rule) -> {
        List<Tensor> values = anchor.apply(op, x);
        yield new Pullback(
            values, bars -> atFloats(x, onDemand(op, rule, x, values, floatsOf(bars, values))));
      }
      case Composite.VjpOfBody(Graph rule) -> {
        List<Tensor> values = anchor.apply(op, x);
        List<Tensor> primals = Tensors.join(x, values);
        yield new Pullback(
            values, bars -> atFloats(x, rule.apply(Tensors.join(primals, floatsOf(bars, values)))));
      }
    };
  }

  private static List<TensorType> floatTypes(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::type).filter(type -> type.dtype().isFloat()).toList();
  }

  /** The directions of the floating-point tensors. */
  private static List<@Nullable Tensor> presentFloatsOf(
      List<@Nullable Tensor> directions, List<Tensor> tensors) {
    List<@Nullable Tensor> floats = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      if (tensors.get(i).dtype().isFloat()) {
        floats.add(directions.get(i));
      }
    }
    return floats;
  }

  /** The directions of the floating-point tensors, zeros in place of absent ones. */
  private static List<Tensor> floatsOf(List<@Nullable Tensor> directions, List<Tensor> tensors) {
    List<Tensor> floats = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      if (tensors.get(i).dtype().isFloat()) {
        floats.add(Tensors.orZero(directions.get(i), tensors.get(i)));
      }
    }
    return floats;
  }

  /** Directions of the floating-point tensors put at their places. */
  private static List<@Nullable Tensor> atFloats(
      List<Tensor> tensors, List<? extends @Nullable Tensor> directions) {
    List<@Nullable Tensor> all = new ArrayList<>();
    int at = 0;
    for (Tensor tensor : tensors) {
      all.add(tensor.dtype().isFloat() ? directions.get(at++) : null);
    }
    return all;
  }
}
