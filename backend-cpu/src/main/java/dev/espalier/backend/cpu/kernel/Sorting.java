package dev.espalier.backend.cpu.kernel;

import java.util.Arrays;

/**
 * Stable sorting along the middle axis of [outer, length, inner], given as the order of each line's
 * elements.
 *
 * <p>The order is total, that of {@link Double#compare}: -0 before 0, NaN after everything, all NaN
 * equal; descending is its reverse, and equal elements keep their places either way. A line is one
 * index of [outer, inner]; lines [from, to) are sorted.
 */
public final class Sorting {
  private Sorting() {}

  private static int start(int line, int length, int inner) {
    return line / inner * length * inner + line % inner;
  }

  /** The positions, along the axis, of the elements in sorted order. */
  public static void argSort(
      float[] x,
      int xo,
      int length,
      int inner,
      boolean descending,
      int[] order,
      int oo,
      int from,
      int to) {
    long[] keys = new long[length];
    for (int line = from; line < to; line++) {
      int base = start(line, length, inner);
      int at = xo + base;
      for (int i = 0; i < length; i++) {
        int key = key(x[at + i * inner]);
        keys[i] = (long) (descending ? ~key : key) << 32 | i;
      }
      Arrays.sort(keys);
      for (int i = 0; i < length; i++) {
        order[oo + base + i * inner] = (int) keys[i];
      }
    }
  }

  /** The positions, along the axis, of the elements in sorted order. */
  public static void argSort(
      int[] x,
      int xo,
      int length,
      int inner,
      boolean descending,
      int[] order,
      int oo,
      int from,
      int to) {
    long[] keys = new long[length];
    for (int line = from; line < to; line++) {
      int base = start(line, length, inner);
      int at = xo + base;
      for (int i = 0; i < length; i++) {
        int key = x[at + i * inner];
        keys[i] = (long) (descending ? ~key : key) << 32 | i;
      }
      Arrays.sort(keys);
      for (int i = 0; i < length; i++) {
        order[oo + base + i * inner] = (int) keys[i];
      }
    }
  }

  /** The positions, along the axis, of the elements in sorted order. */
  public static void argSort(
      double[] x,
      int xo,
      int length,
      int inner,
      boolean descending,
      int[] order,
      int oo,
      int from,
      int to) {
    long[] keys = new long[length];
    int[] places = new int[length];
    int[] spare = new int[length];
    for (int line = from; line < to; line++) {
      int base = start(line, length, inner);
      int at = xo + base;
      for (int i = 0; i < length; i++) {
        long key = key(x[at + i * inner]);
        keys[i] = descending ? ~key : key;
        places[i] = i;
      }
      int[] sorted = mergeSort(keys, places, spare);
      for (int i = 0; i < length; i++) {
        order[oo + base + i * inner] = sorted[i];
      }
    }
  }

  /** The positions, along the axis, of the elements in sorted order. */
  public static void argSort(
      long[] x,
      int xo,
      int length,
      int inner,
      boolean descending,
      int[] order,
      int oo,
      int from,
      int to) {
    long[] keys = new long[length];
    int[] places = new int[length];
    int[] spare = new int[length];
    for (int line = from; line < to; line++) {
      int base = start(line, length, inner);
      int at = xo + base;
      for (int i = 0; i < length; i++) {
        long key = x[at + i * inner];
        keys[i] = descending ? ~key : key;
        places[i] = i;
      }
      int[] sorted = mergeSort(keys, places, spare);
      for (int i = 0; i < length; i++) {
        order[oo + base + i * inner] = sorted[i];
      }
    }
  }

  /** Bits whose order as signed integers is that of {@link Float#compare}. */
  private static int key(float value) {
    int bits = Float.floatToIntBits(value);
    return bits ^ (bits >> 31 & 0x7fffffff);
  }

  private static long key(double value) {
    long bits = Double.doubleToLongBits(value);
    return bits ^ (bits >> 63 & 0x7fffffffffffffffL);
  }

  /**
   * Sorts the places by their keys, stably, from the bottom up; one of the two arrays is returned.
   */
  private static int[] mergeSort(long[] keys, int[] places, int[] spare) {
    int[] source = places;
    int[] target = spare;
    int n = keys.length;
    for (int width = 1; width < n; width = width > n / 2 ? n : width * 2) {
      for (int low = 0; low < n; low += 2 * width) {
        int middle = Math.min(low + width, n);
        int high = Math.min(middle + width, n);
        int left = low;
        int right = middle;
        for (int i = low; i < high; i++) {
          boolean takeLeft =
              left < middle && (right >= high || keys[source[left]] <= keys[source[right]]);
          target[i] = takeLeft ? source[left++] : source[right++];
        }
        if (high == n) {
          break;
        }
      }
      int[] swap = source;
      source = target;
      target = swap;
    }
    return source;
  }

  /**
   * Takes each line's elements in the order given: {@code z[o, i, j] = x[o, order[o, i, j], j]}.
   */
  public static void take(
      float[] x,
      int xo,
      int length,
      int inner,
      int[] order,
      int oo,
      float[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int base = start(line, length, inner);
      for (int i = 0; i < length; i++) {
        int at = base + i * inner;
        z[zo + at] = x[xo + base + order[oo + at] * inner];
      }
    }
  }

  /**
   * Takes each line's elements in the order given: {@code z[o, i, j] = x[o, order[o, i, j], j]}.
   */
  public static void take(
      double[] x,
      int xo,
      int length,
      int inner,
      int[] order,
      int oo,
      double[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int base = start(line, length, inner);
      for (int i = 0; i < length; i++) {
        int at = base + i * inner;
        z[zo + at] = x[xo + base + order[oo + at] * inner];
      }
    }
  }

  /**
   * Takes each line's elements in the order given: {@code z[o, i, j] = x[o, order[o, i, j], j]}.
   */
  public static void take(
      int[] x,
      int xo,
      int length,
      int inner,
      int[] order,
      int oo,
      int[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int base = start(line, length, inner);
      for (int i = 0; i < length; i++) {
        int at = base + i * inner;
        z[zo + at] = x[xo + base + order[oo + at] * inner];
      }
    }
  }

  /**
   * Takes each line's elements in the order given: {@code z[o, i, j] = x[o, order[o, i, j], j]}.
   */
  public static void take(
      long[] x,
      int xo,
      int length,
      int inner,
      int[] order,
      int oo,
      long[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int base = start(line, length, inner);
      for (int i = 0; i < length; i++) {
        int at = base + i * inner;
        z[zo + at] = x[xo + base + order[oo + at] * inner];
      }
    }
  }

  /**
   * Takes each line's elements in the order given: {@code z[o, i, j] = x[o, order[o, i, j], j]}.
   */
  public static void take(
      short[] x,
      int xo,
      int length,
      int inner,
      int[] order,
      int oo,
      short[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int base = start(line, length, inner);
      for (int i = 0; i < length; i++) {
        int at = base + i * inner;
        z[zo + at] = x[xo + base + order[oo + at] * inner];
      }
    }
  }

  /**
   * Takes each line's elements in the order given: {@code z[o, i, j] = x[o, order[o, i, j], j]}.
   */
  public static void take(
      byte[] x,
      int xo,
      int length,
      int inner,
      int[] order,
      int oo,
      byte[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int base = start(line, length, inner);
      for (int i = 0; i < length; i++) {
        int at = base + i * inner;
        z[zo + at] = x[xo + base + order[oo + at] * inner];
      }
    }
  }
}
