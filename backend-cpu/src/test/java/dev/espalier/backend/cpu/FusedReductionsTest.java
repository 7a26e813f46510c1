package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reductions along rows and columns of every width, of what is made in the same loop. */
final class FusedReductionsTest {
  /** Of the sum of magnitudes; what rounding in order of rows could cost is far more. */
  private static final double SINGLE = 1e-6;

  private static final double DOUBLE = 2e-15;

  /** Rows and columns: narrow and many, odd, as wide as is not cut, cut once and often. */
  static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of(2, 2),
        Arguments.of(3, 7),
        Arguments.of(40_001, 2),
        Arguments.of(5000, 3),
        Arguments.of(20_000, 10),
        Arguments.of(193, 33),
        Arguments.of(95, 63),
        Arguments.of(6145, 64),
        Arguments.of(97, 65),
        Arguments.of(500, 127),
        Arguments.of(33, 4095),
        Arguments.of(25, 4096),
        Arguments.of(16, 4097),
        Arguments.of(4, 12_288),
        Arguments.of(199, 6145));
  }

  private static List<NdArray> inputs(int rows, int width) {
    return List.of(Cpu.random(1, rows, width), Cpu.random(2, rows), Cpu.random(3, width));
  }

  /** Sums of columns and of rows, of products with a number for each row and for each column. */
  private static List<Tensor> sums(List<Tensor> in) {
    Tensor x = in.getFirst();
    Tensor byRows = in.get(1).broadcast(x.shape(), 0);
    Tensor byColumns = in.get(2).broadcast(x.shape(), 1);
    return List.of(
        x.sum(0), byRows.mul(x).sum(0), byColumns.mul(x).sum(0), byRows.mul(byColumns).sum(1));
  }

  private static List<Tensor> extremes(List<Tensor> in) {
    Tensor x = in.getFirst();
    Tensor product = in.get(1).broadcast(x.shape(), 0).mul(x);
    return List.of(x.reduceMax(0), x.reduceMin(0), product.reduceMax(0), product.reduceMax(1));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void sumsAreThoseOfDoublesToRounding(int rows, int width) {
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      List<NdArray> in = inputs(rows, width).stream().map(value -> value.convert(dtype)).toList();
      double[] x = in.get(0).toDoubles();
      double[] ofRow = in.get(1).toDoubles();
      double[] ofColumn = in.get(2).toDoubles();
      double[][] sums = {new double[width], new double[width], new double[width], new double[rows]};
      double[][] sizes = {
        new double[width], new double[width], new double[width], new double[rows]
      };
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < width; j++) {
          double each = x[i * width + j];
          add(sums[0], sizes[0], j, each);
          add(sums[1], sizes[1], j, each * ofRow[i]);
          add(sums[2], sizes[2], j, each * ofColumn[j]);
          add(sums[3], sizes[3], i, ofRow[i] * ofColumn[j]);
        }
      }
      List<NdArray> z = Cpu.run(in, FusedReductionsTest::sums);
      double unit = dtype == DType.F32 ? SINGLE : DOUBLE;
      for (int k = 0; k < sums.length; k++) {
        for (int j = 0; j < sums[k].length; j += 1 + sums[k].length / 500) {
          assertThat(z.get(k).getDouble(j)).isCloseTo(sums[k][j], within(unit * sizes[k][j]));
        }
      }
    }
  }

  private static void add(double[] sums, double[] sizes, int at, double value) {
    sums[at] += value;
    sizes[at] += Math.abs(value);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void theLargestAndTheSmallestAreExact(int rows, int width) {
    List<NdArray> in = inputs(rows, width);
    List<NdArray> z = Cpu.run(in, FusedReductionsTest::extremes);
    for (int j = 0; j < width; j += 1 + width / 50) {
      float most = Float.NEGATIVE_INFINITY;
      float least = Float.POSITIVE_INFINITY;
      float product = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < rows; i++) {
        float each = (float) in.getFirst().getDouble(i * width + j);
        most = Math.max(most, each);
        least = Math.min(least, each);
        product = Math.max(product, each * (float) in.get(1).getDouble(i));
      }
      assertThat(z.get(0).getDouble(j)).isEqualTo(most);
      assertThat(z.get(1).getDouble(j)).isEqualTo(least);
      assertThat(z.get(2).getDouble(j)).isEqualTo(product);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void noBitDependsOnThreadsNorOnWhatElseIsMadeInTheLoop(int rows, int width) {
    List<NdArray> in = inputs(rows, width);
    Function<List<Tensor>, List<Tensor>> all =
        x -> Stream.concat(sums(x).stream(), extremes(x).stream()).toList();
    List<NdArray> expected = Cpu.run(in, all);
    for (int threads : new int[] {1, 3, 8}) {
      try (Backend backend = Cpu.open(threads)) {
        assertThat(Cpu.run(backend, Cpu.graph(in, all), in).equals(expected)).isTrue();
      }
    }
    // In memory, from where a loop of its own reads it.
    NdArray product =
        Cpu.run(in, x -> List.of(x.get(1).broadcast(x.get(0).shape(), 0).mul(x.get(0)))).getFirst();
    assertThat(Cpu.run1(x -> x.sum(0), product)).isEqualTo(expected.get(1));
    List<NdArray> kept =
        Cpu.run(
            in,
            x -> {
              Tensor made = x.get(1).broadcast(x.get(0).shape(), 0).mul(x.get(0));
              return List.of(made, made.sum(0), made.reduceMax(1), made.exp());
            });
    assertThat(kept.get(1)).isEqualTo(expected.get(1));
    assertThat(kept.get(2)).isEqualTo(expected.get(7));
  }

  @Test
  void aProductThatIsOnlySummedOverExamplesIsNoStepAndInNoMemory() {
    for (int width : new int[] {100, 4096, 4097, 73_728}) {
      List<NdArray> in = List.of(Cpu.random(1, 16, width), Cpu.random(2, 16));
      Function<List<Tensor>, List<Tensor>> weighted =
          x -> List.of(x.get(1).broadcast(x.get(0).shape(), 0).mul(x.get(0)).sum(0));
      String listing = Cpu.program(Cpu.graph(in, weighted)).listing();
      assertThat(listing).contains("1 steps");
      assertThat(listing).contains("fused [16, " + width + "] mul reduce_sum");
    }
    List<NdArray> in = List.of(Cpu.random(1, 16, 73_728), Cpu.random(2, 16));
    Function<List<Tensor>, List<Tensor>> weighted =
        x -> List.of(x.get(1).broadcast(x.get(0).shape(), 0).mul(x.get(0)).sum(0));
    assertThat(Cpu.program(Cpu.graph(in, weighted)).frameBytes()).isZero();
  }

  @Test
  void aSquareThatIsOnlySummedAlongWideRowsIsNoStep() {
    NdArray x = Cpu.random(1, 16, 73_728);
    String listing =
        Cpu.program(Cpu.graph(List.of(x), in -> List.of(in.getFirst().square().sum(1)))).listing();
    // A double for each part of a row of 2048 elements.
    assertThat(listing).contains("1 steps, 1 arrays, peak " + 16 * 36 * 8 + " bytes");
  }

  @Test
  void whatIsOfEachRowIsComputedBesideWideRowsAndNotInThem() {
    // The row's number is made of the row's sum, which is known after the loop over wide rows.
    NdArray x = Cpu.random(1, 5, 5000);
    NdArray z =
        Cpu.run1(
            a -> {
              Tensor scale = a.abs().sum(1).rsqrt().mul(3);
              return a.mul(scale.broadcast(a.shape(), 0)).sum(0);
            },
            x);
    for (int j = 0; j < 5000; j += 7) {
      double sum = 0;
      for (int i = 0; i < 5; i++) {
        double size = 0;
        for (int k = 0; k < 5000; k++) {
          size += Math.abs(x.getDouble(i * 5000 + k));
        }
        sum += x.getDouble(i * 5000 + j) * 3 / Math.sqrt(size);
      }
      assertThat(z.getDouble(j)).isCloseTo(sum, within(1e-6));
    }
  }

  @Test
  void valuesThatAreNoNumbersStayInTheirRowAndColumn() {
    for (int width : new int[] {3, 70, 4096, 5001}) {
      int rows = 110;
      float[] values = new float[rows * width];
      java.util.Arrays.fill(values, -0.0f);
      values[105 * width + 1] = Float.NaN;
      values[7 * width + 2] = Float.POSITIVE_INFINITY;
      values[100 * width + 2] = Float.NEGATIVE_INFINITY;
      values[99 * width + width - 1] += Float.POSITIVE_INFINITY;
      NdArray x = NdArray.of(values, rows, width);
      List<NdArray> z =
          Cpu.run(
              List.of(x),
              in -> {
                Tensor a = in.getFirst();
                return List.of(a.sum(0), a.reduceMax(0), a.reduceMin(0), a.neg().sum(1));
              });
      boolean both = width == 3;
      assertThat(z.get(0).getDouble(0)).isZero();
      assertThat(z.get(0).getDouble(1)).isNaN();
      assertThat(z.get(0).getDouble(2)).isNaN();
      assertThat(z.get(0).getDouble(width - 1))
          .isEqualTo(Double.valueOf(both ? Double.NaN : Double.POSITIVE_INFINITY));
      assertThat(z.get(1).getDouble(1)).isNaN();
      assertThat(z.get(1).getDouble(2)).isEqualTo(Double.POSITIVE_INFINITY);
      assertThat(z.get(1).getDouble(0)).isEqualTo(-0.0);
      assertThat(z.get(2).getDouble(1)).isNaN();
      assertThat(z.get(2).getDouble(2)).isEqualTo(Double.NEGATIVE_INFINITY);
      for (int i = 0; i < rows; i++) {
        double expected =
            switch (i) {
              case 105 -> Double.NaN;
              case 7, 99 -> Double.NEGATIVE_INFINITY;
              case 100 -> Double.POSITIVE_INFINITY;
              default -> 0.0;
            };
        assertThat(z.get(3).getDouble(i)).isEqualTo(Double.valueOf(expected));
      }
    }
  }
}
