package dev.espalier.conformance.derivative;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.conformance.cases.OpCase;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.conformance.rule.Trial;
import dev.espalier.conformance.subject.EngineSubject;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Directional derivatives of any order. */
final class HigherOrder {
  private static final int NESTED_ORDERS = 3;
  private static final int CLOSED_ORDERS = 8;
  private static final double AT = 0.3;

  private HigherOrder() {}

  static List<Check<? super EngineSubject>> checks() {
    return List.of(
        new Check<>("AD-6", HigherOrder::againstNesting),
        new Check<>("AD-7", HigherOrder::againstClosedForms));
  }

  private static Stream<Trial> againstNesting(EngineSubject engine, Tier tier) {
    return Numbers.smooth(tier)
        .map(of -> new Trial(of.name(), findings -> againstNesting(engine, of, findings)));
  }

  private static void againstNesting(EngineSubject engine, OpCase of, Findings findings) {
    List<NdArray> direction = Numbers.directions(of.inputs(), 8);
    List<NdArray> covector = Numbers.directions(Reference.run(of.graph(), of.inputs()), 9);
    int count = of.inputs().size();
    List<NdArray> inputs = Numbers.join(of.inputs(), Numbers.join(direction, covector));
    for (int order = 1; order <= NESTED_ORDERS; order++) {
      int n = order;
      List<NdArray> found =
          Numbers.run(
              inputs,
              in -> {
                Along along = new Along(of, in.subList(0, count), in.subList(2 * count, in.size()));
                return List.of(
                    engine
                        .directional()
                        .apply(
                            along::value,
                            along.tree(in.subList(0, count)),
                            along.tree(in.subList(count, 2 * count)),
                            n));
              });
      List<NdArray> nested =
          Numbers.run(
              inputs,
              in -> {
                Along along = new Along(of, in.subList(0, count), in.subList(2 * count, in.size()));
                return List.of(
                    nested(
                        engine,
                        along,
                        along.tree(in.subList(0, count)),
                        along.tree(in.subList(count, 2 * count)),
                        n));
              });
      Numbers.near(
          findings,
          "derivative of order " + n + " of " + of + " against nesting",
          found,
          nested,
          1e-9);
    }
  }

  private static Tensor nested(
      EngineSubject engine, Along along, Tree<Tensor> at, Tree<Tensor> direction, int order) {
    return order == 0
        ? along.value(at)
        : engine
            .jvp()
            .apply(
                leaves ->
                    List.of(nested(engine, along, at.withLeaves(leaves), direction, order - 1)),
                at.leaves(),
                direction.leaves())
            .tangents()
            .getFirst();
  }

  /** The covector's product with the outputs as a function of the floating-point inputs. */
  private record Along(OpCase of, List<Tensor> inputs, List<Tensor> covector) {
    Tree<Tensor> tree(List<Tensor> tensors) {
      Tree<Tensor> tree = Tree.empty();
      for (int i = 0; i < inputs.size(); i++) {
        if (inputs.get(i).dtype().isFloat()) {
          tree = tree.and("x" + i, tensors.get(i));
        }
      }
      return tree;
    }

    Tensor value(Tree<Tensor> at) {
      List<Tensor> arguments = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        arguments.add(inputs.get(i).dtype().isFloat() ? at.get("x" + i) : inputs.get(i));
      }
      List<Tensor> results = of.graph().apply(arguments);
      Tensor sum = arguments.getFirst().constant(DType.F64, 0.0);
      for (int i = 0; i < results.size(); i++) {
        if (results.get(i).dtype().isFloat()) {
          Tensor product = results.get(i).mul(covector.get(i));
          sum = sum.add(product.shape().rank() == 0 ? product : product.sum());
        }
      }
      return sum;
    }
  }

  /** A function whose derivatives of every order are known at {@link #AT}. */
  private record Known(String name, UnaryOperator<Tensor> function, OfOrder derivative) {}

  private static List<Known> known() {
    double x = AT;
    return List.of(
        new Known("exp", Tensor::exp, n -> Math.exp(x)),
        new Known("sin", Tensor::sin, n -> Math.sin(x + n * Math.PI / 2)),
        new Known(
            "1 / (1 - x)",
            t -> t.neg().add(1).reciprocal(),
            n -> factorial(n) / Math.pow(1 - x, n + 1)),
        new Known(
            "log(1 + x)",
            Tensor::log1p,
            n ->
                n == 0
                    ? Math.log1p(x)
                    : (n % 2 == 0 ? -1 : 1) * factorial(n - 1) / Math.pow(1 + x, n)),
        new Known("x^2.5", t -> t.pow(2.5), n -> falling(2.5, n) * Math.pow(x, 2.5 - n)),
        // The real part of exp((2 + i) x), whose n-th derivative has the factor (2 + i)^n.
        new Known(
            "exp(2 x) cos(x)",
            t -> t.mul(2).exp().mul(t.cos()),
            n -> Math.exp(2 * x) * Math.pow(5, n / 2.0) * Math.cos(x + n * Math.atan2(1, 2))));
  }

  private static Stream<Trial> againstClosedForms(EngineSubject engine, Tier tier) {
    return known().stream()
        .map(of -> new Trial(of.name(), findings -> closed(engine, of, findings)));
  }

  private static void closed(EngineSubject engine, Known of, Findings findings) {
    for (int order = 0; order <= CLOSED_ORDERS; order++) {
      int n = order;
      List<NdArray> found =
          Numbers.run(
              List.of(NdArray.scalar(DType.F64, AT)),
              in ->
                  List.of(
                      engine
                          .directional()
                          .apply(
                              tree -> of.function().apply(tree.get("x")),
                              Tree.of("x", in.getFirst()),
                              Tree.of("x", in.getFirst().onesLike()),
                              n)));
      double wanted = of.derivative().at(n);
      double bound = 1e-11 * Math.max(1, Math.abs(wanted));
      findings.require(
          Math.abs(found.getFirst().getDouble(0) - wanted) <= bound,
          "derivative of order %d of %s at %s: found %s, expected %s, bound %.3g"
              .formatted(n, of.name(), AT, found.getFirst().getDouble(0), wanted, bound));
    }
  }

  private interface OfOrder {
    double at(int order);
  }

  private static double factorial(int n) {
    return n < 2 ? 1 : n * factorial(n - 1);
  }

  private static double falling(double power, int n) {
    return n == 0 ? 1 : power * falling(power - 1, n - 1);
  }
}
