package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Operands that are rounded to BF16 while they are packed: the bits of products of rounded ones.
 */
final class Bf16ProductsTest {
  private static Tensor rounded(Tensor x) {
    return x.to(DType.BF16).to(DType.F32);
  }

  private static NdArray rounded(NdArray x) {
    return x.convert(DType.BF16).convert(DType.F32);
  }

  private static NdArray special(NdArray x) {
    float[] values = x.toFloats();
    values[0] = Float.MAX_VALUE;
    values[values.length / 2] = -Float.MIN_VALUE;
    return NdArray.of(values, x.type().shape().extents());
  }

  /** Multiples of 1 / 512 below 1: half of them are rounded, and sums of 24 products are exact. */
  private static NdArray ofNineBits(NdArray x) {
    float[] values = x.toFloats();
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.rint(511 * Math.tanh(values[i])) / 512;
    }
    return NdArray.of(values, x.type().shape().extents());
  }

  private static void check(Backend backend, BinaryOperator<Tensor> product, NdArray x, NdArray y) {
    List<NdArray> given = List.of(x, y);
    List<NdArray> before = List.of(rounded(x), rounded(y));
    Graph plain = Cpu.graph(given, in -> List.of(product.apply(in.get(0), in.get(1))));
    Graph both =
        Cpu.graph(given, in -> List.of(product.apply(rounded(in.get(0)), rounded(in.get(1)))));
    Graph left = Cpu.graph(given, in -> List.of(product.apply(rounded(in.get(0)), in.get(1))));
    Graph right = Cpu.graph(given, in -> List.of(product.apply(in.get(0), rounded(in.get(1)))));

    assertThat(Cpu.run(backend, both, given)).isEqualTo(Cpu.run(backend, plain, before));
    assertThat(Cpu.run(backend, left, given))
        .isEqualTo(Cpu.run(backend, plain, List.of(before.get(0), y)));
    assertThat(Cpu.run(backend, right, given))
        .isEqualTo(Cpu.run(backend, plain, List.of(x, before.get(1))));
    assertThat(Cpu.program(both).listing()).contains("in bf16").doesNotContain("convert");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "3, 5, 7",
    "6, 16, 300",
    "1, 513, 70",
    "2, 33, 600",
    "97, 130, 258",
    "200, 40, 515",
    "200, 1, 9",
    "13, 700, 256",
    "61, 260, 1100"
  })
  void matrixProducts(int m, int n, int k) {
    for (String kernels : List.of("on", "off")) {
      for (String threads : List.of("1", "3")) {
        try (Backend backend =
            new CpuBackendProvider().open(Map.of("threads", threads, "native", kernels))) {
          check(backend, Tensor::matmul, special(Cpu.random(1, m, k)), Cpu.random(2, k, n));
          check(
              backend,
              (x, y) -> x.dot(new Dot(List.of(), List.of(), List.of(0), List.of(1)), y),
              special(Cpu.random(3, k, m)),
              Cpu.random(4, n, k));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void convolutions(int groups) {
    List<Integer> ones = List.of(1, 1);
    Convolution op = new Convolution(List.of(2, 1), ones, List.of(0, 2), ones, ones, groups);
    NdArray x = special(ofNineBits(Cpu.random(5, 3, 4, 9, 11)));
    NdArray kernel = ofNineBits(Cpu.random(6, 6, 4 / groups, 3, 2));
    try (Backend backend = Cpu.open(2)) {
      List<NdArray> given = List.of(x, kernel);
      Graph plain = Cpu.graph(given, in -> List.of(in.get(0).convolution(op, in.get(1))));
      Graph both =
          Cpu.graph(given, in -> List.of(rounded(in.get(0)).convolution(op, rounded(in.get(1)))));
      assertThat(Cpu.run(backend, both, given))
          .isEqualTo(Cpu.run(backend, plain, List.of(rounded(x), rounded(kernel))));
      assertThat(Cpu.program(both).listing()).doesNotContain("convert");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 150})
  void aRoundedOperandThatOthersReadTooIsTheSameForAll(int n) {
    NdArray x = Cpu.random(7, n, n);
    try (Backend backend = Cpu.open(2)) {
      Graph graph =
          Cpu.graph(
              List.of(x),
              in -> {
                Tensor y = rounded(in.getFirst().mul(3));
                return List.of(y.matmul(y), y.add(1), y.matmul(y).tanh());
              });
      List<NdArray> out = Cpu.run(backend, graph, List.of(x));
      NdArray y = Cpu.run1(in -> rounded(in.mul(3)), x);
      assertThat(out.get(0)).isEqualTo(Cpu.run1(in -> in.matmul(in), y));
      assertThat(out.get(1)).isEqualTo(Cpu.run1(in -> in.add(1), y));
    }
  }
}
