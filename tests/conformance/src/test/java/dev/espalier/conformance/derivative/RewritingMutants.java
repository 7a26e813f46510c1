package dev.espalier.conformance.derivative;

import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Closure;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Composites;
import dev.espalier.api.ir.Constant;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.ir.Value;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.conformance.Conformance;
import dev.espalier.conformance.Mutant;
import dev.espalier.conformance.rule.Suite;
import dev.espalier.conformance.subject.EngineSubject;
import dev.espalier.engine.Derivatives;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Wrong transformations that are right ones of another graph: each node may be written as something
 * that it is not, or with a derivative rule that it has not.
 */
public final class RewritingMutants {
  private static final EngineSubject RIGHT = EngineSubject.standard();
  private static final Binary ADD = new Binary(Binary.Kind.ADD);
  private static final Binary SUB = new Binary(Binary.Kind.SUB);
  private static final Binary MUL = new Binary(Binary.Kind.MUL);
  private static final Binary DIV = new Binary(Binary.Kind.DIV);

  private RewritingMutants() {}

  /** What stands for a node, if not itself. */
  @FunctionalInterface
  private interface Rewriting {
    Optional<List<Tensor>> of(Graph graph, Node node, List<Tensor> operands);
  }

  /** What stands for a node, given what stands for every value before it. */
  @FunctionalInterface
  private interface Reordering {
    Optional<List<Tensor>> of(Graph graph, Node node, List<Tensor> values);
  }

  /** All of them. */
  public static List<Mutant> all() {
    List<Mutant> all = new ArrayList<>();
    derivatives(all);
    directional(all);
    vectorisation(all);
    simplification(all);
    all.add(
        mutant(
            "a verifier that does not look into loops",
            "IR-7",
            withVerify(graph -> {
              try {
                graph.verify();
              } catch (EspalierException e) {
                if (e.found().endsWith("in graph " + graph.name())) {
                  throw e;
                }
              }
            })));
    return List.copyOf(all);
  }

  private static void derivatives(List<Mutant> all) {
    all.add(
        reverse(
            "a reverse derivative that forgets the second use of a value",
            "AD-2",
            (graph, node, x) ->
                node.op().equals(MUL) && node.operands().get(0).equals(node.operands().get(1))
                    ? one(x.get(0).stopGradient().mul(x.get(1)))
                    : Optional.empty()));
    all.add(
        reverse(
            "a reverse derivative that does not sum over what was broadcast",
            "AD-2",
            (graph, node, x) ->
                node.op() instanceof Broadcast broadcast
                        && x.getFirst().dtype().isFloat()
                        && broadcast.shape().size() > 0
                    ? Optional.of(unsummed(broadcast, x.getFirst()))
                    : Optional.empty()));
    all.add(
        reverse(
            "backpropagation that is cut off after four nodes",
            "AD-8",
            (graph, node, x) ->
                graph.nodes().indexOf(node) < graph.nodes().size() - 4
                        && node.op() instanceof Unary
                        && x.getFirst().dtype().isFloat()
                    ? one(
                        x.getFirst()
                            .stopGradient()
                            .apply(node.op(), List.of(x.getFirst().stopGradient()))
                            .getFirst())
                    : Optional.empty()));
    all.add(
        reverse(
            "a maximum that gives both of two equals the whole",
            "AD-10",
            (graph, node, x) ->
                node.op().equals(new Binary(Binary.Kind.MAX)) && x.getFirst().dtype().isFloat()
                    ? Optional.of(greedyMaximum(x))
                    : Optional.empty()));
    all.add(
        reverse(
            "a reverse derivative of composites by their bodies",
            "AD-15",
            RewritingMutants::bodyOfComposite));
    all.add(
        reverse(
            "a reverse derivative that knows no rules on demand",
            "AD-15",
            RewritingMutants::bodyOnDemand));
    all.add(
        mutant(
            "a vectorisation that drops rules on demand",
            "AD-15",
            withVmap((f, x, mapped) ->
                Derivatives.vmap(rewritten(f, RewritingMutants::bodyOnDemand), x, mapped))));
    all.add(
        mutant(
            "a forward derivative that takes directions of any type for zero",
            "AD-16",
            new EngineSubject(
                "mutant",
                (f, at, t) -> {
                  try {
                    return Derivatives.jvp(f, at, t);
                  } catch (EspalierException e) {
                    List<Tensor> values = f.apply(at);
                    return new Derivatives.Pushed(
                        values, values.stream().map(Tensor::zerosLike).toList());
                  }
                },
                RIGHT.vjp(),
                RIGHT.directional(),
                RIGHT.vmap(),
                RIGHT.simplify(),
                RIGHT.verify())));
  }

  private static Optional<List<Tensor>> bodyOfComposite(Graph graph, Node node, List<Tensor> x) {
    return node.op() instanceof Composite composite
        ? Optional.of(composite.body().apply(x))
        : Optional.empty();
  }

  private static Optional<List<Tensor>> bodyOnDemand(Graph graph, Node node, List<Tensor> x) {
    return node.op() instanceof Composite composite
            && composite.rule() instanceof Composite.VjpOnDemand
        ? Optional.of(composite.body().apply(x))
        : Optional.empty();
  }

  private static List<Tensor> unsummed(Broadcast op, Tensor x) {
    return Composites.applyWithVjp(
        "mutant/broadcast",
        List.of(x),
        in -> in.getFirst().apply(op, in),
        (in, bars) -> {
          Tensor bar = bars.getFirst();
          for (int axis = op.shape().rank() - 1; axis >= 0; axis--) {
            if (!op.axes().contains(axis)) {
              bar = bar.at(axis, 0);
            }
          }
          return List.of(bar);
        });
  }

  private static List<Tensor> greedyMaximum(List<Tensor> x) {
    return Composites.applyWithVjp(
        "mutant/max",
        x,
        in -> List.of(in.get(0).max(in.get(1))),
        (in, bars) -> {
          Tensor bar = bars.getFirst();
          return List.of(
              in.get(0).ge(in.get(1)).select(bar, bar.zerosLike()),
              in.get(1).ge(in.get(0)).select(bar, bar.zerosLike()));
        });
  }

  private static void directional(List<Mutant> all) {
    all.add(
        mutant(
            "a table of factorials that ends at 4",
            "AD-7",
            withDirectional((f, at, d, n) -> {
              Tensor right = Derivatives.directionalDerivative(f, at, d, n);
              double factor = 1;
              for (int k = 5; k <= n; k++) {
                factor /= k;
              }
              return right.mul(factor);
            })));
    all.add(
        mutant(
            "nested forward mode in place of series",
            "AD-13",
            withDirectional(RewritingMutants::nested)));
    all.add(
        along(
            "series that follow the first of equals",
            "AD-14",
            (graph, node, x) ->
                node.op().equals(new Binary(Binary.Kind.MAX)) && x.getFirst().dtype().isFloat()
                    ? one(x.get(0).ge(x.get(1)).select(x.get(0), x.get(1)))
                    : Optional.empty()));
    all.add(
        along(
            "series that stop at loops without bound",
            "AD-14",
            (graph, node, x) ->
                node.op() instanceof While
                    ? Optional.of(
                        x.getFirst()
                            .apply(node.op(), x.stream().map(Tensor::stopGradient).toList()))
                    : Optional.empty()));
    all.add(
        along("series of composites by their bodies", "AD-15", RewritingMutants::bodyOfComposite));
  }

  private static Tensor nested(
      Function<Tree<Tensor>, Tensor> f, Tree<Tensor> at, Tree<Tensor> direction, int order) {
    return order == 0
        ? f.apply(at)
        : Derivatives.jvp(
                leaves -> List.of(nested(f, at.withLeaves(leaves), direction, order - 1)),
                at.leaves(),
                direction.leaves())
            .tangents()
            .getFirst();
  }

  private static void vectorisation(List<Mutant> all) {
    all.add(
        mutant(
            "a vectorisation that maps the wrong axis of squares",
            "VM-1",
            withVmap((f, x, mapped) -> {
              List<Tensor> turned = new ArrayList<>();
              for (int i = 0; i < x.size(); i++) {
                boolean square =
                    mapped.get(i)
                        && x.get(i).shape().rank() > 1
                        && x.get(i).shape().extent(0) == x.get(i).shape().extent(1);
                turned.add(square ? x.get(i).swapAxes(0, 1) : x.get(i));
              }
              return Derivatives.vmap(f, turned, mapped);
            })));
    all.add(
        mutant(
            "a vectorisation that repeats the first slice where nothing else is mapped",
            "VM-4",
            withVmap((f, x, mapped) ->
                Derivatives.vmap(f, x, mapped).stream()
                    .map(y ->
                        mapped.contains(false) && y.shape().extent(0) > 0
                            ? y.at(0, 0).spread(y.shape(), 0)
                            : y)
                    .toList())));
  }

  private static void simplification(List<Mutant> all) {
    all.add(
        peephole(
            "a simplification of x * 0 to 0",
            (graph, node, x) ->
                node.op().equals(MUL) && splat(graph, node, 1).orElse(1) == 0
                    ? one(x.get(0).zerosLike())
                    : Optional.empty()));
    all.add(
        peephole(
            "a simplification of x + 0 to x",
            (graph, node, x) ->
                node.op().equals(ADD) && Double.compare(splat(graph, node, 1).orElse(1), 0.0) == 0
                    ? one(x.get(0))
                    : Optional.empty()));
    all.add(
        peephole(
            "a simplification of 0 - x to -x",
            (graph, node, x) ->
                node.op().equals(SUB) && splat(graph, node, 0).orElse(1) == 0
                    ? one(x.get(1).neg())
                    : Optional.empty()));
    all.add(
        peephole(
            "a simplification of x - x to 0",
            (graph, node, x) ->
                node.op().equals(SUB) && node.operands().get(0).equals(node.operands().get(1))
                    ? one(x.get(0).zerosLike())
                    : Optional.empty()));
    all.add(
        peephole(
            "a simplification of x / x to 1",
            (graph, node, x) ->
                node.op().equals(DIV) && node.operands().get(0).equals(node.operands().get(1))
                    ? one(x.get(0).onesLike())
                    : Optional.empty()));
    all.add(
        peephole(
            "a division by a constant as a product with its reciprocal",
            (graph, node, x) -> {
              OptionalDouble divisor = splat(graph, node, 1);
              return node.op().equals(DIV) && divisor.isPresent()
                  ? one(x.get(0).mul(1 / divisor.getAsDouble()))
                  : Optional.empty();
            }));
    all.add(
        mutant(
            "a simplification that adds in another order",
            "VM-3",
            withSimplify(graph ->
                Graph.trace(
                    graph.name(),
                    graph.inputTypes(),
                    in -> reordered(graph, in, RewritingMutants::reassociated)))));
    all.add(
        mutant(
            "a simplification that leaves the last node out",
            "IR-10",
            withSimplify(graph ->
                graph.nodes().isEmpty()
                    ? graph
                    : new Graph(
                        graph.name(),
                        graph.inputs(),
                        graph.nodes().subList(0, graph.nodes().size() - 1),
                        graph.outputs()))));
  }

  /** {@code (x + y) + z} as {@code x + (y + z)}. */
  private static Optional<List<Tensor>> reassociated(Graph graph, Node node, List<Tensor> values) {
    Optional<Node> inner =
        node.op().equals(ADD) ? definition(graph, node.operands().getFirst()) : Optional.empty();
    if (inner.isEmpty() || !inner.get().op().equals(ADD)) {
      return Optional.empty();
    }
    Tensor x = values.get(inner.get().operands().get(0).id());
    Tensor y = values.get(inner.get().operands().get(1).id());
    return one(x.add(y.add(values.get(node.operands().get(1).id()))));
  }

  private static Optional<List<Tensor>> one(Tensor tensor) {
    return Optional.of(List.of(tensor));
  }

  private static Optional<Node> definition(Graph graph, Value value) {
    return graph.nodes().stream().filter(node -> node.results().contains(value)).findFirst();
  }

  /** The number that an operand is everywhere. */
  private static OptionalDouble splat(Graph graph, Node node, int operand) {
    if (node.operands().size() <= operand) {
      return OptionalDouble.empty();
    }
    Optional<Node> definition = definition(graph, node.operands().get(operand));
    if (definition.isPresent() && definition.get().op() instanceof Broadcast) {
      definition = definition(graph, definition.get().operands().getFirst());
    }
    return definition.isPresent()
            && definition.get().op() instanceof Constant(var value)
            && value.type().shape().rank() == 0
        ? OptionalDouble.of(value.getDouble(0))
        : OptionalDouble.empty();
  }

  private static Function<List<Tensor>, List<Tensor>> rewritten(
      Function<List<Tensor>, List<Tensor>> function, Rewriting rewriting) {
    return in -> {
      Closure closure =
          in.getFirst().close("mutant", in.stream().map(Tensor::type).toList(), function);
      List<Tensor> arguments = new ArrayList<>(in);
      arguments.addAll(closure.captures());
      return written(closure.graph(), arguments, rewriting);
    };
  }

  private static List<Tensor> written(Graph graph, List<Tensor> in, Rewriting rewriting) {
    return reordered(
        graph,
        in,
        (whole, node, values) ->
            rewriting.of(
                whole,
                node,
                node.operands().stream().map(value -> values.get(value.id())).toList()));
  }

  private static List<Tensor> reordered(Graph graph, List<Tensor> in, Reordering reordering) {
    List<Tensor> values = new ArrayList<>(in);
    for (Node node : graph.nodes()) {
      values.addAll(
          reordering
              .of(graph, node, values)
              .orElseGet(() ->
                  in.getFirst()
                      .apply(
                          node.op(),
                          node.operands().stream().map(value -> values.get(value.id())).toList())));
    }
    return graph.outputs().stream().map(value -> values.get(value.id())).toList();
  }

  private static Mutant mutant(String name, String rule, EngineSubject engine) {
    return new Mutant(name, rule, Suite.of(engine, Conformance.engineChecks()));
  }

  private static Mutant reverse(String name, String rule, Rewriting rewriting) {
    return mutant(
        name,
        rule,
        new EngineSubject(
            "mutant",
            RIGHT.jvp(),
            (f, at, c) -> Derivatives.vjp(rewritten(f, rewriting), at, c),
            RIGHT.directional(),
            RIGHT.vmap(),
            RIGHT.simplify(),
            RIGHT.verify()));
  }

  private static Mutant along(String name, String rule, Rewriting rewriting) {
    return mutant(
        name,
        rule,
        withDirectional((f, at, d, n) ->
            Derivatives.directionalDerivative(
                tree ->
                    rewritten(leaves -> List.of(f.apply(at.withLeaves(leaves))), rewriting)
                        .apply(tree.leaves())
                        .getFirst(),
                at,
                d,
                n)));
  }

  private static Mutant peephole(String name, Rewriting rewriting) {
    UnaryOperator<Graph> rewrite =
        graph -> Graph.trace(graph.name(), graph.inputTypes(), in -> written(graph, in, rewriting));
    return mutant(name, "VM-3", withSimplify(rewrite::apply));
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
}
