package dev.espalier.api.ir;

import static dev.espalier.api.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GraphTest {
  private static final TensorType F = TensorType.of(DType.F32, 2);
  private static final TensorType D = TensorType.of(DType.F64, 2);
  private static final Op ADD = new Binary(Binary.Kind.ADD);
  private static final Op EXP = new Unary(Unary.Kind.EXP);

  private static Value value(int id, TensorType type) {
    return new Value(id, type);
  }

  private static Graph graph(List<Value> inputs, List<Node> nodes, Value output) {
    return new Graph("broken", inputs, nodes, List.of(output));
  }

  private static Node exp(Value from, Value to) {
    return new Node(EXP, List.of(from), List.of(to));
  }

  private static Graph composite(Composite.DerivativeRule rule) {
    Graph body = Graph.trace("body", List.of(F), in -> List.of(in.getFirst().exp()));
    return graph(
        List.of(value(0, F)),
        List.of(
            new Node(new Composite("c", body, rule), List.of(value(0, F)), List.of(value(1, F)))),
        value(1, F));
  }

  private static final Graph ONE_TO_ONE = Graph.trace("one", List.of(F), in -> in);
  private static final Graph TWO_TO_TWO = Graph.trace("two", List.of(F, F), in -> in);
  private static final Graph TWO_TO_ONE =
      Graph.trace("two_one", List.of(F, F), in -> List.of(in.getFirst()));

  private static final Value X = value(0, F);

  /** For each rule the graphs that break it and nothing before it. */
  private static final Map<GraphRule, List<Graph>> BROKEN =
      Map.of(
          GraphRule.INPUTS_ARE_NUMBERED_IN_ORDER,
          List.of(
              graph(List.of(value(1, F)), List.of(), value(1, F)),
              graph(List.of(value(1, F), X), List.of(), X),
              graph(List.of(X, X), List.of(), X)),
          GraphRule.RESULTS_ARE_NUMBERED_IN_ORDER,
          List.of(
              graph(List.of(X), List.of(exp(X, value(2, F))), X),
              graph(List.of(X), List.of(exp(X, X)), X),
              graph(List.of(X), List.of(exp(X, value(1, F)), exp(X, value(1, F))), X)),
          GraphRule.OPERANDS_ARE_DEFINED_BEFORE,
          List.of(
              graph(List.of(X), List.of(exp(value(1, F), value(1, F))), X),
              graph(
                  List.of(X),
                  List.of(exp(value(2, F), value(1, F)), exp(X, value(2, F))),
                  value(2, F)),
              graph(List.of(X), List.of(exp(value(-1, F), value(1, F))), X)),
          GraphRule.OPERANDS_HAVE_THEIR_DEFINED_TYPE,
          List.of(
              graph(List.of(X), List.of(exp(value(0, D), value(1, D))), X),
              graph(
                  List.of(X),
                  List.of(exp(X, value(1, F)), exp(value(1, D), value(2, D))),
                  value(1, F))),
          GraphRule.OPERANDS_FIT_THE_OPERATION,
          List.of(
              graph(
                  List.of(X, value(1, D)),
                  List.of(new Node(ADD, List.of(X, value(1, D)), List.of(value(2, F)))),
                  X),
              graph(List.of(X), List.of(new Node(ADD, List.of(X), List.of(value(1, F)))), X)),
          GraphRule.RESULTS_HAVE_THE_INFERRED_TYPES,
          List.of(
              graph(List.of(X), List.of(exp(X, value(1, D))), X),
              graph(List.of(X), List.of(new Node(EXP, List.of(X), List.of())), X),
              graph(
                  List.of(X),
                  List.of(new Node(EXP, List.of(X), List.of(value(1, F), value(2, F)))),
                  X)),
          GraphRule.OUTPUTS_ARE_DEFINED,
          List.of(
              graph(List.of(X), List.of(), value(1, F)),
              graph(List.of(X), List.of(), value(-1, F)),
              graph(List.of(X), List.of(), value(0, D))),
          GraphRule.DERIVATIVE_RULES_HAVE_THEIR_SIGNATURE,
          List.of(
              composite(new Composite.Jvp(ONE_TO_ONE)),
              composite(new Composite.Jvp(TWO_TO_TWO)),
              composite(new Composite.Vjp(ONE_TO_ONE)),
              composite(new Composite.Vjp(TWO_TO_TWO))));

  @ParameterizedTest
  @EnumSource
  void everyRuleRefusesItsBrokenGraphsByItsOwnId(GraphRule rule) {
    assertThat(BROKEN).containsKey(rule);
    for (Graph graph : BROKEN.getOrDefault(rule, List.of())) {
      assertThat(refusal(ErrorCode.INVALID_GRAPH, graph::verify).asked())
          .as(graph.toString())
          .startsWith(rule.id() + ": ");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRuleBrokenInsideALoopIsFoundToo(GraphRule rule) {
    for (Graph broken : BROKEN.getOrDefault(rule, List.of())) {
      if (!broken.inputTypes().equals(List.of(F)) || !broken.outputTypes().equals(List.of(F))) {
        continue;
      }
      Graph outer =
          graph(
              List.of(X),
              List.of(new Node(new Scan(broken, 3, false, 0, 1), List.of(X), List.of(value(1, F)))),
              value(1, F));
      assertThat(refusal(ErrorCode.INVALID_GRAPH, outer::verify).asked()).startsWith(rule.id());
    }
  }

  @Test
  void idsAreDifferentAndInOrder() {
    int number = 1;
    for (GraphRule rule : GraphRule.values()) {
      assertThat(rule.id()).isEqualTo("IR-" + number++);
    }
  }

  @Test
  void wellFormedGraphsPass() {
    assertThat(nested().verify()).isEqualTo(nested());
    composite(new Composite.OfBody()).verify();
    composite(new Composite.Jvp(TWO_TO_ONE)).verify();
    composite(new Composite.Vjp(TWO_TO_ONE)).verify();
    graph(List.of(X), List.of(), X).verify();
  }

  private static Graph nested() {
    return Graph.trace(
        "sums",
        List.of(TensorType.of(DType.F32, 3, 2), F),
        in -> {
          Tensor bias = in.get(1);
          ControlFlow.Scanned scanned =
              ControlFlow.scan(
                  List.of(bias.zerosLike()),
                  List.of(in.getFirst()),
                  3,
                  false,
                  (carries, xs) -> {
                    Tensor next = carries.getFirst().add(xs.getFirst()).add(bias);
                    return new ControlFlow.Scanned(List.of(next), List.of(next.sum()));
                  });
          return List.of(scanned.carries().getFirst(), scanned.ys().getFirst());
        });
  }

  @Test
  void aGraphIsPrintedWithItsTypesAndInnerGraphs() {
    assertThat(nested())
        .hasToString(
            """
            sums(%0:f32[3, 2], %1:f32[2]) {
              %2:f32[] = constant() {f32[] {0.0}}
              %3:f32[2] = broadcast(%2) {shape=[2], axes=[]}
              %4:f32[2], %5:f32[3] = scan(%1, %3, %0) {length=3, reverse=false, constants=1, carries=1}
                scan_body(%0:f32[2], %1:f32[2], %2:f32[2]) {
                  %3:f32[2] = add(%1, %2)
                  %4:f32[2] = add(%3, %0)
                  %5:f32[] = reduce_sum(%4) {axes=[0]}
                  return %4, %5
                }
              return %4, %5
            }
            """);
  }

  @Test
  void equalityIsOfStructureAndNotOfNames() {
    Graph a = Graph.trace("a", List.of(F), in -> List.of(in.getFirst().exp()));
    Graph b = Graph.trace("b", List.of(F), in -> List.of(in.getFirst().exp()));
    assertThat(a).isEqualTo(b).hasSameHashCodeAs(b);
    assertThat(a)
        .isNotEqualTo(Graph.trace("a", List.of(F), in -> List.of(in.getFirst().log())))
        .isNotEqualTo(Graph.trace("a", List.of(D), in -> List.of(in.getFirst().exp())))
        .isNotEqualTo(ONE_TO_ONE);
    assertThat(nested()).isEqualTo(nested());
  }

  @Test
  void applyRecordsTheNodesAgain() {
    Graph inner = nested();
    assertThat(Graph.trace("again", inner.inputTypes(), inner::apply)).isEqualTo(inner);
    Graph.trace(
        "wrong",
        List.of(D),
        in -> {
          refusal(ErrorCode.TYPE_MISMATCH, () -> ONE_TO_ONE.apply(in));
          refusal(ErrorCode.TYPE_MISMATCH, () -> ONE_TO_ONE.apply(List.of()));
          return in;
        });
  }

  @Test
  void aFunctionWithoutInputsIsNotTraced() {
    refusal(ErrorCode.BAD_ATTRIBUTE, () -> Graph.trace("none", List.of(), in -> in));
  }
}
