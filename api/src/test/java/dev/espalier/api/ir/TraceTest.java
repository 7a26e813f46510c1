package dev.espalier.api.ir;

import static dev.espalier.api.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TraceTest {
  private static final TensorType F = TensorType.of(DType.F32, 2);
  private static final TensorType FLAG = TensorType.of(DType.BOOL);

  private static Tensor repeat(Tensor x, UnaryOperator<Tensor> body) {
    return ControlFlow.scan(
            List.of(x),
            List.of(),
            3,
            false,
            (carries, xs) ->
                new ControlFlow.Scanned(List.of(body.apply(carries.getFirst())), List.of()))
        .carries()
        .getFirst();
  }

  private static Scan scan(Graph graph) {
    return (Scan)
        graph.nodes().stream()
            .map(Node::op)
            .filter(Scan.class::isInstance)
            .findFirst()
            .orElseThrow();
  }

  @Test
  void aTensorFromOneLevelOutIsCapturedOnce() {
    Graph graph =
        Graph.trace(
            "f",
            List.of(F, F),
            in -> List.of(repeat(in.getFirst(), c -> c.add(in.get(1)).mul(in.get(1)))));
    assertThat(scan(graph.verify()).constants()).isOne();
    assertThat(graph.nodes().getFirst().operands()).isEqualTo(graph.inputs().reversed());
  }

  @Test
  void aTensorFromTwoLevelsOutIsCapturedByBothLevels() {
    Graph graph =
        Graph.trace(
            "f",
            List.of(F, F),
            in -> List.of(repeat(in.getFirst(), c -> repeat(c, d -> d.add(in.get(1))))));
    Scan outer = scan(graph.verify());
    assertThat(outer.constants()).isOne();
    assertThat(scan(outer.body()).constants()).isOne();
  }

  @Test
  void whatUsesOnlyOuterTensorsIsDoneBeforeTheLoop() {
    Graph graph =
        Graph.trace(
            "f", List.of(F, F), in -> List.of(repeat(in.getFirst(), c -> c.add(in.get(1).exp()))));
    assertThat(graph.verify().nodes().stream().map(n -> n.op().name()))
        .containsExactly("exp", "scan");
    assertThat(scan(graph).body().nodes().stream().map(n -> n.op().name())).containsExactly("add");
  }

  @Test
  void aTensorOfAnEndedTraceIsRefused() {
    List<Tensor> leaked = new ArrayList<>();
    Graph.trace(
        "first",
        List.of(F),
        in -> {
          leaked.addAll(in);
          return in;
        });
    refusal(ErrorCode.FOREIGN_TENSOR, () -> leaked.getFirst().exp());
    refusal(
        ErrorCode.FOREIGN_TENSOR,
        () -> Graph.trace("g", List.of(F), in -> List.of(in.getFirst().add(leaked.getFirst()))));
    refusal(ErrorCode.FOREIGN_TENSOR, () -> Graph.trace("g", List.of(F), in -> leaked));
  }

  @Test
  void aTensorOfALoopBodyIsRefusedAfterTheLoop() {
    List<Tensor> leaked = new ArrayList<>();
    Graph.trace(
        "f",
        List.of(F),
        in -> {
          repeat(
              in.getFirst(),
              c -> {
                leaked.add(c);
                return c;
              });
          refusal(ErrorCode.FOREIGN_TENSOR, () -> in.getFirst().add(leaked.getFirst()));
          // A later body stands at the same depth and is still another trace.
          refusal(
              ErrorCode.FOREIGN_TENSOR, () -> repeat(in.getFirst(), c -> c.add(leaked.getFirst())));
          return in;
        });
  }

  @Test
  void tensorsOfTwoUnrelatedTracesAreRefusedTogether() {
    Graph.trace(
            "one",
            List.of(F),
            one -> {
              refusal(
                  ErrorCode.FOREIGN_TENSOR,
                  () ->
                      Graph.trace(
                          "two", List.of(F), two -> List.of(two.getFirst().add(one.getFirst()))));
              // The refusal must leave the outer trace as it was.
              return List.of(one.getFirst().exp());
            })
        .verify();
  }

  @Test
  void aScanHasItsConstantsFirstAndStacksItsYs() {
    Graph graph =
        Graph.trace(
            "f",
            List.of(TensorType.of(DType.F32, 4, 2), F, F),
            in -> {
              ControlFlow.Scanned scanned =
                  ControlFlow.scan(
                      List.of(in.get(1)),
                      List.of(in.getFirst()),
                      4,
                      true,
                      (carries, xs) ->
                          new ControlFlow.Scanned(
                              List.of(carries.getFirst().add(in.get(2))),
                              List.of(xs.getFirst().sum())));
              return List.of(scanned.carries().getFirst(), scanned.ys().getFirst());
            });
    Scan scan = scan(graph.verify());
    assertThat(scan.reverse()).isTrue();
    assertThat(graph.outputTypes()).containsExactly(F, TensorType.of(DType.F32, 4));
    assertThat(graph.nodes().getLast().operands().stream().map(Value::id)).containsExactly(2, 1, 0);
  }

  @Test
  void aWhileGivesConditionAndBodyTheSameConstants() {
    TensorType scalar = TensorType.of(DType.F32);
    Graph graph =
        Graph.trace(
            "f",
            List.of(scalar, scalar, scalar),
            in ->
                ControlFlow.whileLoop(
                    List.of(in.getFirst()),
                    carries -> carries.getFirst().lt(in.get(1)),
                    carries -> List.of(carries.getFirst().add(in.get(2)))));
    While loop = (While) graph.verify().nodes().getLast().op();
    assertThat(loop.constants()).isEqualTo(2);
    assertThat(loop.condition().inputTypes()).isEqualTo(loop.body().inputTypes());
    assertThat(loop.condition().outputTypes()).containsExactly(FLAG);
  }

  @Test
  void aCondWithoutArgumentsTakesWhatItsBranchesCapture() {
    Graph graph =
        Graph.trace(
            "f",
            List.of(FLAG, F, F),
            in ->
                ControlFlow.cond(
                    in.getFirst(), List.of(), a -> List.of(in.get(1)), a -> List.of(in.get(2))));
    Cond cond = (Cond) graph.verify().nodes().getLast().op();
    assertThat(cond.whenTrue().inputTypes()).containsExactly(F, F);
    assertThat(cond.whenTrue().outputs().getFirst().id()).isZero();
    assertThat(cond.whenFalse().outputs().getFirst().id()).isOne();
  }

  @Test
  void branchesOfDifferentTypesAndLoopsOfNothingAreRefused() {
    Graph.trace(
        "f",
        List.of(FLAG, F),
        in -> {
          List<Tensor> x = List.of(in.get(1));
          refusal(
              ErrorCode.TYPE_MISMATCH,
              () ->
                  ControlFlow.cond(
                      in.getFirst(), x, a -> a, a -> List.of(a.getFirst().to(DType.F64))));
          refusal(
              ErrorCode.BAD_ATTRIBUTE,
              () ->
                  ControlFlow.scan(
                      List.of(),
                      List.of(),
                      1,
                      false,
                      (c, y) -> new ControlFlow.Scanned(List.of(), List.of())));
          refusal(ErrorCode.TYPE_MISMATCH, () -> repeat(in.get(1), c -> c.to(DType.F64)));
          return in;
        });
  }

  @Test
  void rulesOfCompositesGetTheDirectionsOfFloatsOnly() {
    TensorType indices = TensorType.of(DType.I32, 2);
    Graph graph =
        Graph.trace(
            "f",
            List.of(F, indices),
            in -> {
              List<Tensor> forward =
                  Composites.applyWithJvp(
                      "forward",
                      in,
                      a -> List.of(a.getFirst().add(a.get(1).to(DType.F32)), a.get(1)),
                      (a, tangents) -> {
                        assertThat(a).hasSize(2);
                        return tangents;
                      });
              Composites.applyWithVjp(
                  "backward",
                  in,
                  a -> List.of(a.getFirst().sum(), a.get(1)),
                  (a, cotangents) -> List.of(cotangents.getFirst().broadcast(Shape.of(2))));
              return forward;
            });
    graph.verify();
    Composite forward = (Composite) graph.nodes().getFirst().op();
    assertThat(((Composite.Jvp) forward.rule()).graph().inputTypes())
        .containsExactly(F, indices, F);
    Composite backward = (Composite) graph.nodes().get(1).op();
    assertThat(((Composite.Vjp) backward.rule()).graph().inputTypes())
        .containsExactly(F, indices, TensorType.of(DType.F32));
    assertThat(((Composite.Vjp) backward.rule()).graph().outputTypes()).containsExactly(F);
  }
}
