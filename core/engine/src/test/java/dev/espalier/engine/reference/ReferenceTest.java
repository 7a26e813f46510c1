package dev.espalier.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.ArgMax;
import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Cond;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Gather;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.ir.ScatterAdd;
import dev.espalier.api.ir.Sort;
import dev.espalier.api.ir.TopK;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Indexing, order, reductions, products and control, by their definitions. */
final class ReferenceTest {
  private static final double NAN = Double.NaN;
  private static final TensorType F32 = TensorType.of(DType.F32);

  private static Graph binary(String name, Binary.Kind kind) {
    return Graph.trace(name, List.of(F32, F32), in -> in.get(0).apply(new Binary(kind), in));
  }

  private static NdArray f32(double value) {
    return NdArray.scalar(DType.F32, value);
  }

  @Test
  void aGatherTakesEachBatchsOwnEntriesAndNaNOutside() {
    NdArray x = Samples.random(new Random(1), DType.F64, 2, 3, 4, 2);
    NdArray at = NdArray.of(new long[] {3, -1, 0, 4, 1, 1L << 32}, 2, 3);
    NdArray y = Samples.one(new Gather(2, 1), x, at);
    assertThat(y.type().shape()).isEqualTo(Shape.of(2, 3, 3, 2));
    NdArray wanted =
        Samples.build(
            DType.F64,
            y.type().shape(),
            i -> {
              long n = at.getLong(i[0] * 3 + i[2]);
              return n < 0 || n > 3 ? NAN : Samples.get(x, i[0], i[1], (int) n, i[3]);
            });
    assertThat(y.toDoubles()).containsExactly(wanted.toDoubles());
    NdArray ints = Samples.one(new Gather(0, 0), NdArray.of(new int[] {7}, 1), at);
    assertThat(ints.toLongs()).containsExactly(0, 0, 7, 0, 0, 0);
  }

  @Test
  void aScatterAddsEveryUpdateInsideAndNoneOutside() {
    NdArray x = NdArray.of(new int[] {1, 2, 3, 10, 20, 30}, 2, 3);
    NdArray at = NdArray.of(new int[] {1, 1, 5, 0, -1, 2}, 2, 3);
    NdArray updates = NdArray.of(new int[] {5, 6, 7, 8, 9, Integer.MAX_VALUE}, 2, 3);
    assertThat(Samples.one(new ScatterAdd(1, 1), x, at, updates))
        .isEqualTo(NdArray.of(new int[] {1, 13, 3, 18, 20, Integer.MIN_VALUE + 29}, 2, 3));
  }

  @Test
  void orderKnowsNaNSignedZerosAndTies() {
    NdArray x = Samples.of(DType.F32, 2, NAN, 0.0, -0.0, 2, -5, NAN);
    NdArray place = NdArray.of(new int[] {0, 1, 2, 3, 4, 5, 6}, 7);
    assertThat(Samples.all(new Sort(0, false), x, place).get(1).toLongs())
        .containsExactly(5, 3, 2, 0, 4, 1, 6);
    assertThat(Samples.all(new Sort(0, true), x, place).get(1).toLongs())
        .containsExactly(1, 6, 0, 4, 2, 3, 5);
    assertThat(Samples.all(new TopK(5), x).get(1).toLongs()).containsExactly(1, 6, 0, 4, 2);
    assertThat(Samples.one(new ArgMax(0), x).getLong(0)).isEqualTo(1);
    NdArray zeros = Samples.of(DType.F32, -1, -0.0, 0.0);
    assertThat(Samples.one(new ArgMax(0), zeros).getLong(0)).isEqualTo(1);
  }

  @Test
  void aReductionOverNothingIsTheNeutralElement() {
    NdArray none = NdArray.of(new float[0], 2, 0);
    double inf = Double.POSITIVE_INFINITY;
    double[] neutral = {0, 1, -inf, inf};
    Reduce.Kind[] kinds = {
      Reduce.Kind.SUM, Reduce.Kind.PROD, Reduce.Kind.MAX, Reduce.Kind.MIN,
    };
    for (int i = 0; i < kinds.length; i++) {
      NdArray y = Samples.one(new Reduce(kinds[i], List.of(1)), none);
      assertThat(y.toDoubles()).containsExactly(neutral[i], neutral[i]);
    }
    NdArray longs = NdArray.of(new long[0], 0);
    assertThat(Samples.one(new Reduce(Reduce.Kind.MAX, List.of(0)), longs).getLong(0))
        .isEqualTo(Long.MIN_VALUE);
    NdArray bools = NdArray.of(new boolean[0], 0);
    assertThat(Samples.one(new Reduce(Reduce.Kind.AND, List.of(0)), bools).getLong(0)).isOne();
    assertThat(Samples.one(new Reduce(Reduce.Kind.OR, List.of(0)), bools).getLong(0)).isZero();
  }

  @Test
  void runningCombinationsGoBothWaysAndKeepNaN() {
    NdArray x = Samples.of(DType.F64, 1, 3, 2, NAN, 5);
    assertThat(Samples.one(new Cumulative(Cumulative.Kind.MAX, 0, false), x).toDoubles())
        .containsExactly(1, 3, 3, NAN, NAN);
    assertThat(Samples.one(new Cumulative(Cumulative.Kind.SUM, 0, true), x).toDoubles())
        .containsExactly(NAN, NAN, NAN, NAN, 5);
    NdArray i = NdArray.of(new int[] {1, 2, 3, 4}, 2, 2);
    assertThat(Samples.one(new Cumulative(Cumulative.Kind.PROD, 0, true), i).toLongs())
        .containsExactly(3, 8, 3, 4);
  }

  @Test
  void aDotSumsOverPairsOfAxesInStepOverTheBatch() {
    Random random = new Random(2);
    NdArray x = Samples.integral(random, DType.F32, 2, 3, 4, 5);
    NdArray y = Samples.integral(random, DType.F32, 5, 6, 3, 2);
    // Batch 3, contracted 2 and 5, free 4 and 6.
    NdArray z = Samples.one(new Dot(List.of(1), List.of(2), List.of(0, 3), List.of(3, 0)), x, y);
    NdArray wanted =
        Samples.build(
            DType.F32,
            Shape.of(3, 4, 6),
            i -> {
              double sum = 0;
              for (int p = 0; p < 2; p++) {
                for (int q = 0; q < 5; q++) {
                  sum += Samples.get(x, p, i[0], i[1], q) * Samples.get(y, q, i[2], i[0], p);
                }
              }
              return sum;
            });
    assertThat(z.toDoubles()).containsExactly(wanted.toDoubles());
  }

  @Test
  void aConvolutionIsItsFormulaInTwoDimensions() {
    Random random = new Random(3);
    for (int draw = 0; draw < 20; draw++) {
      int groups = 1 + random.nextInt(2);
      int[] s = Samples.extents(random, 2, 1, 3);
      int[] low = Samples.extents(random, 2, 0, 2);
      int[] high = Samples.extents(random, 2, 0, 2);
      int[] spread = Samples.extents(random, 2, 1, 2);
      int[] kd = Samples.extents(random, 2, 1, 2);
      NdArray x = Samples.integral(random, DType.F32, 2, groups * 2, 5, 4);
      NdArray w = Samples.integral(random, DType.F32, groups * 3, 2, 2, 3);
      NdArray y =
          Samples.one(
              new Convolution(
                  Samples.ints(s),
                  Samples.ints(low),
                  Samples.ints(high),
                  Samples.ints(spread),
                  Samples.ints(kd),
                  groups),
              x,
              w);
      for (int[] i : Samples.indices(y.type().shape())) {
        double sum = 0;
        for (int c = 0; c < 2; c++) {
          for (int a = 0; a < 2; a++) {
            for (int b = 0; b < 3; b++) {
              int row = i[2] * s[0] + a * kd[0] - low[0];
              int column = i[3] * s[1] + b * kd[1] - low[1];
              boolean hit = row >= 0 && column >= 0;
              hit &= row % spread[0] == 0 && column % spread[1] == 0;
              hit &= row / spread[0] < 5 && column / spread[1] < 4;
              if (hit) {
                sum +=
                    Samples.get(x, i[0], i[1] / 3 * 2 + c, row / spread[0], column / spread[1])
                        * Samples.get(w, i[1], c, a, b);
              }
            }
          }
        }
        assertThat(Samples.get(y, i)).isEqualTo(sum);
      }
    }
  }

  @Test
  void aScanHandsItsCarryOnInEitherDirectionAndNotAtAllOverNothing() {
    Graph body =
        Graph.trace(
            "body",
            List.of(F32, F32),
            in -> {
              var sum = in.get(0).apply(new Binary(Binary.Kind.ADD), in).getFirst();
              return List.of(sum, sum);
            });
    NdArray xs = Samples.of(DType.F32, 1, 2, 4);
    List<NdArray> forward = Samples.all(new Scan(body, 3, false, 0, 1), f32(10), xs);
    assertThat(forward.get(0).getDouble(0)).isEqualTo(17);
    assertThat(forward.get(1).toDoubles()).containsExactly(11, 13, 17);
    List<NdArray> back = Samples.all(new Scan(body, 3, true, 0, 1), f32(10), xs);
    assertThat(back.get(1).toDoubles()).containsExactly(17, 16, 14);
    List<NdArray> none =
        Samples.all(new Scan(body, 0, false, 0, 1), f32(10), Samples.of(DType.F32));
    assertThat(none.get(0).getDouble(0)).isEqualTo(10);
    assertThat(none.get(1).type().shape()).isEqualTo(Shape.of(0));
  }

  @Test
  void loopsBranchesAndCompositesRunTheirGraphs() {
    Graph product = binary("product", Binary.Kind.MUL);
    Graph sum = binary("sum", Binary.Kind.ADD);
    Graph below =
        Graph.trace(
            "below",
            List.of(F32, F32),
            in ->
                in.get(0)
                    .apply(new Compare(Compare.Kind.LT), List.of(in.get(1), square(in.get(0)))));
    // The constant 3 multiplies the carry while that is below its square.
    assertThat(Samples.one(new While(below, product, 1), f32(3), f32(1)).getDouble(0)).isEqualTo(9);
    assertThat(Samples.one(new While(below, product, 1), f32(3), f32(50)).getDouble(0))
        .isEqualTo(50);
    Cond cond = new Cond(product, sum);
    for (boolean holds : new boolean[] {true, false}) {
      NdArray found = Samples.one(cond, NdArray.of(new boolean[] {holds}), f32(3), f32(4));
      assertThat(found.getDouble(0)).isEqualTo(holds ? 12 : 7);
    }
    Composite composite = new Composite("sum", sum, new Composite.OfBody());
    assertThat(Samples.one(composite, f32(3), f32(4)).getDouble(0)).isEqualTo(7);
  }

  private static Tensor square(Tensor x) {
    return x.apply(new Binary(Binary.Kind.MUL), List.of(x, x)).getFirst();
  }

  @Test
  void theOracleKeepsWhatNarrowTypesRoundAway() {
    Graph sum = binary("sum", Binary.Kind.ADD);
    List<NdArray> in = List.of(f32(1), f32(0x1p-40));
    assertThat(Reference.run(sum, in).getFirst()).isEqualTo(f32(1));
    assertThat(Reference.runInF64(sum, in).getFirst())
        .isEqualTo(NdArray.scalar(DType.F64, 1 + 0x1p-40));
  }
}
