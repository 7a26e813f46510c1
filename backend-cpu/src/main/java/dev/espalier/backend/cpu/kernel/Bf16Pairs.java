package dev.espalier.backend.cpu.kernel;

import static jdk.incubator.vector.VectorOperators.L2I;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.NE;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * Packed panels of BF16 numbers, two of a column in the bits of a float: the first in the upper
 * half, zero for a second that is not there.
 *
 * <p>Flat code, so that no vector is ever boxed.
 */
final class Bf16Pairs {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> SI = IntVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /**
   * Rows of pairs that are written into one panel after the other, so that both sides stay near.
   */
  private static final int CHUNK = 8;

  private static final int UPPER = 0xffff0000;
  private static final int QUIET = 0x00400000;
  private static final int HALF = 0x7fff;

  private Bf16Pairs() {}

  /** Rows of pairs of a panel of so many rows. */
  static int count(int rows) {
    return (rows + 1) / 2;
  }

  /**
   * Whole panels of a matrix of adjacent columns. A row of pairs is written by whole vectors, of
   * which the last may reach into the next row, which is written after it; so the last is written
   * by elements where a panel is not as wide as vectors, and so are all where the last vector would
   * reach further.
   *
   * @param step from a row to the next
   * @param columns a multiple of the width
   */
  static void adjacent(
      float[] from, int xo, int step, int rows, int columns, float[] to, int offset, int width) {
    int reach = (width + L - 1) / L * L;
    int whole = rows / 2;
    for (int k = 0; k < whole; k += CHUNK) {
      int toPair = Math.min(whole, k + CHUNK);
      for (int j = 0; j < columns; j += width) {
        int f = xo + 2 * k * step + j;
        int t = offset + j * rows + k * width;
        int byVectors = reach == width ? toPair : Math.min(toPair, whole - 1);
        if (reach > 2 * width || f + (2 * (byVectors - k) - 1) * step + reach > from.length) {
          byVectors = k;
        }
        for (int p = k; p < byVectors; p++) {
          for (int i = 0; i < reach; i += L) {
            FloatVector x = FloatVector.fromArray(S, from, f + i);
            FloatVector y = FloatVector.fromArray(S, from, f + step + i);
            IntVector a = x.reinterpretAsInts();
            IntVector b = y.reinterpretAsInts();
            IntVector first = a.add(a.lanewise(LSHR, 16).and(1)).add(HALF);
            IntVector second = b.add(b.lanewise(LSHR, 16).and(1)).add(HALF);
            first = first.blend(a.or(QUIET), x.compare(NE, x).cast(SI)).and(UPPER);
            second = second.blend(b.or(QUIET), y.compare(NE, y).cast(SI)).lanewise(LSHR, 16);
            first.or(second).reinterpretAsFloats().intoArray(to, t + i);
          }
          f += 2 * step;
          t += width;
        }
        for (int p = byVectors; p < toPair; p++) {
          for (int i = 0; i < width; i++) {
            to[t + i] = pair(from[f + i], from[f + step + i]);
          }
          f += 2 * step;
          t += width;
        }
      }
    }
    for (int j = 0; rows % 2 != 0 && j < columns; j++) {
      int t = offset + j / width * width * rows + whole * width + j % width;
      to[t] = pair(from[xo + (rows - 1) * step + j], 0);
    }
  }

  /** Adjacent elements in pairs, {@code to[t + i] = pair(from[f + 2 i], from[f + 2 i + 1])}. */
  static void row(float[] from, int f, float[] to, int t, int pairs) {
    int i = 0;
    for (; i + L / 2 <= pairs; i += L / 2) {
      FloatVector x = FloatVector.fromArray(S, from, f + 2 * i);
      IntVector a = x.reinterpretAsInts();
      IntVector rounded = a.add(a.lanewise(LSHR, 16).and(1)).add(HALF);
      LongVector both = rounded.blend(a.or(QUIET), x.compare(NE, x).cast(SI)).reinterpretAsLongs();
      LongVector pair = both.and(0xffff0000L).or(both.lanewise(LSHR, 48));
      ((IntVector) pair.convertShape(L2I, SI, 0))
          .reinterpretAsFloats()
          .intoArray(to, t + i, FirstLanes.floats(L / 2));
    }
    for (; i < pairs; i++) {
      to[t + i] = pair(from[f + 2 * i], from[f + 2 * i + 1]);
    }
  }

  private static float pair(float first, float second) {
    int upper = HalfPrecision.floatToBf16(first) << 16;
    int lower = HalfPrecision.floatToBf16(second) & 0xffff;
    return Float.intBitsToFloat(upper | lower);
  }

  /**
   * Rounds panels that stand one after the other, each into its first half.
   *
   * @param rows of a panel
   * @param panels how many
   * @param width columns of a panel
   */
  static void round(float[] array, int offset, int rows, int panels, int width) {
    for (int i = 0; i < panels; i++) {
      round(array, offset + i * rows * width, array, offset + i * rows * width, rows, width);
    }
  }

  /**
   * Rounds a panel, {@code to[t + k * width + i] = pair(from[f + 2 k width + i], from[f + (2 k + 1)
   * width + i])}.
   *
   * @param t where the pairs go: in the same array not behind the panel's start
   * @param width columns
   */
  static void round(float[] from, int f, float[] to, int t, int rows, int width) {
    if (width % L == 0) {
      wide(from, f, to, t, rows / 2, width);
    } else {
      narrow(from, f, to, t, rows / 2, width);
    }
    if (rows % 2 != 0) {
      int last = f + (rows - 1) * width;
      int end = t + rows / 2 * width;
      for (int i = 0; i < width; i++) {
        to[end + i] = pair(from[last + i], 0);
      }
    }
  }

  /** Rows of pairs to twice as many rows in their place, the first of a pair before the second. */
  static void split(float[] array, int offset, int rows, int width) {
    for (int k = rows - 1; k >= 0; k--) {
      int from = offset + k * width;
      int to = from + k * width;
      for (int i = 0; i < width; i++) {
        int pair = Float.floatToRawIntBits(array[from + i]);
        array[to + i] = Float.intBitsToFloat(pair & UPPER);
        array[to + width + i] = Float.intBitsToFloat(pair << 16);
      }
    }
  }

  private static void wide(float[] from, int f, float[] to, int t, int pairs, int width) {
    for (int k = 0; k < pairs; k++) {
      for (int i = 0; i < width; i += L) {
        FloatVector x = FloatVector.fromArray(S, from, f + i);
        FloatVector y = FloatVector.fromArray(S, from, f + width + i);
        IntVector a = x.reinterpretAsInts();
        IntVector b = y.reinterpretAsInts();
        IntVector first = a.add(a.lanewise(LSHR, 16).and(1)).add(HALF);
        IntVector second = b.add(b.lanewise(LSHR, 16).and(1)).add(HALF);
        first = first.blend(a.or(QUIET), x.compare(NE, x).cast(SI)).and(UPPER);
        second = second.blend(b.or(QUIET), y.compare(NE, y).cast(SI)).lanewise(LSHR, 16);
        first.or(second).reinterpretAsFloats().intoArray(to, t + i);
      }
      f += 2 * width;
      t += width;
    }
  }

  private static void narrow(float[] from, int f, float[] to, int t, int pairs, int width) {
    for (int k = 0; k < pairs; k++) {
      for (int i = 0; i < width; i += L) {
        VectorMask<Float> there = FirstLanes.floats(width - i);
        FloatVector x = FloatVector.fromArray(S, from, f + i, there);
        FloatVector y = FloatVector.fromArray(S, from, f + width + i, there);
        IntVector a = x.reinterpretAsInts();
        IntVector b = y.reinterpretAsInts();
        IntVector first = a.add(a.lanewise(LSHR, 16).and(1)).add(HALF);
        IntVector second = b.add(b.lanewise(LSHR, 16).and(1)).add(HALF);
        first = first.blend(a.or(QUIET), x.compare(NE, x).cast(SI)).and(UPPER);
        second = second.blend(b.or(QUIET), y.compare(NE, y).cast(SI)).lanewise(LSHR, 16);
        first.or(second).reinterpretAsFloats().intoArray(to, t + i, there);
      }
      f += 2 * width;
      t += width;
    }
  }
}
