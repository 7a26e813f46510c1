package dev.espalier.engine.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.engine.reference.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Moments are within five standard errors of a fixed key's samples. */
class KeyTest {
  private static final int N = 100_000;

  private static NdArray draw(Function<Key, Tensor> function) {
    Graph graph =
        Graph.trace(
            "draw",
            List.of(TensorType.of(DType.I64)),
            in -> List.of(function.apply(new Key(in.getFirst()))));
    return Reference.run(graph, List.of(NdArray.scalar(42L))).getFirst();
  }

  private static double moment(double[] values, int order) {
    return Arrays.stream(values).map(x -> Math.pow(x, order)).average().orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64", "BF16", "F16"})
  void uniformIsOnTheHalfOpenUnitInterval(DType dtype) {
    double[] u = draw(key -> key.uniform(dtype, Shape.of(N))).toDoubles();
    assertThat(Arrays.stream(u).min().orElseThrow()).isNotNegative();
    assertThat(Arrays.stream(u).max().orElseThrow()).isLessThan(1);
    double grid = dtype == DType.BF16 ? 0x1p-9 : dtype == DType.F16 ? 0x1p-12 : 0;
    assertThat(moment(u, 1)).isCloseTo(0.5 - grid, within(5 * Math.sqrt(1.0 / 12 / N)));
    double[] centred = Arrays.stream(u).map(x -> x - 0.5 + grid).toArray();
    assertThat(moment(centred, 2)).isCloseTo(1.0 / 12, within(5 * Math.sqrt(1.0 / 180 / N)));
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64"})
  void normalHasTheMomentsOfTheStandardNormal(DType dtype) {
    double[] x = draw(key -> key.normal(dtype, Shape.of(N))).toDoubles();
    assertThat(moment(x, 1)).isCloseTo(0, within(5 / Math.sqrt(N)));
    assertThat(moment(x, 2)).isCloseTo(1, within(5 * Math.sqrt(2.0 / N)));
    assertThat(moment(x, 3)).isCloseTo(0, within(5 * Math.sqrt(15.0 / N)));
    assertThat(moment(x, 4)).isCloseTo(3, within(5 * Math.sqrt(96.0 / N)));
  }

  @Test
  void bernoulliHasItsFrequencyAndIsCertainAtItsEnds() {
    double[] x = draw(key -> key.bernoulli(0.3, Shape.of(N))).toDoubles();
    assertThat(moment(x, 1)).isCloseTo(0.3, within(5 * Math.sqrt(0.21 / N)));
    assertThat(draw(key -> key.bernoulli(0, Shape.of(N))).toDoubles()).containsOnly(0);
    assertThat(draw(key -> key.bernoulli(1, Shape.of(N))).toDoubles()).containsOnly(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F64", "BF16", "F16", "I32", "I64"})
  void rademacherIsOneOrMinusOne(DType dtype) {
    double[] x = draw(key -> key.rademacher(dtype, Shape.of(N))).toDoubles();
    assertThat(x).containsOnly(-1, 1);
    assertThat(moment(x, 1)).isCloseTo(0, within(5 / Math.sqrt(N)));
  }

  @Test
  void aPermutationHasEveryIndexOnce() {
    for (int n : new int[] {1, 2, 7, 1000}) {
      long[] order = draw(key -> key.permutation(n)).toLongs();
      assertThat(Arrays.stream(order).sorted())
          .containsExactlyElementsOf(IntStream.range(0, n).mapToObj(Long::valueOf).toList());
    }
    long[] order = draw(key -> key.permutation(1000)).toLongs();
    assertThat(order).isNotEqualTo(Arrays.stream(order).sorted().toArray());
  }

  @Test
  void categoricalHasTheFrequenciesOfTheSoftmaxAndNeverDrawsTheImpossible() {
    double[] p = {0.1, 0.6, 0, 0.3};
    long[] drawn =
        draw(
                key -> {
                  NdArray logits = NdArray.of(Arrays.stream(p).map(Math::log).toArray(), 4);
                  return key.categorical(
                      key.bits().constant(logits.convert(DType.F32)).broadcast(Shape.of(N, 4)));
                })
            .toLongs();
    for (int i = 0; i < p.length; i++) {
      int index = i;
      double frequency = (double) Arrays.stream(drawn).filter(x -> x == index).count() / N;
      assertThat(frequency).isCloseTo(p[i], within(5 * Math.sqrt(p[i] * (1 - p[i]) / N)));
    }
  }

  @Test
  void theSameKeyGivesTheSameBitsAndFoldedKeysOthers() {
    Function<Key, Tensor> bits = key -> key.bits(Shape.of(1000));
    assertThat(draw(bits)).isEqualTo(draw(bits));
    List<NdArray> streams =
        IntStream.range(0, 20)
            .mapToObj(i -> draw(key -> key.fold(i).bits(Shape.of(1000))))
            .toList();
    assertThat(streams).doesNotHaveDuplicates().doesNotContain(draw(bits));
    assertThat(draw(key -> key.fold(0).fold(1).bits(Shape.of(8))))
        .isNotEqualTo(draw(key -> key.fold(1).fold(0).bits(Shape.of(8))));
  }

  @Test
  void foldedStreamsAreUncorrelated() {
    double[] a = draw(key -> key.fold(0).normal(DType.F64, Shape.of(N))).toDoubles();
    double[] b = draw(key -> key.fold(1).normal(DType.F64, Shape.of(N))).toDoubles();
    double product = IntStream.range(0, N).mapToDouble(i -> a[i] * b[i]).average().orElseThrow();
    assertThat(product).isCloseTo(0, within(5 / Math.sqrt(N)));
  }
}
