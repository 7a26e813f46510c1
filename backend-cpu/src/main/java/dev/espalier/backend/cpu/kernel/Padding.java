package dev.espalier.backend.cpu.kernel;

/**
 * Padding: each axis of a row-major array gets elements before, after and between; negative numbers
 * before and after cut off instead. The elements [from, to) of the result, counted in row-major
 * order, are written.
 */
public final class Padding {
  private Padding() {}

  /**
   * The length of a padded axis.
   *
   * @param length the axis before
   * @param low elements added before, or cut if negative
   * @param high elements added after, or cut if negative
   * @param interior elements added between neighbours, at least 0
   */
  public static int length(int length, int low, int high, int interior) {
    return Math.max(0, length + Math.max(0, length - 1) * interior + low + high);
  }

  /** The first place of an axis that comes from the operand, at or after the one given. */
  private static int firstFrom(int place, int low, int step) {
    int behind = Math.max(place - low, 0);
    return low + (behind + step - 1) / step * step;
  }

  /** The operand's offset of a row of the result, or -1 where the row is all padding. */
  private static int source(
      int row, int[] shape, int[] low, int[] interior, int[] padded, int last) {
    int offset = 0;
    int stride = shape[last];
    int rest = row;
    for (int i = last - 1; i >= 0; i--) {
      int place = rest % padded[i] - low[i];
      rest /= padded[i];
      int step = interior[i] + 1;
      if (place < 0 || place % step != 0 || place / step >= shape[i]) {
        return -1;
      }
      offset += place / step * stride;
      stride *= shape[i];
    }
    return offset;
  }

  /**
   * Pads x of the given shape with the value; the axes of the result are as {@link #length} says.
   */
  public static void pad(
      float[] x,
      int xo,
      int[] shape,
      float value,
      int[] low,
      int[] interior,
      int[] padded,
      float[] z,
      int zo,
      int from,
      int to) {
    int last = shape.length - 1;
    if (last < 0) {
      if (from < to) {
        z[zo] = x[xo];
      }
      return;
    }
    int inner = padded[last];
    int step = interior[last] + 1;
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int end = Math.min(inner, column + to - at);
      int base = zo + row * inner;
      for (int j = column; j < end; j++) {
        z[base + j] = value;
      }
      int start = source(row, shape, low, interior, padded, last);
      if (start >= 0) {
        for (int j = firstFrom(column, low[last], step); j < end; j += step) {
          int i = (j - low[last]) / step;
          if (i >= shape[last]) {
            break;
          }
          z[base + j] = x[xo + start + i];
        }
      }
      at += end - column;
    }
  }

  /**
   * Pads x of the given shape with the value; the axes of the result are as {@link #length} says.
   */
  public static void pad(
      double[] x,
      int xo,
      int[] shape,
      double value,
      int[] low,
      int[] interior,
      int[] padded,
      double[] z,
      int zo,
      int from,
      int to) {
    int last = shape.length - 1;
    if (last < 0) {
      if (from < to) {
        z[zo] = x[xo];
      }
      return;
    }
    int inner = padded[last];
    int step = interior[last] + 1;
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int end = Math.min(inner, column + to - at);
      int base = zo + row * inner;
      for (int j = column; j < end; j++) {
        z[base + j] = value;
      }
      int start = source(row, shape, low, interior, padded, last);
      if (start >= 0) {
        for (int j = firstFrom(column, low[last], step); j < end; j += step) {
          int i = (j - low[last]) / step;
          if (i >= shape[last]) {
            break;
          }
          z[base + j] = x[xo + start + i];
        }
      }
      at += end - column;
    }
  }

  /**
   * Pads x of the given shape with the value; the axes of the result are as {@link #length} says.
   */
  public static void pad(
      int[] x,
      int xo,
      int[] shape,
      int value,
      int[] low,
      int[] interior,
      int[] padded,
      int[] z,
      int zo,
      int from,
      int to) {
    int last = shape.length - 1;
    if (last < 0) {
      if (from < to) {
        z[zo] = x[xo];
      }
      return;
    }
    int inner = padded[last];
    int step = interior[last] + 1;
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int end = Math.min(inner, column + to - at);
      int base = zo + row * inner;
      for (int j = column; j < end; j++) {
        z[base + j] = value;
      }
      int start = source(row, shape, low, interior, padded, last);
      if (start >= 0) {
        for (int j = firstFrom(column, low[last], step); j < end; j += step) {
          int i = (j - low[last]) / step;
          if (i >= shape[last]) {
            break;
          }
          z[base + j] = x[xo + start + i];
        }
      }
      at += end - column;
    }
  }

  /**
   * Pads x of the given shape with the value; the axes of the result are as {@link #length} says.
   */
  public static void pad(
      long[] x,
      int xo,
      int[] shape,
      long value,
      int[] low,
      int[] interior,
      int[] padded,
      long[] z,
      int zo,
      int from,
      int to) {
    int last = shape.length - 1;
    if (last < 0) {
      if (from < to) {
        z[zo] = x[xo];
      }
      return;
    }
    int inner = padded[last];
    int step = interior[last] + 1;
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int end = Math.min(inner, column + to - at);
      int base = zo + row * inner;
      for (int j = column; j < end; j++) {
        z[base + j] = value;
      }
      int start = source(row, shape, low, interior, padded, last);
      if (start >= 0) {
        for (int j = firstFrom(column, low[last], step); j < end; j += step) {
          int i = (j - low[last]) / step;
          if (i >= shape[last]) {
            break;
          }
          z[base + j] = x[xo + start + i];
        }
      }
      at += end - column;
    }
  }

  /**
   * Pads x of the given shape with the value; the axes of the result are as {@link #length} says.
   */
  public static void pad(
      short[] x,
      int xo,
      int[] shape,
      short value,
      int[] low,
      int[] interior,
      int[] padded,
      short[] z,
      int zo,
      int from,
      int to) {
    int last = shape.length - 1;
    if (last < 0) {
      if (from < to) {
        z[zo] = x[xo];
      }
      return;
    }
    int inner = padded[last];
    int step = interior[last] + 1;
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int end = Math.min(inner, column + to - at);
      int base = zo + row * inner;
      for (int j = column; j < end; j++) {
        z[base + j] = value;
      }
      int start = source(row, shape, low, interior, padded, last);
      if (start >= 0) {
        for (int j = firstFrom(column, low[last], step); j < end; j += step) {
          int i = (j - low[last]) / step;
          if (i >= shape[last]) {
            break;
          }
          z[base + j] = x[xo + start + i];
        }
      }
      at += end - column;
    }
  }

  /**
   * Pads x of the given shape with the value; the axes of the result are as {@link #length} says.
   */
  public static void pad(
      byte[] x,
      int xo,
      int[] shape,
      byte value,
      int[] low,
      int[] interior,
      int[] padded,
      byte[] z,
      int zo,
      int from,
      int to) {
    int last = shape.length - 1;
    if (last < 0) {
      if (from < to) {
        z[zo] = x[xo];
      }
      return;
    }
    int inner = padded[last];
    int step = interior[last] + 1;
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int end = Math.min(inner, column + to - at);
      int base = zo + row * inner;
      for (int j = column; j < end; j++) {
        z[base + j] = value;
      }
      int start = source(row, shape, low, interior, padded, last);
      if (start >= 0) {
        for (int j = firstFrom(column, low[last], step); j < end; j += step) {
          int i = (j - low[last]) / step;
          if (i >= shape[last]) {
            break;
          }
          z[base + j] = x[xo + start + i];
        }
      }
      at += end - column;
    }
  }
}
