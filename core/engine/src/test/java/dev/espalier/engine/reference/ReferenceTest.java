package dev.espalier.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Composites;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.engine.random.Philox;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ReferenceTest {
  private static Graph graph(List<NdArray> inputs, Function<List<Tensor>, List<Tensor>> body) {
    return Graph.trace("test", inputs.stream().map(NdArray::type).toList(), body).verify();
  }

  private static List<NdArray> run(
      List<NdArray> inputs, Function<List<Tensor>, List<Tensor>> body) {
    return Reference.run(graph(inputs, body), inputs);
  }

  @Test
  void inputsOfOtherTypesAreRefused() {
    Graph graph = graph(List.of(NdArray.of(new float[3], 3)), in -> in);
    assertThatThrownBy(() -> Reference.run(graph, List.of(NdArray.of(new float[4], 4))))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TYPE_MISMATCH));
  }

  @Test
  void aScanHandsOnItsCarryAndStacksItsYs() {
    NdArray xs = NdArray.of(new int[] {1, 2, 3}, 3);
    for (boolean reverse : new boolean[] {false, true}) {
      List<NdArray> results =
          run(
              List.of(NdArray.of(new int[] {0}), xs, NdArray.of(new int[] {10})),
              in -> {
                Tensor scale = in.get(2);
                ControlFlow.Scanned scanned =
                    ControlFlow.scan(
                        List.of(in.get(0)),
                        List.of(in.get(1)),
                        3,
                        reverse,
                        (c, x) -> {
                          Tensor next = c.get(0).mul(scale).add(x.get(0));
                          return new ControlFlow.Scanned(List.of(next), List.of(next));
                        });
                return List.of(scanned.carries().get(0), scanned.ys().get(0));
              });
      assertThat(results.get(0).getLong(0)).isEqualTo(reverse ? 321 : 123);
      assertThat(results.get(1).toLongs())
          .containsExactly(reverse ? new long[] {321, 32, 3} : new long[] {1, 12, 123});
    }
  }

  @Test
  void aScanOfNothingGivesItsFirstCarryAndEmptyYs() {
    List<NdArray> results =
        run(
            List.of(NdArray.of(new float[] {5}), NdArray.of(new float[0], 0, 2)),
            in -> {
              ControlFlow.Scanned scanned =
                  ControlFlow.scan(
                      List.of(in.get(0)),
                      List.of(in.get(1)),
                      0,
                      false,
                      (c, x) -> new ControlFlow.Scanned(c, x));
              return List.of(scanned.carries().get(0), scanned.ys().get(0));
            });
    assertThat(results.get(0).getDouble(0)).isEqualTo(5);
    assertThat(results.get(1).type()).isEqualTo(TensorType.of(DType.F32, 0, 2));
  }

  @Test
  void aWhileLoopRunsUntilItsConditionFails() {
    // The Collatz sequence of 27 has 111 steps.
    List<NdArray> results =
        run(
            List.of(NdArray.scalar(27), NdArray.scalar(0)),
            in ->
                ControlFlow.whileLoop(
                    in,
                    c -> c.get(0).ne(1),
                    c -> {
                      Tensor n = c.get(0);
                      Tensor even = n.rem(2).eq(0);
                      return List.of(even.select(n.div(2), n.mul(3).add(1)), c.get(1).add(1));
                    }));
    assertThat(results.get(0).getLong(0)).isEqualTo(1);
    assertThat(results.get(1).getLong(0)).isEqualTo(111);
  }

  @Test
  void aCondRunsTheChosenBranch() {
    for (boolean holds : new boolean[] {true, false}) {
      List<NdArray> results =
          run(
              List.of(NdArray.of(new boolean[] {holds}), NdArray.of(new int[] {4})),
              in ->
                  ControlFlow.cond(
                      in.get(0),
                      List.of(in.get(1)),
                      x -> List.of(x.get(0).mul(2)),
                      x -> List.of(x.get(0).neg())));
      assertThat(results.getFirst().getLong(0)).isEqualTo(holds ? 8 : -4);
    }
  }

  @Test
  void aCompositeIsItsBody() {
    List<NdArray> results =
        run(
            List.of(NdArray.of(new int[] {4})),
            in -> Composites.apply("test/double", in, x -> List.of(x.get(0).mul(2))));
    assertThat(results.getFirst().getLong(0)).isEqualTo(8);
  }

  @Test
  void randomBitsAreTheStreamOfEachKey() {
    NdArray keys = NdArray.of(new long[] {3, -7}, 2);
    NdArray counters = NdArray.of(new long[] {0, 1L << 40}, 2);
    NdArray bits =
        run(List.of(keys, counters), in -> List.of(in.get(0).randomBits(in.get(1), Shape.of(3, 5))))
            .getFirst();
    assertThat(bits.type()).isEqualTo(TensorType.of(DType.I32, 2, 3, 5));
    int[] expected = new int[15];
    for (int i = 0; i < 2; i++) {
      Philox.fill(keys.getLong(i), counters.getLong(i), expected, 0, 15);
      for (int e = 0; e < 15; e++) {
        assertThat(bits.getLong(i * 15 + e)).isEqualTo(expected[e]);
      }
    }
  }

  @Test
  void aRunInF64DoesNotRoundAnywhere() {
    NdArray x = NdArray.of(new float[] {1}, 1);
    Graph graph =
        graph(
            List.of(x),
            in ->
                List.of(
                    ControlFlow.scan(
                            List.of(in.get(0).to(DType.BF16)),
                            List.of(),
                            30,
                            false,
                            (c, none) ->
                                new ControlFlow.Scanned(
                                    List.of(c.get(0).mul(0.5).add(0.5).add(0x1p-20)), List.of()))
                        .carries()
                        .get(0)));
    NdArray narrow = Reference.run(graph, List.of(x)).getFirst();
    NdArray wide = Reference.runInF64(graph, List.of(x)).getFirst();
    assertThat(narrow.type().dtype()).isEqualTo(DType.BF16);
    assertThat(narrow.getDouble(0)).isEqualTo(1);
    assertThat(wide.type()).isEqualTo(TensorType.of(DType.F64, 1));
    assertThat(wide.getDouble(0)).isGreaterThan(1).isLessThan(1 + 0x1p-18);
  }

  @Test
  void aRunInF64KeepsIntegersAndConvertsBetweenThemAndFloats() {
    NdArray x = NdArray.of(new float[] {2.75f}, 1);
    Graph graph =
        graph(
            List.of(x),
            in ->
                List.of(
                    in.get(0).to(DType.I32),
                    in.get(0).to(DType.I32).to(DType.F16),
                    in.get(0).gt(1),
                    in.get(0).iota(TensorType.of(DType.F32, 2), 0)));
    List<NdArray> results = Reference.runInF64(graph, List.of(x));
    assertThat(results.stream().map(r -> r.type().dtype()).toList())
        .containsExactly(DType.I32, DType.F64, DType.BOOL, DType.F64);
    assertThat(results.get(1).getDouble(0)).isEqualTo(2);
  }

  @Test
  void aRunInF64RefusesToReadTheBitsOfANarrowerFloat() {
    NdArray x = NdArray.of(new float[] {1}, 1);
    Graph graph = graph(List.of(x), in -> List.of(in.get(0).bitcast(DType.I32)));
    assertThatThrownBy(() -> Reference.runInF64(graph, List.of(x)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("bitcast from f32 to i32");
    NdArray wide = NdArray.of(new double[] {1}, 1);
    Graph kept = graph(List.of(wide), in -> List.of(in.get(0).bitcast(DType.I64)));
    assertThat(Reference.runInF64(kept, List.of(wide)).getFirst().getLong(0))
        .isEqualTo(0x3ff0000000000000L);
  }
}
