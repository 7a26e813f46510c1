package dev.espalier.backend.cpu.kernel;

/**
 * Running sums, products, maxima and minima along the middle axis of [outer, length, inner], each
 * element included in its own result; floats run in doubles.
 *
 * <p>A line is one index of [outer, inner]; lines [from, to) are computed. With {@code reverse} a
 * line runs from its end. The result may be written over the operand.
 */
public final class Cumulative {
  private Cumulative() {}

  /** The running sum. */
  public static void sum(
      float[] x,
      int xo,
      int length,
      int inner,
      boolean reverse,
      float[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int start = line / inner * length * inner + line % inner;
      int step = reverse ? -inner : inner;
      int at = reverse ? start + (length - 1) * inner : start;
      double running = 0;
      for (int r = 0; r < length; r++) {
        running = running + x[xo + at];
        z[zo + at] = (float) running;
        at += step;
      }
    }
  }

  /** The running product. */
  public static void prod(
      float[] x,
      int xo,
      int length,
      int inner,
      boolean reverse,
      float[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int start = line / inner * length * inner + line % inner;
      int step = reverse ? -inner : inner;
      int at = reverse ? start + (length - 1) * inner : start;
      double running = 1;
      for (int r = 0; r < length; r++) {
        running = running * x[xo + at];
        z[zo + at] = (float) running;
        at += step;
      }
    }
  }

  /** The running maximum. */
  public static void max(
      float[] x,
      int xo,
      int length,
      int inner,
      boolean reverse,
      float[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int start = line / inner * length * inner + line % inner;
      int step = reverse ? -inner : inner;
      int at = reverse ? start + (length - 1) * inner : start;
      double running = Double.NEGATIVE_INFINITY;
      for (int r = 0; r < length; r++) {
        running = Math.max(running, x[xo + at]);
        z[zo + at] = (float) running;
        at += step;
      }
    }
  }

  /** The running minimum. */
  public static void min(
      float[] x,
      int xo,
      int length,
      int inner,
      boolean reverse,
      float[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int start = line / inner * length * inner + line % inner;
      int step = reverse ? -inner : inner;
      int at = reverse ? start + (length - 1) * inner : start;
      double running = Double.POSITIVE_INFINITY;
      for (int r = 0; r < length; r++) {
        running = Math.min(running, x[xo + at]);
        z[zo + at] = (float) running;
        at += step;
      }
    }
  }

  /** The running sum. */
  public static void sum(
      double[] x,
      int xo,
      int length,
      int inner,
      boolean reverse,
      double[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int start = line / inner * length * inner + line % inner;
      int step = reverse ? -inner : inner;
      int at = reverse ? start + (length - 1) * inner : start;
      double running = 0;
      for (int r = 0; r < length; r++) {
        running = running + x[xo + at];
        z[zo + at] = running;
        at += step;
      }
    }
  }

  /** The running product. */
  public static void prod(
      double[] x,
      int xo,
      int length,
      int inner,
      boolean reverse,
      double[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int start = line / inner * length * inner + line % inner;
      int step = reverse ? -inner : inner;
      int at = reverse ? start + (length - 1) * inner : start;
      double running = 1;
      for (int r = 0; r < length; r++) {
        running = running * x[xo + at];
        z[zo + at] = running;
        at += step;
      }
    }
  }

  /** The running maximum. */
  public static void max(
      double[] x,
      int xo,
      int length,
      int inner,
      boolean reverse,
      double[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int start = line / inner * length * inner + line % inner;
      int step = reverse ? -inner : inner;
      int at = reverse ? start + (length - 1) * inner : start;
      double running = Double.NEGATIVE_INFINITY;
      for (int r = 0; r < length; r++) {
        running = Math.max(running, x[xo + at]);
        z[zo + at] = running;
        at += step;
      }
    }
  }

  /** The running minimum. */
  public static void min(
      double[] x,
      int xo,
      int length,
      int inner,
      boolean reverse,
      double[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int start = line / inner * length * inner + line % inner;
      int step = reverse ? -inner : inner;
      int at = reverse ? start + (length - 1) * inner : start;
      double running = Double.POSITIVE_INFINITY;
      for (int r = 0; r < length; r++) {
        running = Math.min(running, x[xo + at]);
        z[zo + at] = running;
        at += step;
      }
    }
  }

  /** The running sum. */
  public static void sum(
      int[] x, int xo, int length, int inner, boolean reverse, int[] z, int zo, int from, int to) {
    for (int line = from; line < to; line++) {
      int start = line / inner * length * inner + line % inner;
      int step = reverse ? -inner : inner;
      int at = reverse ? start + (length - 1) * inner : start;
      int running = 0;
      for (int r = 0; r < length; r++) {
        running = running + x[xo + at];
        z[zo + at] = running;
        at += step;
      }
    }
  }

  /** The running product. */
  public static void prod(
      int[] x, int xo, int length, int inner, boolean reverse, int[] z, int zo, int from, int to) {
    for (int line = from; line < to; line++) {
      int start = line / inner * length * inner + line % inner;
      int step = reverse ? -inner : inner;
      int at = reverse ? start + (length - 1) * inner : start;
      int running = 1;
      for (int r = 0; r < length; r++) {
        running = running * x[xo + at];
        z[zo + at] = running;
        at += step;
      }
    }
  }

  /** The running maximum. */
  public static void max(
      int[] x, int xo, int length, int inner, boolean reverse, int[] z, int zo, int from, int to) {
    for (int line = from; line < to; line++) {
      int start = line / inner * length * inner + line % inner;
      int step = reverse ? -inner : inner;
      int at = reverse ? start + (length - 1) * inner : start;
      int running = Integer.MIN_VALUE;
      for (int r = 0; r < length; r++) {
        running = Math.max(running, x[xo + at]);
        z[zo + at] = running;
        at += step;
      }
    }
  }

  /** The running minimum. */
  public static void min(
      int[] x, int xo, int length, int inner, boolean reverse, int[] z, int zo, int from, int to) {
    for (int line = from; line < to; line++) {
      int start = line / inner * length * inner + line % inner;
      int step = reverse ? -inner : inner;
      int at = reverse ? start + (length - 1) * inner : start;
      int running = Integer.MAX_VALUE;
      for (int r = 0; r < length; r++) {
        running = Math.min(running, x[xo + at]);
        z[zo + at] = running;
        at += step;
      }
    }
  }

  /** The running sum. */
  public static void sum(
      long[] x,
      int xo,
      int length,
      int inner,
      boolean reverse,
      long[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int start = line / inner * length * inner + line % inner;
      int step = reverse ? -inner : inner;
      int at = reverse ? start + (length - 1) * inner : start;
      long running = 0;
      for (int r = 0; r < length; r++) {
        running = running + x[xo + at];
        z[zo + at] = running;
        at += step;
      }
    }
  }

  /** The running product. */
  public static void prod(
      long[] x,
      int xo,
      int length,
      int inner,
      boolean reverse,
      long[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int start = line / inner * length * inner + line % inner;
      int step = reverse ? -inner : inner;
      int at = reverse ? start + (length - 1) * inner : start;
      long running = 1;
      for (int r = 0; r < length; r++) {
        running = running * x[xo + at];
        z[zo + at] = running;
        at += step;
      }
    }
  }

  /** The running maximum. */
  public static void max(
      long[] x,
      int xo,
      int length,
      int inner,
      boolean reverse,
      long[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int start = line / inner * length * inner + line % inner;
      int step = reverse ? -inner : inner;
      int at = reverse ? start + (length - 1) * inner : start;
      long running = Long.MIN_VALUE;
      for (int r = 0; r < length; r++) {
        running = Math.max(running, x[xo + at]);
        z[zo + at] = running;
        at += step;
      }
    }
  }

  /** The running minimum. */
  public static void min(
      long[] x,
      int xo,
      int length,
      int inner,
      boolean reverse,
      long[] z,
      int zo,
      int from,
      int to) {
    for (int line = from; line < to; line++) {
      int start = line / inner * length * inner + line % inner;
      int step = reverse ? -inner : inner;
      int at = reverse ? start + (length - 1) * inner : start;
      long running = Long.MAX_VALUE;
      for (int r = 0; r < length; r++) {
        running = Math.min(running, x[xo + at]);
        z[zo + at] = running;
        at += step;
      }
    }
  }
}
