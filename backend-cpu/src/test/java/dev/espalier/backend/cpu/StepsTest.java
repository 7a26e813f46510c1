package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StepsTest {
  private static double at(NdArray x, int... index) {
    int at = 0;
    int[] strides = x.type().shape().strides();
    for (int i = 0; i < index.length; i++) {
      at += index[i] * strides[i];
    }
    return x.getDouble(at);
  }

  @Test
  void aProductContractsAnyAxes() {
    NdArray x = Cpu.random(1, 3, 11, 2, 13);
    NdArray y = Cpu.random(2, 2, 17, 13, 3);
    // Batch over axis 0 of x and 3 of y; sum over (2, 3) of x and (0, 2) of y.
    Dot op = new Dot(List.of(0), List.of(3), List.of(2, 3), List.of(0, 2));
    for (DType dtype : List.of(DType.F32, DType.F64, DType.BF16, DType.I32, DType.I64)) {
      NdArray a = x.type().dtype() == dtype ? x : scaled(x, dtype);
      NdArray b = x.type().dtype() == dtype ? y : scaled(y, dtype);
      NdArray z = Cpu.run(List.of(a, b), v -> List.of(v.get(0).dot(op, v.get(1)))).getFirst();
      assertThat(z.type().shape()).isEqualTo(Shape.of(3, 11, 17));
      for (int n = 0; n < 3; n++) {
        for (int i = 0; i < 11; i++) {
          for (int j = 0; j < 17; j++) {
            double sum = 0;
            double size = 1;
            for (int p = 0; p < 2; p++) {
              for (int q = 0; q < 13; q++) {
                double term = at(a, n, i, p, q) * at(b, p, j, q, n);
                sum += term;
                size += Math.abs(term);
              }
            }
            double epsilon = dtype == DType.BF16 ? 1.0 / 128 : 1e-6;
            assertThat(at(z, n, i, j)).isCloseTo(sum, within(epsilon * size));
          }
        }
      }
    }
  }

  private static NdArray scaled(NdArray x, DType dtype) {
    double[] values = x.toDoubles();
    for (int i = 0; i < values.length; i++) {
      values[i] *= dtype.isInteger() ? 10 : 1;
    }
    return NdArray.of(values, x.type().shape().extents()).convert(dtype);
  }

  @Test
  void aLargeProductIsThatOfItsTiles() {
    NdArray x = Cpu.random(1, 301, 70);
    NdArray y = Cpu.random(2, 70, 600);
    NdArray z = Cpu.run(List.of(x, y), v -> List.of(v.get(0).matmul(v.get(1)))).getFirst();
    for (int i = 0; i < 301; i += 50) {
      for (int j = 0; j < 600; j += 7) {
        double sum = 0;
        for (int k = 0; k < 70; k++) {
          sum += at(x, i, k) * at(y, k, j);
        }
        assertThat(at(z, i, j)).isCloseTo(sum, within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"61, 259, 1100", "401, 70, 3900", "30, 513, 600"})
  void aDeepProductOfAMatrixByColumnsIsThatOfItsBlocksOnAnyNumberOfThreads(
      int rows, int columns, int depth) {
    Dot op = new Dot(List.of(), List.of(), List.of(0), List.of(0));
    NdArray x = Cpu.random(1, depth, rows);
    NdArray y = Cpu.random(2, depth, columns);
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      NdArray a = x.convert(dtype);
      NdArray b = y.convert(dtype);
      Graph graph = Cpu.graph(List.of(a, b), v -> List.of(v.get(0).dot(op, v.get(1))));
      List<NdArray> found =
          Stream.of(1, 2, 3, 8)
              .map(threads -> {
                try (Backend backend = Cpu.open(threads)) {
                  return Cpu.run(backend, graph, List.of(a, b)).getFirst();
                }
              })
              .toList();
      for (int i = 0; i < rows; i += 7) {
        for (int j = i % 3; j < columns; j += 3) {
          double sum = 0;
          for (int k = 0; k < depth; k++) {
            sum += at(a, k, i) * at(b, k, j);
          }
          double error = dtype == DType.F32 ? 2e-3 : 1e-11;
          assertThat(at(found.getFirst(), i, j)).isCloseTo(sum, within(error));
        }
      }
      assertThat(found).allMatch(z -> Arrays.equals(z.toDoubles(), found.getFirst().toDoubles()));
    }
  }

  @Test
  void aDeepProductOfFewRowsAndColumnsAndOneOfNoneAreCutIntoTasks() {
    NdArray x = Cpu.random(1, 1_000_000).reshape(1, 1_000_000);
    NdArray deep = Cpu.run1(a -> a.matmul(a.transpose(1, 0)), x);
    double sum = 0;
    for (double v : x.toDoubles()) {
      sum += v * v;
    }
    assertThat(deep.getDouble(0)).isCloseTo(sum, within(10.0));
    NdArray none = NdArray.of(new float[0], 0, 300, 400);
    NdArray product = Cpu.run1(a -> a.matmul(a.transpose(0, 2, 1)), none);
    assertThat(product.type().shape()).isEqualTo(Shape.of(0, 300, 300));
  }

  @Test
  void reductionsOverAnyAxes() {
    NdArray x = Cpu.random(1, 4, 5, 6, 7);
    List<NdArray> z =
        Cpu.run(
            List.of(x),
            v -> {
              Tensor a = v.getFirst();
              return List.of(
                  a.sum(0, 2, 3), a.reduceMax(1), a.sum(0, 1, 2, 3), a.reduceMin(0, 3), a.sum());
            });
    for (int c = 0; c < 5; c++) {
      double sum = 0;
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 42; j++) {
          sum += x.getDouble((i * 5 + c) * 42 + j);
        }
      }
      assertThat(at(z.get(0), c)).isCloseTo(sum, within(1e-4));
    }
    double most = Double.NEGATIVE_INFINITY;
    double least = Double.POSITIVE_INFINITY;
    for (int j = 0; j < 5; j++) {
      most = Math.max(most, at(x, 2, j, 3, 4));
    }
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 7; j++) {
        least = Math.min(least, at(x, i, 3, 2, j));
      }
    }
    assertThat(at(z.get(1), 2, 3, 4)).isEqualTo(most);
    assertThat(at(z.get(3), 3, 2)).isEqualTo(least);
    assertThat(z.get(2).getDouble(0)).isCloseTo(sum(x), within(1e-3));
  }

  private static double sum(NdArray x) {
    double sum = 0;
    for (double v : x.toDoubles()) {
      sum += v;
    }
    return sum;
  }

  @Test
  void aLongLineIsSummedInBlocks() {
    NdArray x = Cpu.random(1, 100_003);
    assertThat(Cpu.run1(Tensor::sum, x).getDouble(0)).isCloseTo(sum(x), within(1e-2));
    NdArray d = x.convert(DType.F64);
    assertThat(Cpu.run1(Tensor::sum, d).getDouble(0)).isCloseTo(sum(d), within(1e-9));
  }

  @Test
  void emptyReductionsGiveTheNeutralElement() {
    NdArray x = NdArray.of(new float[0], 3, 0);
    assertThat(Cpu.run1(a -> a.sum(1), x).toDoubles()).containsExactly(0, 0, 0);
    assertThat(Cpu.run1(a -> a.prod(1), x).toDoubles()).containsExactly(1, 1, 1);
    assertThat(Cpu.run1(a -> a.reduceMax(1), x).toDoubles()).containsOnly(Double.NEGATIVE_INFINITY);
    assertThat(Cpu.run1(a -> a.sum(0), x).toDoubles()).isEmpty();
    assertThat(Cpu.run1(a -> a.matmul(a.transpose(1, 0)), x).toDoubles())
        .containsOnly(0)
        .hasSize(9);
  }

  @Test
  void movementsTakeEveryElementToItsPlace() {
    NdArray x = Cpu.random(1, 4, 5, 6);
    List<NdArray> z =
        Cpu.run(
            List.of(x),
            v -> {
              Tensor a = v.getFirst();
              return List.of(
                  a.transpose(2, 0, 1),
                  a.slice(1, 1, 5, 2),
                  a.reverse(0, 2),
                  a.concat(1, a, a),
                  a.pad(2, 1, 2, 9));
            });
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 5; j++) {
        for (int k = 0; k < 6; k++) {
          double value = at(x, i, j, k);
          assertThat(at(z.get(0), k, i, j)).isEqualTo(value);
          if (j % 2 == 1) {
            assertThat(at(z.get(1), i, j / 2, k)).isEqualTo(value);
          }
          assertThat(at(z.get(2), 3 - i, j, 5 - k)).isEqualTo(value);
          assertThat(at(z.get(3), i, j + 5, k)).isEqualTo(value);
          assertThat(at(z.get(4), i, j, k + 1)).isEqualTo(value);
        }
        assertThat(at(z.get(4), i, j, 0)).isEqualTo(9);
        assertThat(at(z.get(4), i, j, 8)).isEqualTo(9);
      }
    }
  }

  @Test
  void dynamicSlicesAreClampedIntoTheOperand() {
    NdArray x = NdArray.of(new int[] {0, 1, 2, 3, 4, 5, 6, 7}, 8);
    for (long start : new long[] {-5, 0, 3, 6, 100, Long.MAX_VALUE, Long.MIN_VALUE}) {
      int clamped = Math.clamp(start, 0, 5);
      List<NdArray> z =
          Cpu.run(
              List.of(x, NdArray.scalar(start)),
              v ->
                  List.of(
                      v.get(0).dynamicSlice(Shape.of(3), v.get(1)),
                      v.get(0).dynamicUpdateSlice(v.get(0).slice(0, 5, 8), v.get(1))));
      assertThat(z.get(0).toLongs()).containsExactly(clamped, clamped + 1, clamped + 2);
      assertThat(z.get(1).getLong(clamped)).isEqualTo(5);
    }
  }

  @Test
  void gathersAndScattersLeaveOutIndicesOutside() {
    NdArray x = NdArray.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    NdArray indices = NdArray.of(new long[] {2, -1, 0, 3, 2}, 5);
    NdArray taken =
        Cpu.run(List.of(x, indices), v -> List.of(v.get(0).take(v.get(1), 0))).getFirst();
    assertThat(taken.toDoubles())
        .containsExactly(5, 6, Double.NaN, Double.NaN, 1, 2, Double.NaN, Double.NaN, 5, 6);
    NdArray updates = NdArray.of(new float[] {1, 1, 10, 10, 2, 2, 20, 20, 4, 4}, 5, 2);
    NdArray added =
        Cpu.run(
                List.of(x, indices, updates),
                v -> List.of(v.get(0).scatterAdd(v.get(1), v.get(2), 0)))
            .getFirst();
    assertThat(added.toDoubles()).containsExactly(3, 4, 3, 4, 10, 11);
    NdArray columns = NdArray.of(new int[] {1, 0, 1}, 3);
    NdArray along =
        Cpu.run(List.of(x, columns), v -> List.of(v.get(0).take(v.get(1), 1))).getFirst();
    assertThat(along.toDoubles()).containsExactly(2, 1, 2, 4, 3, 4, 6, 5, 6);
  }

  @Test
  void sortsRunsAndPositions() {
    NdArray x = NdArray.of(new float[] {3, Float.NaN, -0f, 0, 3, -7}, 1, 6);
    for (DType dtype : List.of(DType.F32, DType.F64, DType.BF16, DType.F16)) {
      NdArray a = x.convert(dtype);
      assertThat(Cpu.run1(v -> v.argSort(1, false), a).toLongs()).containsExactly(5, 2, 3, 0, 4, 1);
      assertThat(Cpu.run1(v -> v.sort(1, false), a).toDoubles())
          .containsExactly(-7, -0.0, 0, 3, 3, Double.NaN);
      List<NdArray> top = Cpu.run(List.of(a), v -> v.getFirst().topK(3));
      assertThat(top.get(0).toDoubles()).containsExactly(Double.NaN, 3, 3);
      assertThat(top.get(1).toLongs()).containsExactly(1, 0, 4);
      assertThat(Cpu.run1(v -> v.argMax(1), a).toLongs()).containsExactly(1);
    }
    NdArray bits = NdArray.of(new boolean[] {true, false, true}, 3);
    assertThat(Cpu.run1(v -> v.sort(0, false), bits).toLongs()).containsExactly(0, 1, 1);
    assertThat(Cpu.run1(v -> v.argMax(0), bits).toLongs()).containsExactly(0);
    NdArray n = NdArray.of(new int[] {1, 2, 3, 4, 5, 6}, 2, 3);
    assertThat(Cpu.run1(v -> v.cumulative(Cumulative.Kind.SUM, 0, false), n).toLongs())
        .containsExactly(1, 2, 3, 5, 7, 9);
    assertThat(Cpu.run1(v -> v.cumulative(Cumulative.Kind.PROD, 1, true), n).toLongs())
        .containsExactly(6, 6, 3, 120, 30, 6);
  }

  @Test
  void aConvolutionIsItsSum() {
    NdArray x = Cpu.random(1, 2, 4, 9, 8);
    NdArray w = Cpu.random(2, 6, 2, 3, 2);
    Convolution op =
        new Convolution(
            List.of(2, 1), List.of(1, 0), List.of(2, 3), List.of(1, 2), List.of(2, 1), 2);
    NdArray z = Cpu.run(List.of(x, w), v -> List.of(v.get(0).convolution(op, v.get(1)))).getFirst();
    Shape shape = z.type().shape();
    for (int b = 0; b < 2; b++) {
      for (int o = 0; o < 6; o++) {
        for (int i = 0; i < shape.extent(2); i++) {
          for (int j = 0; j < shape.extent(3); j++) {
            double sum = 0;
            for (int c = 0; c < 2; c++) {
              for (int p = 0; p < 3; p++) {
                for (int q = 0; q < 2; q++) {
                  int r = i * 2 + p * 2 - 1;
                  int s = j + q;
                  if (r >= 0 && r < 9 && s % 2 == 0 && s / 2 < 8) {
                    sum += at(x, b, o / 3 * 2 + c, r, s / 2) * at(w, o, c, p, q);
                  }
                }
              }
            }
            assertThat(at(z, b, o, i, j)).isCloseTo(sum, within(1e-4));
          }
        }
      }
    }
  }

  @Test
  void factorisationsMultiplyToTheirMatrix() {
    NdArray x = Cpu.random(1, 2, 4, 4);
    List<NdArray> z =
        Cpu.run(
            List.of(x),
            v -> {
              Tensor a = v.getFirst();
              Tensor spd = a.matmul(a.transpose(0, 2, 1)).add(Cpu.identity(a, 2, 4));
              Tensor l = spd.cholesky();
              List<Tensor> qr = a.qr();
              List<Tensor> svd = a.svd();
              List<Tensor> eigh = spd.eigh();
              Tensor scaled = svd.get(0).mul(svd.get(1).broadcast(a.shape(), 0, 2));
              Tensor turned = eigh.get(1).mul(eigh.get(0).broadcast(a.shape(), 0, 2));
              return List.of(
                  l.matmul(l.transpose(0, 2, 1)).sub(spd),
                  qr.get(0).matmul(qr.get(1)).sub(a),
                  scaled.matmul(svd.get(2)).sub(a),
                  turned.matmul(eigh.get(1).transpose(0, 2, 1)).sub(spd),
                  l.matmul(l.triangularSolve(a, true, false)).sub(a));
            });
    for (NdArray difference : z) {
      for (double d : difference.toDoubles()) {
        assertThat(d).isCloseTo(0, within(1e-5));
      }
    }
  }

  @Test
  void randomBitsAreThoseOfPhilox() {
    // Random123's known answer for key and counter of zeros.
    NdArray zero = NdArray.of(new long[] {0}, 1);
    NdArray z =
        Cpu.run(List.of(zero, zero), v -> List.of(v.get(0).randomBits(v.get(1), Shape.of(4))))
            .getFirst();
    assertThat(z.toLongs()).containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
  }

  /** The gradients of a kernel in single examples: a convolution in groups, with axes exchanged. */
  @Test
  void aConvolutionWritesInTheOrderOfTheTransposeThatReadsIt() {
    NdArray x = Cpu.random(1, 6, 4, 5, 7);
    NdArray kernel = Cpu.random(2, 4 * 3, 1, 4, 6);
    Convolution op =
        new Convolution(
            List.of(1, 1), List.of(0, 0), List.of(0, 0), List.of(1, 1), List.of(1, 1), 4);
    Function<List<Tensor>, List<Tensor>> plain = v -> List.of(v.get(0).convolution(op, v.get(1)));
    Function<List<Tensor>, List<Tensor>> ordered =
        v ->
            List.of(
                plain
                    .apply(v)
                    .getFirst()
                    .reshape(6, 4, 3, 2, 2)
                    .transpose(1, 2, 0, 3, 4)
                    .reshape(4, 3, 24)
                    .mul(2));
    List<NdArray> inputs = List.of(x, kernel);
    NdArray y = Cpu.run(inputs, plain).getFirst();
    NdArray z = Cpu.run(inputs, ordered).getFirst();
    for (int image = 0; image < 6; image++) {
      for (int group = 0; group < 4; group++) {
        for (int channel = 0; channel < 3; channel++) {
          for (int place = 0; place < 4; place++) {
            assertThat(at(z, group, channel, 4 * image + place))
                .isEqualTo(2 * at(y, image, 3 * group + channel, place / 2, place % 2));
          }
        }
      }
    }
    assertThat(Cpu.program(Cpu.graph(inputs, ordered)).listing()).contains("2 steps");
  }

  /** Who else reads the result finds it as it was, and pixels stay together. */
  @Test
  void aConvolutionThatOthersReadWritesInItsOwnOrder() {
    NdArray x = Cpu.random(1, 2, 3, 5, 4);
    NdArray kernel = Cpu.random(2, 4, 3, 2, 2);
    Convolution op =
        new Convolution(
            List.of(1, 1), List.of(0, 0), List.of(0, 0), List.of(1, 1), List.of(1, 1), 1);
    List<NdArray> z =
        Cpu.run(
            List.of(x, kernel),
            v -> {
              Tensor y = v.get(0).convolution(op, v.get(1));
              return List.of(
                  y,
                  y.transpose(1, 0, 2, 3).exp(),
                  v.get(0).mul(0.5).convolution(op, v.get(1)).transpose(0, 2, 3, 1).mul(2));
            });
    NdArray y = z.get(0);
    for (int image = 0; image < 2; image++) {
      for (int channel = 0; channel < 4; channel++) {
        for (int row = 0; row < 4; row++) {
          for (int column = 0; column < 3; column++) {
            double one = at(y, image, channel, row, column);
            assertThat(at(z.get(1), channel, image, row, column))
                .isCloseTo(Math.exp(one), within(1e-5 * Math.exp(one)));
            assertThat(at(z.get(2), image, row, column, channel)).isCloseTo(one, within(1e-5));
          }
        }
      }
    }
  }
}
