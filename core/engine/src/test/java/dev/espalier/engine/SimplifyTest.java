package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.engine.reference.Reference;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SimplifyTest {
  private static final float[] SPECIAL = {
    0f, -0f, 1f, -1.5f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NaN, Float.NEGATIVE_INFINITY
  };

  private static Graph trace(UnaryOperator<Tensor> function) {
    return Graph.trace(
        "f",
        List.of(TensorType.of(DType.F32, SPECIAL.length)),
        in -> List.of(function.apply(in.getFirst())));
  }

  /** The names of the operations that are left, after checking that the bits are the same. */
  private static List<String> left(UnaryOperator<Tensor> function) {
    Graph graph = trace(function);
    Graph simplified = Simplify.simplify(graph).verify();
    List<NdArray> inputs = List.of(NdArray.of(SPECIAL, SPECIAL.length));
    assertThat(Reference.run(simplified, inputs)).isEqualTo(Reference.run(graph, inputs));
    assertThat(Simplify.simplify(simplified)).isEqualTo(simplified);
    return simplified.nodes().stream().map(node -> node.op().name()).toList();
  }

  @Test
  void identitiesThatHoldBitForBitAreApplied() {
    assertThat(left(x -> x.mul(1))).isEmpty();
    assertThat(left(x -> x.onesLike().mul(x))).isEmpty();
    assertThat(left(x -> x.div(1))).isEmpty();
    assertThat(left(x -> x.sub(0))).isEmpty();
    assertThat(left(x -> x.neg().neg())).isEmpty();
    assertThat(left(x -> x.reshape(2, 4).transpose().transpose().reshape(8))).isEmpty();
  }

  @Test
  void identitiesThatLoseABitAreNotApplied() {
    assertThat(left(x -> x.add(0))).contains("add");
    assertThat(left(x -> x.sub(-0.0))).contains("sub");
    assertThat(left(x -> x.mul(0))).contains("mul");
    assertThat(left(x -> x.sub(x))).contains("sub");
    assertThat(left(x -> x.div(x))).contains("div");
    assertThat(left(x -> x.zerosLike().sub(x))).contains("sub");
    assertThat(left(x -> x.to(DType.BF16).to(DType.F32))).containsExactly("convert", "convert");
  }

  @Test
  void equalNodesAreDoneOnce() {
    assertThat(left(x -> x.exp().add(x.exp()))).containsExactly("exp", "add");
    assertThat(left(x -> x.exp().add(x.log()))).containsExactly("exp", "log", "add");
  }

  @Test
  void zerosOfDifferentSignsAreNotOneConstant() {
    assertThat(left(x -> x.mul(0).div(x.mul(-0.0))))
        .containsExactly("constant", "broadcast", "mul", "constant", "broadcast", "mul", "div");
  }

  @Test
  void constantsAreComputed() {
    Graph graph = Simplify.simplify(trace(x -> x.constantLike(2).exp().add(1).mul(x)));
    assertThat(graph.nodes().stream().map(n -> n.op().name()))
        .containsExactly("constant", "broadcast", "mul");
  }

  @Test
  void whatReachesNoOutputIsRemovedAlsoInsideLoops() {
    Graph graph =
        Simplify.simplify(
            trace(x -> {
              Tensor unused = x.exp();
              unused.log();
              return ControlFlow.scan(
                      List.of(x),
                      List.of(),
                      2,
                      false,
                      (carries, xs) -> {
                        Tensor carry = carries.getFirst();
                        carry.sin();
                        return new ControlFlow.Scanned(
                            List.of(carry.mul(1).add(x).add(x)), List.of());
                      })
                  .carries()
                  .getFirst();
            }));
    assertThat(graph.verify().nodes()).hasSize(1);
    assertThat(graph.nodes().getFirst().op().graphs().getFirst().nodes()).hasSize(2);
  }

  @Test
  void whatALoopDoesNotReadIsNotHandedToItNorMade() {
    List<String> scan =
        left(x -> {
          Tensor unread = x.exp();
          Tensor slices = x.sin().reshape(4, 2);
          return ControlFlow.scan(
                  List.of(x),
                  List.of(slices, x.reshape(4, 2)),
                  4,
                  true,
                  (carries, xs) -> {
                    unread.log();
                    xs.getFirst().cos();
                    Tensor carry = carries.getFirst().add(xs.getLast().sum().broadcast(x.shape()));
                    return new ControlFlow.Scanned(List.of(carry), List.of(xs.getLast()));
                  })
              .carries()
              .getFirst();
        });
    assertThat(scan).containsExactly("reshape", "scan");
    List<String> loop =
        left(x -> {
          Tensor unread = x.exp();
          Tensor limit = x.abs();
          return ControlFlow.whileLoop(
                  List.of(x, x.slice(0, 0, 1).reshape()),
                  state -> {
                    unread.log();
                    return state.getLast().lt(limit.slice(0, 3, 4).reshape());
                  },
                  state -> {
                    unread.sin();
                    return List.of(state.getFirst().add(1), state.getLast().add(1));
                  })
              .getFirst();
        });
    assertThat(loop).doesNotContain("exp").contains("abs", "while");
  }

  @Test
  void aLoopThatReadsNothingKeepsAnOperand() {
    Graph graph =
        Simplify.simplify(
            trace(x ->
                ControlFlow.scan(
                        List.of(),
                        List.of(x),
                        SPECIAL.length,
                        false,
                        (carries, xs) ->
                            new ControlFlow.Scanned(
                                List.of(), List.of(xs.getFirst().constantLike(2))))
                    .ys()
                    .getFirst()));
    assertThat(graph.verify().nodes().getLast().operands()).hasSize(1);
  }

  @Test
  void unusedInputsStay() {
    Graph graph =
        Graph.trace(
            "f",
            List.of(TensorType.of(DType.F32), TensorType.of(DType.I32)),
            in -> List.of(in.getFirst()));
    assertThat(Simplify.simplify(graph)).isEqualTo(graph);
    assertThat(DeadCode.remove(graph)).isSameAs(graph);
  }

  @Test
  void broadcastsAreJoined() {
    assertThat(left(x -> x.sum().broadcast(Shape.of(2)).broadcast(Shape.of(2, 4), 0).reshape(8)))
        .containsExactly("reduce_sum", "broadcast", "reshape");
  }
}
