package dev.espalier.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.ArgMax;
import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.ir.Sort;
import dev.espalier.api.ir.TopK;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReductionReferenceTest {
  private static final double NAN = Double.NaN;

  private static NdArray one(Op op, NdArray... in) {
    return Reference.evaluate(op, List.of(in)).getFirst();
  }

  private static NdArray doubles(double... values) {
    return NdArray.of(values, values.length);
  }

  @Test
  void nothingReducesToTheNeutralElement() {
    double[] floats = {0, 1, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY};
    long[] ints = {0, 1, Integer.MIN_VALUE, Integer.MAX_VALUE};
    long[] longs = {0, 1, Long.MIN_VALUE, Long.MAX_VALUE};
    Reduce.Kind[] kinds = {Reduce.Kind.SUM, Reduce.Kind.PROD, Reduce.Kind.MAX, Reduce.Kind.MIN};
    for (int i = 0; i < 4; i++) {
      Reduce op = new Reduce(kinds[i], List.of(0));
      for (DType dtype : List.of(DType.F32, DType.F64, DType.BF16, DType.F16)) {
        assertThat(one(op, NdArray.filled(TensorType.of(dtype, 0), 0)).getDouble(0))
            .isEqualTo(floats[i]);
      }
      assertThat(one(op, NdArray.of(new int[0], 0)).getLong(0)).isEqualTo(ints[i]);
      assertThat(one(op, NdArray.of(new long[0], 0)).getLong(0)).isEqualTo(longs[i]);
    }
    NdArray none = NdArray.of(new boolean[0], 0);
    assertThat(one(new Reduce(Reduce.Kind.AND, List.of(0)), none).getLong(0)).isEqualTo(1);
    assertThat(one(new Reduce(Reduce.Kind.OR, List.of(0)), none).getLong(0)).isZero();
  }

  @Test
  void eachAxisIsSummedOut() {
    NdArray x = NdArray.of(new int[] {1, 2, 3, 4, 5, 6}, 2, 3);
    assertThat(one(new Reduce(Reduce.Kind.SUM, List.of(0)), x))
        .isEqualTo(NdArray.of(new int[] {5, 7, 9}, 3));
    assertThat(one(new Reduce(Reduce.Kind.SUM, List.of(1)), x))
        .isEqualTo(NdArray.of(new int[] {6, 15}, 2));
    assertThat(one(new Reduce(Reduce.Kind.PROD, List.of(1, 0)), x))
        .isEqualTo(NdArray.of(new int[] {720}));
    assertThat(one(new Reduce(Reduce.Kind.MAX, List.of()), x)).isEqualTo(x);
    NdArray max = NdArray.of(new int[] {Integer.MAX_VALUE, 1}, 2);
    assertThat(one(new Reduce(Reduce.Kind.SUM, List.of(0)), max).getLong(0))
        .isEqualTo(Integer.MIN_VALUE);
  }

  @Test
  void oneNotANumberMakesTheExtremeOne() {
    assertThat(one(new Reduce(Reduce.Kind.MAX, List.of(0)), doubles(1, NAN, 3)).getDouble(0))
        .isNaN();
    assertThat(one(new Cumulative(Cumulative.Kind.MIN, 0, false), doubles(3, 1, NAN, 0)))
        .isEqualTo(doubles(3, 1, NAN, NAN));
  }

  @Test
  void sumsOfNarrowFloatsAccumulateInDouble() {
    NdArray x = NdArray.filled(TensorType.of(DType.BF16, 1000), 1);
    assertThat(one(new Reduce(Reduce.Kind.SUM, List.of(0)), x).getDouble(0)).isEqualTo(1000);
  }

  @Test
  void runningSumsGoEitherWay() {
    NdArray x = NdArray.of(new int[] {1, 2, 3, 4, 5, 6}, 2, 3);
    assertThat(one(new Cumulative(Cumulative.Kind.SUM, 1, false), x))
        .isEqualTo(NdArray.of(new int[] {1, 3, 6, 4, 9, 15}, 2, 3));
    assertThat(one(new Cumulative(Cumulative.Kind.SUM, 1, true), x))
        .isEqualTo(NdArray.of(new int[] {6, 5, 3, 15, 11, 6}, 2, 3));
    assertThat(one(new Cumulative(Cumulative.Kind.PROD, 0, true), x))
        .isEqualTo(NdArray.of(new int[] {4, 10, 18, 4, 5, 6}, 2, 3));
  }

  @Test
  void argMaxTakesTheFirstOfEqualsAndTheFirstNotANumber() {
    assertThat(one(new ArgMax(0), doubles(1, 3, 3, 2)).getLong(0)).isEqualTo(1);
    assertThat(one(new ArgMax(0), doubles(1, NAN, 9, NAN)).getLong(0)).isEqualTo(1);
    assertThat(one(new ArgMax(0), doubles(-0.0, 0.0)).getLong(0)).isZero();
    NdArray x = NdArray.of(new int[] {1, 5, 3, 4, 2, 6}, 2, 3);
    assertThat(one(new ArgMax(0), x)).isEqualTo(NdArray.of(new int[] {1, 0, 1}, 3));
    assertThat(one(new ArgMax(1), x)).isEqualTo(NdArray.of(new int[] {1, 2}, 2));
  }

  @Test
  void sortOrdersZerosAndPutsNotANumberLast() {
    NdArray x = doubles(0.0, NAN, -0.0, 1, Double.NEGATIVE_INFINITY);
    assertThat(one(new Sort(0, false), x))
        .isEqualTo(doubles(Double.NEGATIVE_INFINITY, -0.0, 0.0, 1, NAN));
    assertThat(one(new Sort(0, true), x))
        .isEqualTo(doubles(NAN, 1, 0.0, -0.0, Double.NEGATIVE_INFINITY));
  }

  @Test
  void equalKeysKeepTheirOrderBothWays() {
    NdArray keys = NdArray.of(new int[] {1, 0, 1, 0, 1}, 5);
    NdArray payload = NdArray.of(new long[] {10, 11, 12, 13, 14}, 5);
    assertThat(Reference.evaluate(new Sort(0, false), List.of(keys, payload)).get(1).toLongs())
        .containsExactly(11, 13, 10, 12, 14);
    assertThat(Reference.evaluate(new Sort(0, true), List.of(keys, payload)).get(1).toLongs())
        .containsExactly(10, 12, 14, 11, 13);
  }

  @Test
  void sortAlongAnAxisLeavesTheOthers() {
    NdArray x = NdArray.of(new int[] {3, 1, 2, 0, 5, 4}, 3, 2);
    assertThat(one(new Sort(0, false), x))
        .isEqualTo(NdArray.of(new int[] {2, 0, 3, 1, 5, 4}, 3, 2));
    assertThat(one(new Sort(1, false), x))
        .isEqualTo(NdArray.of(new int[] {1, 3, 0, 2, 4, 5}, 3, 2));
  }

  @Test
  void topKIsTheHeadOfADescendingSort() {
    NdArray x = NdArray.of(new double[] {1, 3, 3, NAN, 0, 7, 5, 7}, 2, 4);
    List<NdArray> top = Reference.evaluate(new TopK(2), List.of(x));
    assertThat(top.get(0)).isEqualTo(NdArray.of(new double[] {NAN, 3, 7, 7}, 2, 2));
    assertThat(top.get(1)).isEqualTo(NdArray.of(new int[] {3, 1, 1, 3}, 2, 2));
    assertThat(Reference.evaluate(new TopK(0), List.of(x)).get(0).type())
        .isEqualTo(TensorType.of(DType.F64, 2, 0));
  }
}
