package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.Composites;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ControlFlowTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 5})
  void aScanHandsItsCarriesOnAndStacksItsResults(int length) {
    int[] values = new int[2 * length];
    for (int i = 0; i < values.length; i++) {
      values[i] = i + 1;
    }
    NdArray xs = NdArray.of(values, length, 2);
    for (boolean reverse : new boolean[] {false, true}) {
      List<NdArray> z =
          Cpu.run(
              List.of(xs, NdArray.of(new int[] {100, 200}, 2)),
              v -> {
                ControlFlow.Scanned scanned =
                    ControlFlow.scan(
                        List.of(v.get(1), v.get(1)),
                        List.of(v.get(0)),
                        length,
                        reverse,
                        (carries, slices) -> {
                          Tensor next = carries.get(0).add(slices.get(0)).add(v.get(1));
                          // The second carry is the first of the iteration before.
                          return new ControlFlow.Scanned(
                              List.of(next, carries.get(0)), List.of(next, slices.get(0)));
                        });
                return List.of(
                    scanned.carries().get(0),
                    scanned.carries().get(1),
                    scanned.ys().get(0),
                    scanned.ys().get(1));
              });
      long[] carry = {100, 200};
      long[] before = {100, 200};
      long[] ys = new long[2 * length];
      for (int step = 0; step < length; step++) {
        int i = reverse ? length - 1 - step : step;
        before = carry.clone();
        for (int j = 0; j < 2; j++) {
          carry[j] += values[2 * i + j] + (j == 0 ? 100 : 200);
          ys[2 * i + j] = carry[j];
        }
      }
      assertThat(z.get(0).toLongs()).containsExactly(carry);
      assertThat(z.get(1).toLongs()).containsExactly(before);
      assertThat(z.get(2).toLongs()).containsExactly(ys);
      assertThat(z.get(3)).isEqualTo(xs);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 10})
  void aWhileRunsAsLongAsItsConditionHolds(int count) {
    List<NdArray> z =
        Cpu.run(
            List.of(NdArray.of(new int[] {0}), NdArray.of(new int[] {count})),
            v ->
                ControlFlow.whileLoop(
                    List.of(v.get(0), v.get(0).constant(DType.F32, 1)),
                    carries -> carries.get(0).lt(v.get(1)),
                    carries -> List.of(carries.get(0).add(1), carries.get(1).mul(2))));
    assertThat(z.get(0).getLong(0)).isEqualTo(count);
    assertThat(z.get(1).getDouble(0)).isEqualTo(Math.pow(2, count));
  }

  @Test
  void aBranchIsTakenByItsPredicate() {
    for (boolean predicate : new boolean[] {false, true}) {
      NdArray z =
          Cpu.run(
                  List.of(NdArray.of(new boolean[] {predicate}), Cpu.random(1, 3)),
                  v ->
                      ControlFlow.cond(
                          v.get(0), List.of(v.get(1)), a -> List.of(a.getFirst().mul(0)), a -> a))
              .getFirst();
      assertThat(z.equals(Cpu.random(1, 3))).isEqualTo(!predicate);
    }
  }

  @Test
  void compositesRunTheirBodiesAlsoWithinLoops() {
    NdArray x = NdArray.of(new float[] {1, 2, 3}, 3);
    NdArray z =
        Cpu.run1(
            a ->
                ControlFlow.scan(
                        List.of(a),
                        List.of(),
                        3,
                        false,
                        (carries, slices) ->
                            new ControlFlow.Scanned(
                                Composites.apply(
                                    "test/next", carries, c -> List.of(c.getFirst().mul(2).add(a))),
                                List.of()))
                    .carries()
                    .getFirst(),
            x);
    assertThat(z.toDoubles()).containsExactly(15, 30, 45);
  }
}
