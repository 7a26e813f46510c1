package dev.espalier.conformance.derivative;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.GraphRule;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.cases.OpCases;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.EngineSubject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Rules IR: what the verifier refuses, one rule for each of {@link GraphRule}. */
public final class RepresentationRules {
  private static final TensorType FOUR = TensorType.of(DType.F32, 4);
  private static final TensorType FIVE = TensorType.of(DType.F32, 5);
  private static final Value X = new Value(0, FOUR);
  private static final Value Y = new Value(1, FOUR);
  private static final Unary NEG = new Unary(Unary.Kind.NEG);
  private static final Binary ADD = new Binary(Binary.Kind.ADD);

  private RepresentationRules() {}

  /** The checks. */
  public static List<Check<? super EngineSubject>> checks() {
    List<Check<? super EngineSubject>> checks = new ArrayList<>();
    for (GraphRule rule : GraphRule.values()) {
      checks.add(
          Check.<EngineSubject>single(
              rule.id(), (engine, findings) -> refuses(engine, rule, findings)));
    }
    checks.add(Check.single("IR-9", RepresentationRules::accepts));
    checks.add(PassesVerify.check());
    return checks;
  }

  private static void refuses(EngineSubject engine, GraphRule rule, Findings findings) {
    for (Supplier<Graph> broken : broken(rule)) {
      Graph graph = broken.get();
      refuses(engine, rule, graph, findings);
      if (graph.inputTypes().equals(List.of(FOUR)) && graph.outputTypes().equals(List.of(FOUR))) {
        refuses(engine, rule, looped(graph), findings);
      }
    }
  }

  private static void refuses(
      EngineSubject engine, GraphRule rule, Graph graph, Findings findings) {
    try {
      engine.verify().check(graph);
      findings.problem("not refused:\n" + graph);
    } catch (EspalierException e) {
      findings.require(
          e.code() == ErrorCode.INVALID_GRAPH && e.asked().startsWith(rule.id() + ":"),
          "refused as " + e.code().text() + " for '" + e.asked() + "':\n" + graph);
    }
  }

  /** A right graph with a loop around a graph. */
  private static Graph looped(Graph body) {
    Node loop = new Node(new Scan(body, 3, false, 0, 1), List.of(X), List.of(Y));
    return new Graph("loop", List.of(X), List.of(loop), List.of(Y));
  }

  private static Graph graph(List<Value> inputs, List<Node> nodes, List<Value> outputs) {
    return new Graph("broken", inputs, nodes, outputs);
  }

  private static Node negation(Value of, Value result) {
    return new Node(NEG, List.of(of), List.of(result));
  }

  /** Graphs that break a rule and no other before it. */
  private static List<Supplier<Graph>> broken(GraphRule rule) {
    return switch (rule) {
      case INPUTS_ARE_NUMBERED_IN_ORDER ->
          List.of(
              () -> graph(List.of(Y), List.of(), List.of(Y)),
              () -> graph(List.of(Y, X), List.of(), List.of(X)));
      case RESULTS_ARE_NUMBERED_IN_ORDER ->
          List.of(
              () -> graph(List.of(X), List.of(negation(X, new Value(2, FOUR))), List.of(X)),
              () -> graph(List.of(X), List.of(negation(X, X)), List.of(X)));
      case OPERANDS_ARE_DEFINED_BEFORE ->
          List.of(
              () -> graph(List.of(X), List.of(negation(Y, Y)), List.of(X)),
              () -> graph(List.of(X), List.of(negation(new Value(-1, FOUR), Y)), List.of(X)));
      case OPERANDS_HAVE_THEIR_DEFINED_TYPE ->
          List.of(() ->
              graph(
                  List.of(X),
                  List.of(negation(new Value(0, FIVE), new Value(1, FIVE))),
                  List.of(X)));
      case OPERANDS_FIT_THE_OPERATION ->
          List.of(
              () ->
                  graph(
                      List.of(X, new Value(1, FIVE)),
                      List.of(
                          new Node(
                              ADD, List.of(X, new Value(1, FIVE)), List.of(new Value(2, FOUR)))),
                      List.of(X)),
              () -> graph(List.of(X), List.of(new Node(ADD, List.of(X), List.of(Y))), List.of(X)));
      case RESULTS_HAVE_THE_INFERRED_TYPES ->
          List.of(
              () -> graph(List.of(X), List.of(negation(X, new Value(1, FIVE))), List.of(X)),
              () ->
                  graph(
                      List.of(X),
                      List.of(new Node(NEG, List.of(X), List.of(Y, new Value(2, FOUR)))),
                      List.of(X)));
      case OUTPUTS_ARE_DEFINED ->
          List.of(
              () -> graph(List.of(X), List.of(), List.of(Y)),
              () -> graph(List.of(X), List.of(), List.of(new Value(0, FIVE))));
      case DERIVATIVE_RULES_HAVE_THEIR_SIGNATURE ->
          Arrays.asList(
              () -> composite(new Composite.Jvp(unary())),
              () -> composite(new Composite.Vjp(unary())),
              () -> composite(new Composite.VjpOfBody(binary())));
    };
  }

  private static Graph unary() {
    return Graph.trace("unary", List.of(FOUR), in -> List.of(in.getFirst().neg()));
  }

  private static Graph binary() {
    return Graph.trace("binary", List.of(FOUR, FOUR), in -> List.of(in.get(0).mul(in.get(1))));
  }

  private static Graph composite(Composite.DerivativeRule rule) {
    Composite composite = new Composite("test/negation", unary(), rule);
    return graph(List.of(X), List.of(new Node(composite, List.of(X), List.of(Y))), List.of(Y));
  }

  private static void accepts(EngineSubject engine, Findings findings) {
    OpCases.all()
        .forEach(of -> {
          try {
            engine.verify().check(of.graph());
          } catch (EspalierException e) {
            findings.problem(of + " is refused: " + e.getMessage());
          }
        });
  }
}
