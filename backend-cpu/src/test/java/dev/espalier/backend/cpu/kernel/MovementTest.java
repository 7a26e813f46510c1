package dev.espalier.backend.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Copies, padding, rows, order and random bits against index arithmetic, for every partition. */
class MovementTest {
  private static int[] unravel(int e, int[] shape) {
    int[] index = new int[shape.length];
    int rest = e;
    for (int i = shape.length - 1; i >= 0; i--) {
      index[i] = rest % shape[i];
      rest /= shape[i];
    }
    return index;
  }

  private static int dot(int[] a, int[] b) {
    return IntStream.range(0, a.length).map(i -> a[i] * b[i]).sum();
  }

  @Test
  void anyStridedCopyFollowsItsStridesInAnyPartition() {
    Random random = new Random(20);
    for (int trial = 0; trial < 300; trial++) {
      int rank = random.nextInt(5);
      int[] shape = new int[rank];
      Arrays.setAll(shape, i -> random.nextInt(8) == 0 ? 40 : random.nextInt(6));
      int[] base = CopyPlan.rowMajor(shape);
      // The source: permuted axes, some reversed, some broadcast.
      Integer[] axes = IntStream.range(0, rank).boxed().toArray(Integer[]::new);
      java.util.Collections.shuffle(Arrays.asList(axes), random);
      int[] strides = new int[rank];
      int stride = 1;
      int offset = 2;
      for (int i = rank - 1; i >= 0; i--) {
        int a = axes[i];
        int kind = random.nextInt(6);
        strides[a] = kind == 0 ? 0 : kind == 1 ? -stride : stride;
        offset += kind == 1 ? stride * Math.max(0, shape[a] - 1) : 0;
        stride *= Math.max(1, shape[a]);
      }
      int[] x = new int[stride + 2 + offset];
      Arrays.setAll(x, i -> i);
      CopyPlan plan = CopyPlan.of(shape, strides, base);
      int size = plan.size();
      int[] z = new int[size + 3];
      int at = 0;
      while (at < size) {
        int to = Math.min(size, at + 1 + random.nextInt(size));
        StridedCopy.copy(plan, x, offset, z, 3, at, to);
        at = to;
      }
      for (int e = 0; e < size; e++) {
        assertThat(z[3 + e]).isEqualTo(x[offset + dot(unravel(e, shape), strides)]);
      }
    }
  }

  @Test
  void rowsAreAddedInOrder() {
    float[] sum = new float[6];
    long[] index = {2, 0, 2, 7, -1};
    float[] rows = {1, 2, 3, 4, 1e8f, 6, 7, 8, 9, 10};
    RowScatter.add(rows, 0, 5, 2, index, 0, sum, 0, 1, 3);
    RowScatter.add(rows, 0, 5, 2, index, 0, sum, 0, 0, 1);
    assertThat(sum).containsExactly(3, 4, 0, 0, 1f + 1e8f, 8);
  }

  @Test
  void iotaCountsAlongItsAxis() {
    int[] z = new int[12];
    Iota.fill(z, 0, 3, 2, 5, 12);
    Iota.fill(z, 0, 3, 2, 0, 5);
    assertThat(z).containsExactly(0, 0, 1, 1, 2, 2, 0, 0, 1, 1, 2, 2);
  }

  @Test
  void sortingIsStableAndTotal() {
    Random random = new Random(22);
    double[] pool = {
      0, -0.0, 1, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 2.5
    };
    for (int length : new int[] {1, 2, 3, 17, 64, 100}) {
      for (int inner : new int[] {1, 3}) {
        double[] x = new double[length * inner * 2];
        float[] f = new float[x.length];
        for (int i = 0; i < x.length; i++) {
          x[i] = random.nextBoolean() ? pool[random.nextInt(8)] : random.nextInt(10) - 5;
          f[i] = (float) x[i];
        }
        for (boolean descending : new boolean[] {false, true}) {
          int[] order = new int[x.length];
          int[] orderF = new int[x.length];
          Sorting.argSort(x, 0, length, inner, descending, order, 0, 0, 2 * inner);
          Sorting.argSort(f, 0, length, inner, descending, orderF, 0, 0, 2 * inner);
          assertThat(orderF).isEqualTo(order);
          double[] z = new double[x.length];
          Sorting.take(x, 0, length, inner, order, 0, z, 0, 0, 2 * inner);
          for (int line = 0; line < 2 * inner; line++) {
            int base = line / inner * length * inner + line % inner;
            Comparator<Integer> by =
                (a, b) -> Double.compare(x[base + a * inner], x[base + b * inner]);
            Integer[] expected = IntStream.range(0, length).boxed().toArray(Integer[]::new);
            Arrays.sort(expected, descending ? by.reversed() : by);
            for (int i = 0; i < length; i++) {
              assertThat(order[base + i * inner]).isEqualTo(expected[i]);
              assertThat(Double.compare(z[base + i * inner], x[base + expected[i] * inner]))
                  .isZero();
            }
          }
        }
      }
    }
  }

  @Test
  void philoxGivesThePublishedVectors() {
    int[] out = new int[4];
    Philox.block(0, 0, 0, out);
    assertThat(out).containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    Philox.block(-1, -1, -1, out);
    assertThat(out).containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    Philox.block(0x299f31d0a4093822L, 0x85a308d3243f6a88L, 0x0370734413198a2eL, out);
    assertThat(out).containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
  }

  @Test
  void randomBitsDoNotDependOnThePartition() {
    int[] whole = new int[103];
    Philox.fill(5, 9, 0, whole, 0, 0, 103);
    int[] parts = new int[103];
    for (int cut : new int[] {0, 1, 6, 50, 101}) {
      Philox.fill(5, 9, 0, parts, 0, cut, 103);
      Philox.fill(5, 9, 0, parts, 0, 0, cut);
      assertThat(parts).isEqualTo(whole);
    }
    int[] block = new int[4];
    Philox.block(5, 25, 9, block);
    assertThat(whole[102]).isEqualTo(block[2]);
    int[] far = new int[2];
    Philox.fill(5, 9, 1L << 40, far, 0, 1L << 40, (1L << 40) + 2);
    Philox.block(5, 1L << 38, 9, block);
    assertThat(far).containsExactly(block[0], block[1]);
  }
}
