package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.BackendProvider.Probe;
import dev.espalier.api.backend.BackendProvider.Unusable;
import dev.espalier.api.backend.BackendProvider.Usable;
import dev.espalier.api.backend.MatrixProducts;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of a plugin: when they are chosen, and what they are asked. */
final class ProvidedProductsTest {
  /** Sums in order, which a backend that cuts rows and columns alone must give bit for bit. */
  private record Fake(boolean takesBf16, AtomicInteger floats, AtomicInteger narrow)
      implements MatrixProducts {
    Fake(boolean takesBf16) {
      this(takesBf16, new AtomicInteger(), new AtomicInteger());
    }

    @Override
    public Probe probe() {
      return new Usable("fake");
    }

    @Override
    public void multiply(
        Block block, float[] left, int leftAt, float[] right, int rightAt, float[] to, int toAt) {
      floats.incrementAndGet();
      sums(block, left, leftAt, right, rightAt, to, toAt);
    }

    private static void sums(
        Block block, float[] left, int leftAt, float[] right, int rightAt, float[] to, int toAt) {
      check(block);
      for (int i = 0; i < block.rows(); i++) {
        for (int j = 0; j < block.columns(); j++) {
          float sum = 0;
          for (int k = 0; k < block.depth(); k++) {
            sum =
                Math.fma(
                    left[leftAt + at(block.leftTransposed(), block.leftStride(), i, k)],
                    right[rightAt + at(block.rightTransposed(), block.rightStride(), k, j)],
                    sum);
          }
          to[toAt + i * block.resultStride() + j] = sum;
        }
      }
    }

    @Override
    public void multiplyBf16(
        Block block, short[] left, int leftAt, short[] right, int rightAt, float[] to, int toAt) {
      narrow.incrementAndGet();
      sums(block, wide(left), leftAt, wide(right), rightAt, to, toAt);
    }

    private static float[] wide(short[] x) {
      float[] wide = new float[x.length];
      for (int i = 0; i < x.length; i++) {
        wide[i] = NdArray.bfloat16Value(x[i]);
      }
      return wide;
    }

    private static int at(boolean transposed, int stride, int i, int j) {
      return transposed ? i + j * stride : i * stride + j;
    }

    /** The sizes and strides that the interface promises. */
    private static void check(Block block) {
      assertThat(Math.min(Math.min(block.rows(), block.columns()), block.depth())).isPositive();
      assertThat(block.leftStride())
          .isGreaterThanOrEqualTo(block.leftTransposed() ? block.rows() : block.depth());
      assertThat(block.rightStride())
          .isGreaterThanOrEqualTo(block.rightTransposed() ? block.depth() : block.columns());
      assertThat(block.resultStride()).isGreaterThanOrEqualTo(block.columns());
    }
  }

  private static Backend open(int threads, MatrixProducts products) {
    return new CpuBackendProvider()
        .open(
            Map.of("threads", Integer.toString(threads), "products", "fake"),
            name -> {
              assertThat(name).isEqualTo("fake");
              return products;
            });
  }

  private static Tensor rounded(Tensor x) {
    return x.to(DType.BF16).to(DType.F32);
  }

  private static NdArray expected(Graph graph, List<NdArray> in) {
    try (Backend backend = open(1, new Fake(false))) {
      return Cpu.run(backend, graph, in).getFirst();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "1, 3, 5, 7",
    "1, 6, 16, 0",
    "1, 1, 513, 70",
    "1, 97, 130, 258",
    "1, 300, 700, 600",
    "3, 40, 9, 17",
    "20, 5, 3, 2"
  })
  void productsOfAnyStridesAreAskedForInBlocks(int b, int m, int n, int k) {
    List<BinaryOperator<Tensor>> products =
        List.of(
            (x, y) -> x.dot(dot(2, 1), y),
            (x, y) -> x.transpose(0, 2, 1).dot(dot(1, 1), y),
            (x, y) -> x.dot(dot(2, 2), y.transpose(0, 2, 1)),
            // Batched by the last axis: neither rows nor columns are adjacent.
            (x, y) ->
                x.transpose(1, 2, 0)
                    .dot(
                        new Dot(List.of(2), List.of(2), List.of(1), List.of(0)),
                        y.transpose(1, 2, 0)));
    NdArray x = Cpu.random(1, b, m, k);
    NdArray y = Cpu.random(2, b, k, n);
    List<NdArray> in = List.of(x, y);
    float[] sums = new float[b * m * n];
    for (int at = 0; at < sums.length; at++) {
      for (int p = 0; p < k; p++) {
        sums[at] =
            Math.fma(
                element(x, at / n * k + p),
                element(y, at / n / m * k * n + p * n + at % n),
                sums[at]);
      }
    }
    NdArray exact = NdArray.of(sums, b, m, n);
    for (BinaryOperator<Tensor> product : products) {
      Graph graph = Cpu.graph(in, v -> List.of(product.apply(v.get(0), v.get(1))));
      for (int threads : new int[] {1, 3}) {
        Fake fake = new Fake(true);
        try (Backend backend = open(threads, fake)) {
          assertThat(Cpu.run(backend, graph, in).getFirst()).isEqualTo(exact);
          assertThat(fake.narrow()).hasValue(0);
          assertThat(fake.floats().get() > 0).isEqualTo(k > 0);
        }
      }
    }
  }

  private static float element(NdArray x, int at) {
    return ((float[]) x.storage())[at];
  }

  private static Dot dot(int left, int right) {
    return new Dot(List.of(0), List.of(0), List.of(left), List.of(right));
  }

  @ParameterizedTest
  @CsvSource({"3, 5, 7", "1, 513, 70", "97, 130, 258", "300, 90, 64"})
  void roundedOperandsGoAsBf16WhereThatIsTakenAndAreRoundedWhereNot(int m, int n, int k) {
    List<NdArray> in = List.of(Cpu.random(1, m, k), Cpu.random(2, k, n));
    List<NdArray> before = new ArrayList<>(in);
    before.set(0, in.get(0).convert(DType.BF16).convert(DType.F32));
    before.set(1, in.get(1).convert(DType.BF16).convert(DType.F32));
    Graph plain = Cpu.graph(in, v -> List.of(v.get(0).matmul(v.get(1)).tanh()));
    Graph mixed = Cpu.graph(in, v -> List.of(rounded(v.get(0)).matmul(rounded(v.get(1))).tanh()));
    NdArray exact = expected(plain, before);
    for (boolean takes : new boolean[] {true, false}) {
      for (int threads : new int[] {1, 3}) {
        Fake fake = new Fake(takes);
        try (Backend backend = open(threads, fake)) {
          assertThat(Cpu.run(backend, mixed, in).getFirst()).isEqualTo(exact);
          assertThat(fake.narrow().get() > 0).isEqualTo(takes);
          assertThat(fake.floats().get() > 0).isEqualTo(!takes);
        }
      }
    }
  }

  @Test
  void theBackendSaysWhoMultiplies() {
    try (Backend backend = open(1, new Fake(true))) {
      assertThat(backend.description()).endsWith(", products of floats by fake (fake, bf16)");
    }
    try (Backend backend = open(1, new Fake(false))) {
      assertThat(backend.description()).endsWith("by fake (fake, bf16 by rounding)");
    }
  }

  @Test
  void productsThatCannotBeUsedAreNotAndTheBackendSaysWhy() {
    MatrixProducts broken =
        new MatrixProducts() {
          @Override
          public Probe probe() {
            return new Unusable("no library libfake.so", "install it");
          }

          @Override
          public boolean takesBf16() {
            throw new AssertionError();
          }

          @Override
          public void multiply(
              Block block, float[] a, int ao, float[] b, int bo, float[] c, int co) {
            throw new AssertionError();
          }

          @Override
          public void multiplyBf16(
              Block block, short[] a, int ao, short[] b, int bo, float[] c, int co) {
            throw new AssertionError();
          }
        };
    NdArray x = Cpu.random(1, 50, 50);
    Graph graph = Cpu.graph(List.of(x), in -> List.of(in.getFirst().matmul(in.getFirst())));
    try (Backend backend = open(2, broken);
        Backend plain = Cpu.open(2)) {
      assertThat(backend.description())
          .isEqualTo(
              plain.description()
                  + ", and not by fake [backend-unavailable]: found no library libfake.so;"
                  + " repair: install it");
      assertThat(Cpu.run(backend, graph, List.of(x))).isEqualTo(Cpu.run(plain, graph, List.of(x)));
    }
  }

  @Test
  void javaIsTheDefaultAndAnUnknownNameAnError() {
    try (Backend backend =
            new CpuBackendProvider().open(Map.of("threads", "2", "products", "java"));
        Backend plain = Cpu.open(2)) {
      assertThat(backend.description()).isEqualTo(plain.description());
    }
    assertThatThrownBy(() -> new CpuBackendProvider().open(Map.of("products", "fake")))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("unknown-name");
  }
}
