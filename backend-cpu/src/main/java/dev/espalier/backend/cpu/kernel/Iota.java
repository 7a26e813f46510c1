package dev.espalier.backend.cpu.kernel;

/**
 * Counting along an axis: element (o, i, j) of [outer, length, inner] is i, for the elements [from,
 * to).
 */
public final class Iota {
  private Iota() {}

  /** Writes each element's position on the middle axis. */
  public static void fill(float[] z, int zo, int length, int inner, int from, int to) {
    int at = from;
    while (at < to) {
      int row = at / inner;
      int end = Math.min(to, (row + 1) * inner);
      float value = row % length;
      for (; at < end; at++) {
        z[zo + at] = value;
      }
    }
  }

  /** Writes each element's position on the middle axis. */
  public static void fill(double[] z, int zo, int length, int inner, int from, int to) {
    int at = from;
    while (at < to) {
      int row = at / inner;
      int end = Math.min(to, (row + 1) * inner);
      double value = row % length;
      for (; at < end; at++) {
        z[zo + at] = value;
      }
    }
  }

  /** Writes each element's position on the middle axis. */
  public static void fill(int[] z, int zo, int length, int inner, int from, int to) {
    int at = from;
    while (at < to) {
      int row = at / inner;
      int end = Math.min(to, (row + 1) * inner);
      int value = row % length;
      for (; at < end; at++) {
        z[zo + at] = value;
      }
    }
  }

  /** Writes each element's position on the middle axis. */
  public static void fill(long[] z, int zo, int length, int inner, int from, int to) {
    int at = from;
    while (at < to) {
      int row = at / inner;
      int end = Math.min(to, (row + 1) * inner);
      long value = row % length;
      for (; at < end; at++) {
        z[zo + at] = value;
      }
    }
  }
}
