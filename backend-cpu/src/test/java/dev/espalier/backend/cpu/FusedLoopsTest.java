package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FusedLoopsTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 1023, 1024, 1025, 40_000})
  void aChainOverAnyNumberOfElementsIsWhatItsOperationsGive(int n) {
    NdArray x = Cpu.random(1, n);
    NdArray y = Cpu.random(2, n);
    NdArray z =
        Cpu.run(List.of(x, y), a -> List.of(a.get(0).mul(a.get(1)).add(3).neg().max(a.get(0))))
            .getFirst();
    for (int i = 0; i < n; i++) {
      float expected =
          Math.max(-((float) x.getDouble(i) * (float) y.getDouble(i) + 3), (float) x.getDouble(i));
      assertThat(z.getDouble(i)).isEqualTo(expected);
    }
  }

  @Test
  void broadcastsAlongAnyAxesRepeatWithoutBeingStored() {
    NdArray x = Cpu.random(1, 5, 7, 300);
    NdArray bias = Cpu.random(2, 300);
    NdArray row = Cpu.random(3, 5);
    NdArray middle = Cpu.random(4, 5, 300);
    Function<List<Tensor>, List<Tensor>> f =
        a -> {
          Shape shape = a.get(0).shape();
          return List.of(
              a.get(0)
                  .add(a.get(1).broadcast(shape, 2))
                  .add(a.get(2).broadcast(shape, 0))
                  .add(a.get(3).broadcast(shape, 0, 2)));
        };
    List<NdArray> inputs = List.of(x, bias, row, middle);
    NdArray z = Cpu.run(inputs, f).getFirst();
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 7; j++) {
        for (int k = 0; k < 300; k++) {
          int at = (i * 7 + j) * 300 + k;
          float expected = (float) x.getDouble(at) + (float) bias.getDouble(k);
          expected += (float) row.getDouble(i);
          expected += (float) middle.getDouble(i * 300 + k);
          assertThat(z.getDouble(at)).isEqualTo(expected);
        }
      }
    }
    try (Backend backend = Cpu.open(1)) {
      String listing = backend.compile(Cpu.graph(inputs, f)).listing();
      assertThat(listing).contains("1 steps, 0 arrays, peak 0 bytes");
    }
  }

  @Test
  void aSoftmaxFusesAroundItsReductions() {
    NdArray x = Cpu.random(1, 33, 1500);
    NdArray z = Cpu.run1(a -> a.softmax(1), x);
    for (int i = 0; i < 33; i++) {
      double sum = 0;
      double most = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < 1500; j++) {
        most = Math.max(most, x.getDouble(i * 1500 + j));
      }
      for (int j = 0; j < 1500; j++) {
        sum += Math.exp(x.getDouble(i * 1500 + j) - most);
      }
      for (int j = 0; j < 1500; j++) {
        double expected = Math.exp(x.getDouble(i * 1500 + j) - most) / sum;
        assertThat(z.getDouble(i * 1500 + j)).isCloseTo(expected, within(1e-7 + 2e-6 * expected));
      }
    }
  }

  @Test
  void aPathThatLeavesALoopAndComesBackIsNotClosedToACycle() {
    // y needs the sum of e over all, and e itself: e and y cannot be one loop.
    NdArray x = Cpu.random(1, 5000);
    NdArray z =
        Cpu.run1(
            a -> {
              Tensor e = a.exp();
              return e.mul(2).div(e.sum(0).broadcast(e.shape()));
            },
            x);
    double sum = 0;
    for (int i = 0; i < 5000; i++) {
      sum += Math.exp(x.getDouble(i));
    }
    assertThat(z.getDouble(77)).isCloseTo(2 * Math.exp(x.getDouble(77)) / sum, within(1e-9));
  }

  @Test
  void sixteenBitFloatsAreRoundedAfterEveryOperation() {
    for (DType half : List.of(DType.BF16, DType.F16)) {
      NdArray x = Cpu.random(1, 3000).convert(half);
      NdArray y = Cpu.random(2, 3000).convert(half);
      NdArray z =
          Cpu.run(List.of(x, y), a -> List.of(a.get(0).mul(a.get(1)).add(a.get(1)).mul(0.3)))
              .getFirst();
      NdArray factor = NdArray.scalar(half, 0.3);
      for (int i = 0; i < 3000; i++) {
        float product = round(half, (float) (x.getDouble(i) * y.getDouble(i)));
        float sum = round(half, product + (float) y.getDouble(i));
        float scaled = round(half, sum * (float) factor.getDouble(0));
        assertThat(z.getDouble(i)).isEqualTo(scaled);
      }
    }
  }

  private static float round(DType half, float value) {
    return (float) NdArray.scalar(half, value).getDouble(0);
  }

  @Test
  void scalarsOnEitherSideAndComparisonsAndSelections() {
    NdArray x = NdArray.of(new int[] {-3, 0, 1, 2, 7}, 5);
    List<NdArray> z =
        Cpu.run(
            List.of(x),
            a -> {
              Tensor v = a.getFirst();
              Tensor ten = v.constantLike(10);
              return List.of(
                  ten.sub(v),
                  ten.div(v),
                  v.gt(1).select(v, v.constantLike(-1)),
                  v.gt(1).and(v.lt(5)),
                  v.gt(1).le(v.lt(5)));
            });
    assertThat(z.get(0).toLongs()).containsExactly(13, 10, 9, 8, 3);
    assertThat(z.get(1).toLongs()).containsExactly(-3, -1, 10, 5, 1);
    assertThat(z.get(2).toLongs()).containsExactly(-1, -1, -1, 2, 7);
    assertThat(z.get(3).toLongs()).containsExactly(0, 0, 0, 1, 0);
    assertThat(z.get(4).toLongs()).containsExactly(1, 1, 1, 1, 0);
  }

  @Test
  void conversionsBetweenAllTypesAreThoseOfHostArrays() {
    for (DType from : DType.values()) {
      NdArray x =
          NdArray.of(new double[] {0, -1, 2.5, 300.7, -0.0, 65_536, 1e-9, 7}, 8).convert(from);
      for (DType to : DType.values()) {
        assertThat(Cpu.run1(a -> a.to(to), x)).as(from + " to " + to).isEqualTo(x.convert(to));
      }
    }
  }

  @Test
  void countersAndBitsOfEveryType() {
    for (DType dtype : List.of(DType.F32, DType.I32, DType.I64, DType.F64, DType.BF16)) {
      TensorType type = TensorType.of(dtype, 3, 4, 5);
      NdArray z = Cpu.run1(a -> a.constant(dtype, 1).iota(type, 1), NdArray.scalar(DType.F32, 0));
      for (int i = 0; i < 60; i++) {
        assertThat(z.getDouble(i)).isEqualTo(i / 5 % 4);
      }
    }
    NdArray x = Cpu.random(1, 9);
    NdArray bits = Cpu.run1(a -> a.bitcast(DType.I32), x);
    assertThat(bits.getLong(3)).isEqualTo(Float.floatToRawIntBits((float) x.getDouble(3)));
    assertThat(Cpu.run1(a -> a.bitcast(DType.F32), bits)).isEqualTo(x);
    NdArray half = x.convert(DType.BF16);
    assertThat(Cpu.run1(a -> a.bitcast(DType.F16).bitcast(DType.BF16), half)).isEqualTo(half);
  }

  @Test
  void outputsMayBeInputsConstantsViewsAndOneAnother() {
    NdArray x = Cpu.random(1, 6);
    List<NdArray> z =
        Cpu.run(
            List.of(x),
            a -> {
              Tensor v = a.getFirst();
              Tensor twice = v.add(v);
              Tensor constant = v.constant(x);
              return List.of(v, twice, twice, twice.reshape(2, 3), constant, v.constantLike(4));
            });
    assertThat(z.get(0)).isEqualTo(x);
    assertThat(z.get(1)).isEqualTo(z.get(2));
    assertThat(z.get(3)).isEqualTo(z.get(1).reshape(2, 3));
    assertThat(z.get(4)).isEqualTo(x);
    assertThat(z.get(5).toDoubles()).containsOnly(4);
  }

  @Test
  void aGraphWithoutWorkRuns() {
    Graph graph = Graph.trace("same", List.of(TensorType.of(DType.I64)), a -> a);
    try (Backend backend = Cpu.open(1)) {
      NdArray seven = NdArray.scalar(7L);
      assertThat(Cpu.run(backend, graph, List.of(seven))).containsExactly(seven);
    }
  }
}
