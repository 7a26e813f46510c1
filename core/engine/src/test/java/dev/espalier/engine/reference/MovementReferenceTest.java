package dev.espalier.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Concat;
import dev.espalier.api.ir.DynamicSlice;
import dev.espalier.api.ir.DynamicUpdateSlice;
import dev.espalier.api.ir.Gather;
import dev.espalier.api.ir.Iota;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Pad;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.ir.ScatterAdd;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class MovementReferenceTest {
  private static final NdArray MATRIX = NdArray.of(new int[] {1, 2, 3, 4, 5, 6}, 2, 3);

  private static NdArray one(Op op, NdArray... in) {
    return Reference.evaluate(op, List.of(in)).getFirst();
  }

  private static NdArray ints(int... values) {
    return NdArray.of(values, values.length);
  }

  @Test
  void axesAreRepeatedPermutedAndReversed() {
    assertThat(one(new Broadcast(Shape.of(2, 2), List.of(0)), ints(1, 2)))
        .isEqualTo(NdArray.of(new int[] {1, 1, 2, 2}, 2, 2));
    assertThat(one(new Broadcast(Shape.of(2, 2), List.of(1)), ints(1, 2)))
        .isEqualTo(NdArray.of(new int[] {1, 2, 1, 2}, 2, 2));
    assertThat(one(new Transpose(List.of(1, 0)), MATRIX))
        .isEqualTo(NdArray.of(new int[] {1, 4, 2, 5, 3, 6}, 3, 2));
    NdArray cube = NdArray.of(new int[] {0, 1, 2, 3, 4, 5}, 1, 2, 3);
    assertThat(one(new Transpose(List.of(2, 0, 1)), cube))
        .isEqualTo(NdArray.of(new int[] {0, 3, 1, 4, 2, 5}, 3, 1, 2));
    assertThat(one(new Reverse(List.of(1)), MATRIX))
        .isEqualTo(NdArray.of(new int[] {3, 2, 1, 6, 5, 4}, 2, 3));
    assertThat(one(new Iota(TensorType.of(DType.BF16, 2, 2), 0)).toDoubles())
        .containsExactly(0, 0, 1, 1);
  }

  @Test
  void partsAreCutPaddedAndJoined() {
    assertThat(one(new Slice(List.of(0, 0), List.of(2, 3), List.of(1, 2)), MATRIX))
        .isEqualTo(NdArray.of(new int[] {1, 3, 4, 6}, 2, 2));
    assertThat(
            one(new Pad(List.of(1), List.of(2), List.of(1)), ints(1, 2), NdArray.of(new int[] {9})))
        .isEqualTo(ints(9, 1, 9, 2, 9, 9));
    assertThat(one(new Concat(1), MATRIX, NdArray.of(new int[] {7, 8}, 2, 1)))
        .isEqualTo(NdArray.of(new int[] {1, 2, 3, 7, 4, 5, 6, 8}, 2, 4));
  }

  @Test
  void dynamicStartsAreClamped() {
    NdArray x = ints(0, 1, 2, 3, 4);
    long[] starts = {Long.MIN_VALUE, -1, 2, 4, Long.MAX_VALUE};
    int[] clamped = {0, 0, 2, 3, 3};
    for (int i = 0; i < starts.length; i++) {
      int at = clamped[i];
      assertThat(one(new DynamicSlice(Shape.of(2)), x, NdArray.scalar(starts[i])))
          .isEqualTo(ints(at, at + 1));
      int[] updated = {0, 1, 2, 3, 4};
      updated[at] = 8;
      updated[at + 1] = 9;
      assertThat(one(new DynamicUpdateSlice(), x, ints(8, 9), NdArray.scalar(starts[i])))
          .isEqualTo(ints(updated));
    }
    assertThat(x).isEqualTo(ints(0, 1, 2, 3, 4));
  }

  @Test
  void anIndexOutsideGathersNothing() {
    NdArray indices = ints(2, -1, 3, 0);
    assertThat(one(new Gather(1, 0), MATRIX, indices))
        .isEqualTo(NdArray.of(new int[] {3, 0, 0, 1, 6, 0, 0, 4}, 2, 4));
    assertThat(one(new Gather(0, 0), NdArray.of(new float[] {1, 2, 3}, 3), indices).toDoubles())
        .containsExactly(3, Double.NaN, Double.NaN, 1);
    NdArray truths = NdArray.of(new boolean[] {true, true, true}, 3);
    assertThat(one(new Gather(0, 0), truths, indices).toLongs()).containsExactly(1, 0, 0, 1);
    assertThat(one(new Gather(0, 0), MATRIX, NdArray.scalar(1L << 32)).toLongs())
        .containsExactly(0, 0, 0);
  }

  @Test
  void aGatherWithBatchTakesFromItsOwnRow() {
    NdArray indices = NdArray.of(new long[] {2, 0, 1, 1}, 2, 2);
    assertThat(one(new Gather(1, 1), MATRIX, indices))
        .isEqualTo(NdArray.of(new int[] {3, 1, 5, 5}, 2, 2));
  }

  @Test
  void updatesOfOnePlaceAddUpAndThoseOutsideAreDropped() {
    NdArray sums =
        one(new ScatterAdd(0, 0), ints(1, 1, 1), ints(2, 2, -1, 3, 0), ints(1, 2, 4, 8, 16));
    assertThat(sums).isEqualTo(ints(17, 1, 4));
    NdArray rows =
        one(
            new ScatterAdd(1, 1),
            MATRIX,
            NdArray.of(new long[] {0, 0, 2, 1}, 2, 2),
            NdArray.of(new int[] {10, 20, 30, 40}, 2, 2));
    assertThat(rows).isEqualTo(NdArray.of(new int[] {31, 2, 3, 4, 45, 36}, 2, 3));
  }

  @Test
  void movementKeepsTheBitsOfNotANumber() {
    int[] bits = {0x7fc00001, 0xffc12345, 0x7f800001};
    NdArray x =
        NdArray.wrap(
            TensorType.of(DType.F32, 3),
            new float[] {
              Float.intBitsToFloat(bits[0]),
              Float.intBitsToFloat(bits[1]),
              Float.intBitsToFloat(bits[2])
            });
    NdArray truth = NdArray.of(new boolean[] {true, false, true}, 3);
    assertThat(one(new Reverse(List.of(0)), one(new Reverse(List.of(0)), x))).isEqualTo(x);
    assertThat(one(new Select(), truth, x, x)).isEqualTo(x);
    assertThat(one(new Gather(0, 0), x, ints(0, 1, 2))).isEqualTo(x);
  }
}
