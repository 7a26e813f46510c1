package dev.espalier.backend.cpu.kernel;

/**
 * The position of the largest or smallest element along the middle axis of [outer, reduce, inner],
 * for the elements [from, to) of the result [outer, inner]: the first one on ties; a NaN counts as
 * more extreme than any number, and the first NaN wins. The axis has at least one element.
 */
public final class ArgReduction {
  private ArgReduction() {}

  /** The position of the largest element. */
  public static void argMax(
      float[] x, int xo, int reduce, int inner, int[] z, int zo, int from, int to) {
    for (int i = from; i < to; i++) {
      int start = xo + i / inner * reduce * inner + i % inner;
      float best = x[start];
      int position = 0;
      for (int r = 1; r < reduce; r++) {
        float v = x[start + r * inner];
        if (v > best || (Float.isNaN(v) && !Float.isNaN(best))) {
          best = v;
          position = r;
        }
      }
      z[zo + i] = position;
    }
  }

  /** The position of the smallest element. */
  public static void argMin(
      float[] x, int xo, int reduce, int inner, int[] z, int zo, int from, int to) {
    for (int i = from; i < to; i++) {
      int start = xo + i / inner * reduce * inner + i % inner;
      float best = x[start];
      int position = 0;
      for (int r = 1; r < reduce; r++) {
        float v = x[start + r * inner];
        if (v < best || (Float.isNaN(v) && !Float.isNaN(best))) {
          best = v;
          position = r;
        }
      }
      z[zo + i] = position;
    }
  }

  /** The position of the largest element. */
  public static void argMax(
      double[] x, int xo, int reduce, int inner, int[] z, int zo, int from, int to) {
    for (int i = from; i < to; i++) {
      int start = xo + i / inner * reduce * inner + i % inner;
      double best = x[start];
      int position = 0;
      for (int r = 1; r < reduce; r++) {
        double v = x[start + r * inner];
        if (v > best || (Double.isNaN(v) && !Double.isNaN(best))) {
          best = v;
          position = r;
        }
      }
      z[zo + i] = position;
    }
  }

  /** The position of the smallest element. */
  public static void argMin(
      double[] x, int xo, int reduce, int inner, int[] z, int zo, int from, int to) {
    for (int i = from; i < to; i++) {
      int start = xo + i / inner * reduce * inner + i % inner;
      double best = x[start];
      int position = 0;
      for (int r = 1; r < reduce; r++) {
        double v = x[start + r * inner];
        if (v < best || (Double.isNaN(v) && !Double.isNaN(best))) {
          best = v;
          position = r;
        }
      }
      z[zo + i] = position;
    }
  }

  /** The position of the largest element. */
  public static void argMax(
      int[] x, int xo, int reduce, int inner, int[] z, int zo, int from, int to) {
    for (int i = from; i < to; i++) {
      int start = xo + i / inner * reduce * inner + i % inner;
      int best = x[start];
      int position = 0;
      for (int r = 1; r < reduce; r++) {
        int v = x[start + r * inner];
        if (v > best) {
          best = v;
          position = r;
        }
      }
      z[zo + i] = position;
    }
  }

  /** The position of the smallest element. */
  public static void argMin(
      int[] x, int xo, int reduce, int inner, int[] z, int zo, int from, int to) {
    for (int i = from; i < to; i++) {
      int start = xo + i / inner * reduce * inner + i % inner;
      int best = x[start];
      int position = 0;
      for (int r = 1; r < reduce; r++) {
        int v = x[start + r * inner];
        if (v < best) {
          best = v;
          position = r;
        }
      }
      z[zo + i] = position;
    }
  }

  /** The position of the largest element. */
  public static void argMax(
      long[] x, int xo, int reduce, int inner, int[] z, int zo, int from, int to) {
    for (int i = from; i < to; i++) {
      int start = xo + i / inner * reduce * inner + i % inner;
      long best = x[start];
      int position = 0;
      for (int r = 1; r < reduce; r++) {
        long v = x[start + r * inner];
        if (v > best) {
          best = v;
          position = r;
        }
      }
      z[zo + i] = position;
    }
  }

  /** The position of the smallest element. */
  public static void argMin(
      long[] x, int xo, int reduce, int inner, int[] z, int zo, int from, int to) {
    for (int i = from; i < to; i++) {
      int start = xo + i / inner * reduce * inner + i % inner;
      long best = x[start];
      int position = 0;
      for (int r = 1; r < reduce; r++) {
        long v = x[start + r * inner];
        if (v < best) {
          best = v;
          position = r;
        }
      }
      z[zo + i] = position;
    }
  }
}
