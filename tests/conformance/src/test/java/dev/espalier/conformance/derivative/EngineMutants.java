package dev.espalier.conformance.derivative;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.GraphRule;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.conformance.Conformance;
import dev.espalier.conformance.Mutant;
import dev.espalier.conformance.rule.Suite;
import dev.espalier.conformance.subject.EngineSubject;
import dev.espalier.engine.Derivatives;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;

/** Wrong transformations. */
public final class EngineMutants {
  private static final EngineSubject RIGHT = EngineSubject.standard();

  private EngineMutants() {}

  /** All of them. */
  public static List<Mutant> all() {
    List<Mutant> all = new ArrayList<>();
    all.add(forward("a forward derivative that is off by 1e-6", "AD-1", t -> t.mul(1 + 1e-6)));
    all.add(reverse("a reverse derivative that is off by 1e-6", "AD-2", t -> t.mul(1 + 1e-6)));
    all.add(
        mutant(
            "a reverse derivative that forgets the second operand",
            "AD-2",
            withReverse((f, at, c) -> {
              Derivatives.Pulled right = Derivatives.vjp(f, at, c);
              List<Tensor> bars = new ArrayList<>(right.cotangents());
              if (bars.size() > 1) {
                bars.set(1, bars.get(1).zerosLike());
              }
              return new Derivatives.Pulled(right.values(), bars);
            })));
    all.add(forward("a forward derivative that is constant itself", "AD-3", Tensor::stopGradient));
    all.add(reverse("a reverse derivative that is constant itself", "AD-4", Tensor::stopGradient));
    all.add(
        mutant(
            "integers that have themselves as tangents",
            "AD-5",
            withForward((f, at, t) -> {
              Derivatives.Pushed right = Derivatives.jvp(f, at, t);
              List<Tensor> dots = new ArrayList<>();
              for (int i = 0; i < right.values().size(); i++) {
                Tensor value = right.values().get(i);
                dots.add(value.dtype().isFloat() ? right.tangents().get(i) : value);
              }
              return new Derivatives.Pushed(right.values(), dots);
            })));
    all.add(
        mutant(
            "Taylor coefficients in place of derivatives",
            "AD-6",
            withDirectional((f, at, d, n) -> {
              Tensor right = Derivatives.directionalDerivative(f, at, d, n);
              return n == 2 ? right.mul(0.5) : right;
            })));
    all.add(
        mutant(
            "derivatives that lose their digits from order 5 on",
            "AD-7",
            withDirectional((f, at, d, n) -> {
              Tensor right = Derivatives.directionalDerivative(f, at, d, n);
              return n >= 5 ? right.mul(1 + 1e-8) : right;
            })));
    all.add(
        reverse(
            "a reverse derivative that is not linear", "AD-8", t -> t.add(t.square().mul(1e-6))));
    all.add(
        mutant(
            "a request with the wrong sign",
            "AD-9",
            withReverse((f, at, c) -> {
              Derivatives.Pulled right = Derivatives.vjp(f, at, c);
              List<Tensor> bars = new ArrayList<>(right.cotangents());
              for (int i = 1; i < bars.size(); i++) {
                bars.set(i, bars.get(i).neg());
              }
              return new Derivatives.Pulled(right.values(), bars);
            })));
    all.add(
        mutant(
            "a slope of its own at zero",
            "AD-10",
            withForward((f, at, t) -> {
              Derivatives.Pushed right = Derivatives.jvp(f, at, t);
              List<Tensor> dots = new ArrayList<>();
              for (int i = 0; i < right.values().size(); i++) {
                Tensor value = right.values().get(i);
                Tensor dot = right.tangents().get(i);
                dots.add(value.dtype().isFloat() ? value.eq(0).select(dot.add(5), dot) : dot);
              }
              return new Derivatives.Pushed(right.values(), dots);
            })));
    all.add(
        mutant(
            "a maximum that counts each of several equals",
            "AD-10",
            withReverse((f, at, c) -> {
              Derivatives.Pulled right = Derivatives.vjp(f, at, c);
              List<Tensor> bars =
                  right.cotangents().stream()
                      .map(bar ->
                          bar.dtype().isFloat() ? bar.ne(0).select(bar.onesLike(), bar) : bar)
                      .toList();
              return new Derivatives.Pulled(right.values(), bars);
            })));
    all.add(reverse("a rounding that lets gradients through", "AD-11", t -> t.add(1)));
    all.add(
        mutant(
            "per-example gradients that are the batch's",
            "AD-12",
            withVmap((f, x, mapped) ->
                Derivatives.vmap(f, x, mapped).stream()
                    .map(y ->
                        y.dtype().isFloat() && y.shape().extent(0) > 0
                            ? y.mean(0).spread(y.shape(), 0)
                            : y)
                    .toList())));
    all.add(
        mutant(
            "a vectorisation that turns the slices round",
            "VM-1",
            withVmap((f, x, mapped) ->
                Derivatives.vmap(f, x, mapped).stream().map(y -> y.reverse(0)).toList())));
    all.add(
        mutant(
            "a vectorisation that turns the slices of matrices round",
            "VM-1",
            withVmap((f, x, mapped) ->
                Derivatives.vmap(f, x, mapped).stream()
                    .map(y -> y.shape().rank() > 2 ? y.reverse(0) : y)
                    .toList())));
    all.add(
        mutant(
            "a vectorisation that is wrong where two inputs of three are mapped",
            "VM-1",
            withVmap((f, x, mapped) ->
                Derivatives.vmap(f, x, mapped).stream()
                    .map(y ->
                        mapped.size() == 3 && Collections.frequency(mapped, true) == 2
                            ? y.reverse(0)
                            : y)
                    .toList())));
    all.add(
        mutant(
            "a vectorisation that scales",
            "VM-2",
            withVmap((f, x, mapped) ->
                Derivatives.vmap(f, x, mapped).stream()
                    .map(y -> y.dtype().isFloat() ? y.mul(1 + 1e-6) : y)
                    .toList())));
    all.add(
        mutant(
            "a simplification that takes not less for greater or equal",
            "VM-3",
            withSimplify(EngineMutants::notLess)));
    for (GraphRule rule : GraphRule.values()) {
      all.add(
          mutant(
              "a verifier that skips " + rule.id(),
              rule.id(),
              withVerify(graph -> {
                try {
                  graph.verify();
                } catch (EspalierException e) {
                  if (!e.asked().startsWith(rule.id() + ":")) {
                    throw e;
                  }
                }
              })));
    }
    all.add(
        mutant(
            "a verifier that refuses loops",
            "IR-9",
            withVerify(graph -> {
              graph.verify();
              if (graph.nodes().stream().anyMatch(node -> node.op() instanceof While)) {
                throw new EspalierException(
                    ErrorCode.INVALID_GRAPH, "IR-5: no loops", "a loop", "unroll it");
              }
            })));
    all.addAll(RewritingMutants.all());
    return List.copyOf(all);
  }

  private static Mutant mutant(String name, String rule, EngineSubject engine) {
    return new Mutant(name, rule, Suite.of(engine, Conformance.engineChecks()));
  }

  private static Mutant forward(String name, String rule, UnaryOperator<Tensor> change) {
    return mutant(
        name,
        rule,
        withForward((f, at, t) -> {
          Derivatives.Pushed right = Derivatives.jvp(f, at, t);
          return new Derivatives.Pushed(right.values(), changed(right.tangents(), change));
        }));
  }

  private static Mutant reverse(String name, String rule, UnaryOperator<Tensor> change) {
    return mutant(
        name,
        rule,
        withReverse((f, at, c) -> {
          Derivatives.Pulled right = Derivatives.vjp(f, at, c);
          return new Derivatives.Pulled(right.values(), changed(right.cotangents(), change));
        }));
  }

  private static List<Tensor> changed(List<Tensor> tensors, UnaryOperator<Tensor> change) {
    return tensors.stream().map(t -> t.dtype().isFloat() ? change.apply(t) : t).toList();
  }

  private static EngineSubject withForward(EngineSubject.Jvp jvp) {
    return new EngineSubject(
        "mutant",
        jvp,
        RIGHT.vjp(),
        RIGHT.directional(),
        RIGHT.vmap(),
        RIGHT.simplify(),
        RIGHT.verify());
  }

  private static EngineSubject withReverse(EngineSubject.Vjp vjp) {
    return new EngineSubject(
        "mutant",
        RIGHT.jvp(),
        vjp,
        RIGHT.directional(),
        RIGHT.vmap(),
        RIGHT.simplify(),
        RIGHT.verify());
  }

  private static EngineSubject withDirectional(EngineSubject.Directional directional) {
    return new EngineSubject(
        "mutant",
        RIGHT.jvp(),
        RIGHT.vjp(),
        directional,
        RIGHT.vmap(),
        RIGHT.simplify(),
        RIGHT.verify());
  }

  private static EngineSubject withVmap(EngineSubject.Vmap vmap) {
    return new EngineSubject(
        "mutant",
        RIGHT.jvp(),
        RIGHT.vjp(),
        RIGHT.directional(),
        vmap,
        RIGHT.simplify(),
        RIGHT.verify());
  }

  private static EngineSubject withSimplify(EngineSubject.Rewrite simplify) {
    return new EngineSubject(
        "mutant",
        RIGHT.jvp(),
        RIGHT.vjp(),
        RIGHT.directional(),
        RIGHT.vmap(),
        simplify,
        RIGHT.verify());
  }

  private static EngineSubject withVerify(EngineSubject.Verify verify) {
    return new EngineSubject(
        "mutant",
        RIGHT.jvp(),
        RIGHT.vjp(),
        RIGHT.directional(),
        RIGHT.vmap(),
        RIGHT.simplify(),
        verify);
  }

  /** Writes a graph again, node by node. */
  private interface Rewriting {
    List<Tensor> apply(Node node, List<Tensor> operands, Tensor anchor);
  }

  private static Graph rewrite(Graph graph, Rewriting rewriting) {
    return Graph.trace(
        graph.name(),
        graph.inputTypes(),
        in -> {
          List<Tensor> values = new ArrayList<>(in);
          for (Node node : graph.nodes()) {
            List<Tensor> operands =
                node.operands().stream().map(value -> values.get(value.id())).toList();
            values.addAll(rewriting.apply(node, operands, in.getFirst()));
          }
          return graph.outputs().stream().map(value -> values.get(value.id())).toList();
        });
  }

  private static Graph notLess(Graph graph) {
    return rewrite(
        graph,
        (node, operands, anchor) ->
            node.op().equals(new Compare(Compare.Kind.GE))
                ? List.of(operands.get(0).lt(operands.get(1)).not())
                : anchor.apply(node.op(), operands));
  }
}
