package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.ir.Gather;
import dev.espalier.api.ir.ScatterAdd;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One element of each row, taken or added by an index for each row: the bits are those of rows that
 * are written and read again, whatever is made in the same loop.
 */
final class RowIndicesTest {
  /** Narrow, odd, as wide as is not cut, and wider. */
  static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of(2, 2),
        Arguments.of(9, 1),
        Arguments.of(1, 9),
        Arguments.of(3, 7),
        Arguments.of(5000, 3),
        Arguments.of(193, 33),
        Arguments.of(97, 65),
        Arguments.of(500, 127),
        Arguments.of(33, 4095),
        Arguments.of(25, 4096),
        Arguments.of(16, 4097),
        Arguments.of(4, 12_288));
  }

  /** Rows with infinities, no numbers and negative zeros among ordinary ones. */
  private static NdArray rows(DType dtype, int rows, int width) {
    double[] values = Cpu.random(rows + width, rows, width).toDoubles();
    double[] strange = {
      Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 1e30, -1e30
    };
    for (int row = 0; row < rows; row += 2) {
      values[row * width + row % width] = strange[row / 2 % strange.length];
    }
    return NdArray.of(values, rows, width).convert(dtype);
  }

  /** An index for each row, some of them outside, the farthest among them. */
  private static NdArray indices(DType dtype, int rows, int width) {
    boolean wide = dtype == DType.I64;
    long[] outside = {
      -1,
      width,
      wide ? Long.MIN_VALUE : Integer.MIN_VALUE,
      wide ? Long.MAX_VALUE : Integer.MAX_VALUE,
      wide ? 1L << 32 : 1 << 24
    };
    long[] indices = new long[rows];
    Random random = new Random(rows);
    for (int row = 0; row < rows; row++) {
      // Every second of the strange elements is chosen.
      indices[row] = row % 4 == 0 ? row % width : random.nextInt(width);
      if (row % 7 == 1) {
        indices[row] = outside[row / 7 % outside.length];
      }
    }
    return NdArray.of(indices, rows).convert(dtype);
  }

  /** A number for each row, with zeros of both signs. */
  private static NdArray updates(DType dtype, int rows) {
    double[] values = Cpu.random(rows, rows).toDoubles();
    for (int row = 0; row < rows; row += 3) {
      values[row] = row % 2 == 0 ? -0.0 : 0.0;
    }
    return NdArray.of(values, rows).convert(dtype);
  }

  /** The same with some that are no numbers. */
  private static NdArray strangeUpdates(DType dtype, int rows) {
    double[] values = updates(dtype, rows).toDoubles();
    for (int row = 2; row < rows; row += 11) {
      values[row] = Double.NaN;
    }
    return NdArray.of(values, rows).convert(dtype);
  }

  private static Tensor take(Tensor x, Tensor indices) {
    return x.takeAlongLast(indices.expandDims(-1)).squeeze(-1);
  }

  private static Tensor scatter(Tensor x, Tensor indices, Tensor updates) {
    int last = x.shape().rank() - 1;
    return x.apply(
            new ScatterAdd(last, last), List.of(x, indices.expandDims(-1), updates.expandDims(-1)))
        .getFirst();
  }

  /** What a gather is by definition. */
  private static NdArray taken(NdArray x, NdArray indices) {
    DType dtype = x.type().dtype();
    int width = x.type().shape().extent(-1);
    double[] values = new double[indices.type().shape().size()];
    for (int row = 0; row < values.length; row++) {
      long at = indices.getLong(row);
      values[row] = at < 0 || at >= width ? Double.NaN : x.getDouble(row * width + (int) at);
    }
    return NdArray.of(values, values.length).convert(dtype);
  }

  /** What a scatter-add is by definition. */
  private static NdArray scattered(NdArray x, NdArray indices, NdArray updates) {
    int width = x.type().shape().extent(-1);
    double[] values = x.toDoubles();
    for (int row = 0; row < updates.type().shape().size(); row++) {
      long at = indices.getLong(row);
      if (at >= 0 && at < width) {
        values[row * width + (int) at] += updates.getDouble(row);
      }
    }
    return NdArray.of(values, x.type().shape().extent(0), width).convert(x.type().dtype());
  }

  private static List<DType> indexTypes() {
    return List.of(DType.I32, DType.I64);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void whatIsTakenOfRowsIsWhatIsTakenOfRowsInMemory(int rows, int width) {
    for (DType dtype : List.of(DType.F32, DType.F64, DType.BF16)) {
      NdArray x = rows(dtype, rows, width);
      List<Function<Tensor, Tensor>> made =
          List.of(
              a -> a,
              a -> a.logSoftmax(-1),
              a -> a.softmax(-1),
              a -> a.mul(a).neg(),
              a -> a.sub(0.5).div(a.sum(-1).spread(a.shape(), -1)));
      for (Function<Tensor, Tensor> rule : made) {
        NdArray written = Cpu.run1(rule, x);
        for (DType type : indexTypes()) {
          NdArray indices = indices(type, rows, width);
          NdArray alone =
              Cpu.run(List.of(x, indices), in -> List.of(take(rule.apply(in.get(0)), in.get(1))))
                  .getFirst();
          assertThat(alone.equals(taken(written, indices))).isTrue();
          List<NdArray> all =
              Cpu.run(
                  List.of(x, indices),
                  in -> {
                    Tensor y = rule.apply(in.get(0));
                    Tensor chosen = take(y, in.get(1));
                    return List.of(chosen, y.sum(-1), chosen.spread(y.shape(), -1), y.exp());
                  });
          assertThat(all.getFirst().equals(alone)).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void whatIsAddedToRowsIsAddedInTheIndexedPlaceAlone(int rows, int width) {
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      NdArray x = rows(dtype, rows, width);
      NdArray updates = strangeUpdates(dtype, rows);
      for (DType type : indexTypes()) {
        NdArray indices = indices(type, rows, width);
        List<NdArray> in = List.of(x, indices, updates);
        assertThat(
                Cpu.run(in, v -> List.of(scatter(v.get(0), v.get(1), v.get(2))))
                    .getFirst()
                    .equals(scattered(x, indices, updates)))
            .isTrue();
        for (double filling : new double[] {0.0, -0.0, 2.5}) {
          NdArray filled = NdArray.filled(x.type(), filling);
          NdArray expected = scattered(filled, indices, updates);
          Function<List<Tensor>, Tensor> added =
              v -> scatter(v.get(0).constantLike(filling), v.get(1), v.get(2));
          List<NdArray> z =
              Cpu.run(
                  in,
                  v -> {
                    Tensor s = added.apply(v);
                    return List.of(s, s.mul(v.get(0)), s.sum(-1), s.neg().sum(-1), s.sum(0));
                  });
          List<NdArray> of =
              Cpu.run(
                  List.of(expected, x),
                  v -> {
                    Tensor s = v.get(0);
                    return List.of(s, s.mul(v.get(1)), s.sum(-1), s.neg().sum(-1), s.sum(0));
                  });
          assertThat(z.getFirst().equals(expected)).isTrue();
          assertThat(z.equals(of)).isTrue();
        }
      }
    }
  }

  /** The mean loss of the targets, and its gradient by the derivatives of its operations. */
  private static List<Tensor> crossEntropy(Tensor x, Tensor targets, Tensor scattered) {
    Tensor shifted = x.sub(x.reduceMax(-1).spread(x.shape(), -1));
    Tensor exp = shifted.exp();
    Tensor sum = exp.sum(-1);
    Tensor logProbabilities = shifted.sub(sum.log().spread(x.shape(), -1));
    Tensor loss = take(logProbabilities, targets).neg();
    Tensor ofSum = scattered.neg().sum(-1).div(sum);
    return List.of(loss, scattered.add(ofSum.spread(x.shape(), -1).mul(exp)), loss.mean());
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void noBitOfAGradientDependsOnWhetherWhatItReadsIsMade(int rows, int width) {
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      NdArray x = rows(dtype, rows, width);
      NdArray targets = indices(DType.I32, rows, width);
      NdArray zeros = NdArray.filled(x.type(), 0);
      NdArray weights = NdArray.filled(x.type().withShape(Shape.of(rows)), -1.0 / rows);
      List<NdArray> expected =
          Cpu.run(
              List.of(x, targets, scattered(zeros, targets, weights)),
              v -> crossEntropy(v.get(0), v.get(1), v.get(2)));
      List<NdArray> in = List.of(x, targets, weights);
      for (int threads : new int[] {1, 3, 8}) {
        try (Backend backend = Cpu.open(threads)) {
          List<NdArray> made =
              Cpu.run(
                  backend,
                  Cpu.graph(
                      in,
                      v ->
                          crossEntropy(
                              v.get(0),
                              v.get(1),
                              scatter(v.get(0).zerosLike(), v.get(1), v.get(2)))),
                  in);
          assertThat(made.equals(expected)).isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"I32", "I64", "BOOL", "F16"})
  void rowsOfOtherTypesAreTakenFromAndAddedTo(DType dtype) {
    int rows = 60;
    int width = 9;
    NdArray x = Cpu.random(1, rows, width).convert(DType.I32).convert(dtype);
    NdArray indices = indices(DType.I64, rows, width);
    NdArray z = Cpu.run(List.of(x, indices), v -> List.of(take(v.get(0), v.get(1)))).getFirst();
    for (int row = 0; row < rows; row++) {
      long at = indices.getLong(row);
      double outside = dtype.isFloat() ? Double.NaN : 0;
      double expected = at < 0 || at >= width ? outside : x.getDouble(row * width + (int) at);
      assertThat(z.getDouble(row)).isEqualTo(Double.valueOf(expected));
    }
    if (dtype != DType.BOOL) {
      NdArray updates = Cpu.random(2, rows).convert(DType.I32).convert(dtype);
      NdArray added =
          Cpu.run(
                  List.of(x, indices, updates),
                  v -> List.of(scatter(v.get(0), v.get(1), v.get(2)).add(v.get(0))))
              .getFirst();
      NdArray sums = scattered(x, indices, updates);
      for (int i = 0; i < rows * width; i++) {
        assertThat(added.getDouble(i)).isEqualTo(sums.getDouble(i) + x.getDouble(i));
      }
    }
  }

  @Test
  void rowsOfSeveralAxesAreRows() {
    NdArray x = rows(DType.F32, 30, 7);
    NdArray targets = indices(DType.I32, 30, 7);
    NdArray weights = updates(DType.F32, 30);
    List<NdArray> flat =
        Cpu.run(
            List.of(x, targets, weights),
            v -> {
              Tensor s = scatter(v.get(0).zerosLike(), v.get(1), v.get(2));
              return crossEntropy(v.get(0), v.get(1), s);
            });
    List<NdArray> deep =
        Cpu.run(
            List.of(x, targets, weights),
            v -> {
              Tensor a = v.get(0).reshape(5, 2, 3, 7);
              Tensor index = v.get(1).reshape(5, 2, 3);
              Tensor s = scatter(a.zerosLike(), index, v.get(2).reshape(5, 2, 3));
              List<Tensor> z = crossEntropy(a, index, s);
              return List.of(z.get(0).reshape(30), z.get(1).reshape(30, 7), z.get(2));
            });
    assertThat(deep.equals(flat)).isTrue();
  }

  @Test
  void slicesOfAScanAreRows() {
    int length = 4;
    int rows = 6;
    int width = 33;
    NdArray x = rows(DType.F32, length * rows, width);
    NdArray targets = indices(DType.I64, length * rows, width);
    NdArray weights = updates(DType.F32, length * rows);
    List<NdArray> whole =
        Cpu.run(
            List.of(x, targets, weights),
            v -> {
              Tensor s = scatter(v.get(0).zerosLike(), v.get(1), v.get(2));
              return crossEntropy(v.get(0), v.get(1), s).subList(0, 2);
            });
    List<NdArray> scanned =
        Cpu.run(
            List.of(x, targets, weights),
            v -> {
              List<Tensor> ys =
                  ControlFlow.scan(
                          List.of(v.get(0).constant(DType.F32, 0)),
                          List.of(
                              v.get(0).reshape(length, rows, width),
                              v.get(1).reshape(length, rows),
                              v.get(2).reshape(length, rows)),
                          length,
                          false,
                          (carries, in) -> {
                            Tensor s = scatter(in.get(0).zerosLike(), in.get(1), in.get(2));
                            List<Tensor> z = crossEntropy(in.get(0), in.get(1), s);
                            return new ControlFlow.Scanned(carries, z.subList(0, 2));
                          })
                      .ys();
              return List.of(
                  ys.get(0).reshape(length * rows), ys.get(1).reshape(length * rows, width));
            });
    assertThat(scanned.equals(whole)).isTrue();
  }

  @Test
  void logProbabilitiesThatOnlyTheTargetsAreReadOfAreInNoMemory() {
    int rows = 64;
    for (int width : new int[] {100, 1024, 5000}) {
      List<NdArray> in = List.of(rows(DType.F32, rows, width), indices(DType.I32, rows, width));
      var program =
          Cpu.program(
              Cpu.graph(in, v -> List.of(take(v.get(0).logSoftmax(-1), v.get(1)).neg().mean())));
      assertThat(program.frameBytes()).isLessThan(16L * rows * 8);
    }
  }

  @Test
  void aGradientMakesNoMatrixOfWhatItScatters() {
    int rows = 64;
    int width = 1000;
    List<NdArray> in =
        List.of(
            rows(DType.F32, rows, width),
            indices(DType.I32, rows, width),
            updates(DType.F32, rows));
    var program =
        Cpu.program(
            Cpu.graph(
                in,
                v ->
                    crossEntropy(
                        v.get(0), v.get(1), scatter(v.get(0).zerosLike(), v.get(1), v.get(2)))));
    assertThat(program.frameBytes()).isLessThan(8L * rows * 8);
    assertThat(program.listing()).doesNotContain("scatter").doesNotContain("Layout");
  }

  @Test
  void aProductWhoseRowsOnlyOneElementIsTakenOfIsInNoMemory() {
    int rows = 480;
    int width = 128;
    List<NdArray> in =
        List.of(
            Cpu.random(1, rows, 256), Cpu.random(2, 256, width), indices(DType.I32, rows, width));
    Function<List<Tensor>, List<Tensor>> loss =
        v -> List.of(take(v.get(0).matmul(v.get(1)).logSoftmax(-1), v.get(2)));
    // The packed right matrix, and no rows.
    assertThat(Cpu.program(Cpu.graph(in, loss)).frameBytes()).isEqualTo(256L * width * 4);
    NdArray logits = Cpu.run(in, v -> List.of(v.get(0).matmul(v.get(1)).logSoftmax(-1))).getFirst();
    assertThat(Cpu.run(in, loss).getFirst().equals(taken(logits, in.get(2)))).isTrue();
  }

  @Test
  void indicesThatServeSeveralRowsOrSeveralElementsOfARowAreLeftAsTheyAre() {
    NdArray x = NdArray.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2);
    NdArray indices = NdArray.of(new int[] {1, 0}, 2, 1);
    Gather shared = new Gather(2, 1);
    NdArray taken =
        Cpu.run(
                List.of(x, indices),
                v -> List.of(v.get(0).apply(shared, List.of(v.get(0), v.get(1))).getFirst()))
            .getFirst();
    assertThat(taken.toDoubles()).containsExactly(2, 4, 5, 7);
    NdArray pairs = NdArray.of(new int[] {1, 1, 0, 2}, 2, 2);
    NdArray ones = NdArray.of(new float[] {1, 2, 3, 4}, 2, 2);
    NdArray added =
        Cpu.run(
                List.of(pairs, ones),
                v ->
                    v.get(1)
                        .apply(
                            new ScatterAdd(1, 1),
                            List.of(v.get(1).zerosLike(), v.get(0), v.get(1))))
            .getFirst();
    assertThat(added.toDoubles()).containsExactly(0, 3, 3, 0);
    assertThat(added.type()).isEqualTo(TensorType.of(DType.F32, 2, 2));
  }
}
