package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.ir.ScatterAdd;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is fused, shared or reused must not be seen: a random graph gives the same bits whether only
 * its last values are asked for, or every value is, which leaves nothing to share.
 */
final class FusionPropertyTest {
  static final int N = 37;

  static IntStream seeds() {
    return IntStream.range(0, 60);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aRandomGraphGivesTheSameBitsWhateverElseIsKept(int seed) {
    List<NdArray> inputs = List.of(Cpu.random(seed, N, N), Cpu.random(seed + 1, N, N));
    List<NdArray> all;
    List<NdArray> last;
    try (Backend backend = Cpu.open(2)) {
      all = Cpu.run(backend, Cpu.graph(inputs, x -> grow(x, seed)), inputs);
      last =
          Cpu.run(
              backend,
              Cpu.graph(
                  inputs,
                  x -> {
                    List<Tensor> values = grow(x, seed);
                    return values.subList(values.size() - 3, values.size());
                  }),
              inputs);
    }
    assertThat(last.equals(all.subList(all.size() - 3, all.size()))).isTrue();
  }

  /**
   * An index for each row. None is outside: of two NaN of different signs the compiler chooses
   * which a sum keeps.
   */
  private static Tensor labels(Tensor x) {
    int[] labels = new int[N];
    for (int i = 0; i < N; i++) {
      labels[i] = i * 5 % N;
    }
    return x.constant(NdArray.of(labels, N, 1));
  }

  static List<Tensor> grow(List<Tensor> inputs, int seed) {
    Random random = new Random(seed);
    List<Tensor> values = new ArrayList<>(inputs);
    for (int i = 0; i < 40; i++) {
      Tensor x = values.get(random.nextInt(values.size()));
      Tensor y = values.get(Math.max(0, values.size() - 1 - random.nextInt(4)));
      values.add(
          switch (random.nextInt(16)) {
            case 0 -> x.tanh();
            case 1 -> x.add(y);
            case 2 -> x.mul(0.5).sub(y);
            case 3 -> x.sum(0).broadcast(y.shape(), 1).mul(y).tanh();
            case 4 -> x.reduceMax(1).broadcast(y.shape(), 0).sub(y);
            case 5 -> x.transpose(1, 0);
            case 6 -> x.matmul(y).mul(0.1).tanh();
            case 7 -> x.gt(y).select(x, y.neg());
            case 8 -> x.sum().tanh().broadcast(y.shape()).add(y);
            case 9 -> x.reshape(N * N).reverse(0).reshape(N, N);
            case 10 -> x.at(0, 3).broadcast(y.shape(), 0).max(y);
            case 11 -> x.to(dev.espalier.api.tensor.DType.BF16).add(1).to(x.dtype());
            case 12 -> x.cumulativeSum(1).logistic();
            case 13 -> x.takeAlongLast(labels(x)).squeeze(1).broadcast(y.shape(), 0).add(y);
            case 14 ->
                x.apply(
                        new ScatterAdd(1, 1),
                        List.of(x.constantLike(i % 2), labels(x), y.slice(1, 5, 6)))
                    .getFirst()
                    .mul(x);
            default -> x.iota(x.type(), 1).mul(0.01).add(x);
          });
    }
    return values;
  }
}
