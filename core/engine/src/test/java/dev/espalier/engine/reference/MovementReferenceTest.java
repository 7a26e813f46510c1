package dev.espalier.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Concat;
import dev.espalier.api.ir.DynamicSlice;
import dev.espalier.api.ir.DynamicUpdateSlice;
import dev.espalier.api.ir.Iota;
import dev.espalier.api.ir.Pad;
import dev.espalier.api.ir.Reshape;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Each movement against its definition, index by index, on shapes that a fixed seed draws. */
final class MovementReferenceTest {
  private static final int DRAWS = 24;

  private static Random random(RepetitionInfo draw) {
    return new Random(1000 + draw.getCurrentRepetition());
  }

  private static DType dtype(RepetitionInfo draw) {
    List<DType> all = List.of(DType.values());
    return all.get(draw.getCurrentRepetition() % all.size());
  }

  private static int[] plus(int[] index, int[] by) {
    return IntStream.range(0, index.length).map(i -> index[i] + by[i]).toArray();
  }

  @RepeatedTest(DRAWS)
  void aTransposeMovesAxisPermutationOfIToI(RepetitionInfo draw) {
    Random random = random(draw);
    int rank = random.nextInt(5);
    NdArray x = Samples.random(random, dtype(draw), Samples.extents(random, rank, 0, 4));
    List<Integer> permutation = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    Collections.shuffle(permutation, random);
    NdArray y = Samples.one(new Transpose(permutation), x);
    for (int[] index : Samples.indices(y.type().shape())) {
      int[] from = new int[rank];
      for (int i = 0; i < rank; i++) {
        from[permutation.get(i)] = index[i];
      }
      assertThat(Samples.get(y, index)).isEqualTo(Samples.get(x, from));
    }
  }

  @RepeatedTest(DRAWS)
  void aBroadcastRepeatsAlongTheNewAxes(RepetitionInfo draw) {
    Random random = random(draw);
    int[] to = Samples.extents(random, random.nextInt(5), 0, 4);
    List<Integer> axes =
        IntStream.range(0, to.length).filter(i -> random.nextBoolean()).boxed().toList();
    NdArray x =
        Samples.random(random, dtype(draw), axes.stream().mapToInt(axis -> to[axis]).toArray());
    NdArray y = Samples.one(new Broadcast(Shape.of(to), axes), x);
    assertThat(y.type().shape()).isEqualTo(Shape.of(to));
    for (int[] index : Samples.indices(y.type().shape())) {
      int[] from = axes.stream().mapToInt(axis -> index[axis]).toArray();
      assertThat(Samples.get(y, index)).isEqualTo(Samples.get(x, from));
    }
  }

  @RepeatedTest(DRAWS)
  void aSliceTakesEveryStrideThFromTheStart(RepetitionInfo draw) {
    Random random = random(draw);
    int[] extents = Samples.extents(random, random.nextInt(4), 0, 6);
    NdArray x = Samples.random(random, dtype(draw), extents);
    int[] starts = Arrays.stream(extents).map(n -> random.nextInt(n + 1)).toArray();
    int[] limits =
        IntStream.range(0, extents.length)
            .map(i -> starts[i] + random.nextInt(extents[i] - starts[i] + 1))
            .toArray();
    int[] strides = Samples.extents(random, extents.length, 1, 3);
    NdArray y =
        Samples.one(
            new Slice(Samples.ints(starts), Samples.ints(limits), Samples.ints(strides)), x);
    int expected = 1;
    for (int i = 0; i < extents.length; i++) {
      int count = 0;
      for (int at = starts[i]; at < limits[i]; at += strides[i]) {
        count++;
      }
      expected *= count;
    }
    assertThat(y.type().shape().size()).isEqualTo(expected);
    for (int[] index : Samples.indices(y.type().shape())) {
      int[] from = new int[index.length];
      Arrays.setAll(from, i -> starts[i] + index[i] * strides[i]);
      assertThat(Samples.get(y, index)).isEqualTo(Samples.get(x, from));
    }
  }

  @RepeatedTest(DRAWS)
  void aPadPutsValuesBeforeBetweenAndAfter(RepetitionInfo draw) {
    Random random = random(draw);
    DType dtype = dtype(draw);
    int rank = random.nextInt(4);
    NdArray x = Samples.random(random, dtype, Samples.extents(random, rank, 0, 3));
    NdArray value = NdArray.scalar(dtype, 1);
    int[] low = Samples.extents(random, rank, 0, 2);
    int[] high = Samples.extents(random, rank, 0, 2);
    int[] interior = Samples.extents(random, rank, 0, 2);
    NdArray y =
        Samples.one(
            new Pad(Samples.ints(low), Samples.ints(high), Samples.ints(interior)), x, value);
    for (int[] index : Samples.indices(y.type().shape())) {
      int[] from = new int[rank];
      boolean inside = true;
      for (int i = 0; i < rank; i++) {
        int at = index[i] - low[i];
        from[i] = Math.floorDiv(at, interior[i] + 1);
        inside &= at % (interior[i] + 1) == 0 && at >= 0 && from[i] < x.type().shape().extent(i);
      }
      assertThat(Samples.get(y, index)).isEqualTo(inside ? Samples.get(x, from) : 1);
    }
  }

  @RepeatedTest(DRAWS)
  void aConcatenationHoldsItsOperandsInOrder(RepetitionInfo draw) {
    Random random = random(draw);
    int rank = 1 + random.nextInt(3);
    int axis = random.nextInt(rank);
    int[] extents = Samples.extents(random, rank, 0, 3);
    List<NdArray> parts = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      extents[axis] = random.nextInt(4);
      parts.add(Samples.random(random, dtype(draw), extents));
    }
    NdArray y = Reference.evaluate(new Concat(axis), parts).getFirst();
    int[] starts = new int[rank];
    for (NdArray part : parts) {
      for (int[] index : Samples.indices(part.type().shape())) {
        assertThat(Samples.get(y, plus(index, starts))).isEqualTo(Samples.get(part, index));
      }
      starts[axis] += part.type().shape().extent(axis);
    }
    assertThat(y.type().shape().extent(axis)).isEqualTo(starts[axis]);
  }

  @RepeatedTest(DRAWS)
  void aReversalCountsFromTheEndOfItsAxes(RepetitionInfo draw) {
    Random random = random(draw);
    int rank = random.nextInt(4);
    NdArray x = Samples.random(random, dtype(draw), Samples.extents(random, rank, 0, 4));
    List<Integer> axes =
        IntStream.range(0, rank).filter(i -> random.nextBoolean()).boxed().toList();
    NdArray y = Samples.one(new Reverse(axes), x);
    for (int[] index : Samples.indices(y.type().shape())) {
      int[] from = index.clone();
      axes.forEach(axis -> from[axis] = x.type().shape().extent(axis) - 1 - index[axis]);
      assertThat(Samples.get(y, index)).isEqualTo(Samples.get(x, from));
    }
    assertThat(Samples.one(new Reverse(axes), y)).isEqualTo(x);
  }

  @RepeatedTest(DRAWS)
  void dynamicStartsAreClampedSoThatThePartLiesInside(RepetitionInfo draw) {
    Random random = random(draw);
    DType dtype = dtype(draw);
    int[] extents = Samples.extents(random, random.nextInt(4), 0, 4);
    int[] sizes = Arrays.stream(extents).map(n -> random.nextInt(n + 1)).toArray();
    long[] choices = {Long.MIN_VALUE, -3, 0, 1, 2, 3, 1L << 32, Long.MAX_VALUE};
    NdArray x = Samples.random(random, dtype, extents);
    NdArray update = Samples.random(random, dtype, sizes);
    List<NdArray> starts = new ArrayList<>();
    int[] clamped = new int[extents.length];
    for (int i = 0; i < extents.length; i++) {
      long start = choices[random.nextInt(choices.length)];
      starts.add(NdArray.scalar(start));
      clamped[i] = (int) Math.max(0, Math.min(start, extents[i] - sizes[i]));
    }
    List<NdArray> operands = new ArrayList<>(List.of(x));
    operands.addAll(starts);
    NdArray part = Reference.evaluate(new DynamicSlice(Shape.of(sizes)), operands).getFirst();
    for (int[] index : Samples.indices(Shape.of(sizes))) {
      assertThat(Samples.get(part, index)).isEqualTo(Samples.get(x, plus(index, clamped)));
    }
    operands.add(1, update);
    NdArray whole = Reference.evaluate(new DynamicUpdateSlice(), operands).getFirst();
    double[] wanted = x.toDoubles();
    for (int[] index : Samples.indices(Shape.of(sizes))) {
      wanted[Samples.at(x.type().shape(), plus(index, clamped))] = Samples.get(update, index);
    }
    assertThat(whole.toDoubles()).containsExactly(wanted);
  }

  @Test
  void anUpdateLeavesItsOperandAsItWas() {
    NdArray x = NdArray.of(new int[] {1, 2, 3}, 3);
    NdArray y =
        Samples.one(new DynamicUpdateSlice(), x, NdArray.of(new int[] {9}, 1), NdArray.scalar(1));
    assertThat(x.toLongs()).containsExactly(1, 2, 3);
    assertThat(y.toLongs()).containsExactly(1, 9, 3);
  }

  @Test
  void anIotaCountsAlongItsAxisInEveryNumericType() {
    for (DType dtype : DType.values()) {
      if (dtype == DType.BOOL) {
        continue;
      }
      for (int axis = 0; axis < 3; axis++) {
        NdArray x = Samples.one(new Iota(TensorType.of(dtype, 2, 3, 4), axis));
        for (int[] index : Samples.indices(x.type().shape())) {
          assertThat(Samples.get(x, index)).isEqualTo(index[axis]);
        }
      }
    }
    NdArray long16 = Samples.one(new Iota(TensorType.of(DType.BF16, 260), 0));
    assertThat(long16.getDouble(257)).isEqualTo(256);
    assertThat(long16.getDouble(259)).isEqualTo(260);
  }

  @Test
  void aReshapeKeepsRowMajorOrder() {
    NdArray x = Samples.random(new Random(1), DType.F32, 4, 3, 2);
    NdArray y = Samples.one(new Reshape(Shape.of(2, 12)), x);
    assertThat(y.toDoubles()).containsExactly(x.toDoubles());
    NdArray one = Samples.one(new Reshape(Shape.SCALAR), NdArray.of(new float[] {5}, 1, 1));
    assertThat(one).isEqualTo(NdArray.of(new float[] {5}));
  }

  @Test
  void movementKeepsThePayloadOfANaN() {
    long payload = 0x7ff8dead0000beefL;
    NdArray x = NdArray.of(new double[] {Double.longBitsToDouble(payload), -0.0}, 2);
    NdArray y = Samples.one(new Reverse(List.of(0)), x);
    assertThat(Double.doubleToRawLongBits(y.getDouble(1))).isEqualTo(payload);
    assertThat(Double.doubleToRawLongBits(y.getDouble(0))).isEqualTo(Long.MIN_VALUE);
  }
}
