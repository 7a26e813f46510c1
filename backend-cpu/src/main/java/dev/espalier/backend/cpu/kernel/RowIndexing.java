package dev.espalier.backend.cpu.kernel;

/**
 * Rows picked from a table by index, and rows added into one.
 *
 * <p>An index outside the table is clamped to its first or last row when gathering, and its row is
 * left out when scattering. Rows scattered to one place are added in the order of the indices,
 * whatever the partition.
 */
public final class RowIndexing {
  private RowIndexing() {}

  private static int clamp(long index, int rows) {
    return (int) Math.clamp(index, 0L, rows - 1L);
  }

  /**
   * Rows [from, to) of {@code z[i, :] = x[index[i], :]}, x having the given number of rows, at
   * least 1.
   */
  public static void gather(
      float[] x,
      int xo,
      int rows,
      int length,
      int[] index,
      int io,
      float[] z,
      int zo,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      int row = clamp(index[io + i], rows);
      if (length == 1) {
        z[zo + i] = x[xo + row];
      } else {
        System.arraycopy(x, xo + row * length, z, zo + i * length, length);
      }
    }
  }

  /**
   * Rows [from, to) of {@code z[i, :] = x[index[i], :]}, x having the given number of rows, at
   * least 1.
   */
  public static void gather(
      float[] x,
      int xo,
      int rows,
      int length,
      long[] index,
      int io,
      float[] z,
      int zo,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      int row = clamp(index[io + i], rows);
      if (length == 1) {
        z[zo + i] = x[xo + row];
      } else {
        System.arraycopy(x, xo + row * length, z, zo + i * length, length);
      }
    }
  }

  /**
   * Rows [from, to) of {@code z[i, :] = x[index[i], :]}, x having the given number of rows, at
   * least 1.
   */
  public static void gather(
      double[] x,
      int xo,
      int rows,
      int length,
      int[] index,
      int io,
      double[] z,
      int zo,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      int row = clamp(index[io + i], rows);
      if (length == 1) {
        z[zo + i] = x[xo + row];
      } else {
        System.arraycopy(x, xo + row * length, z, zo + i * length, length);
      }
    }
  }

  /**
   * Rows [from, to) of {@code z[i, :] = x[index[i], :]}, x having the given number of rows, at
   * least 1.
   */
  public static void gather(
      double[] x,
      int xo,
      int rows,
      int length,
      long[] index,
      int io,
      double[] z,
      int zo,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      int row = clamp(index[io + i], rows);
      if (length == 1) {
        z[zo + i] = x[xo + row];
      } else {
        System.arraycopy(x, xo + row * length, z, zo + i * length, length);
      }
    }
  }

  /**
   * Rows [from, to) of {@code z[i, :] = x[index[i], :]}, x having the given number of rows, at
   * least 1.
   */
  public static void gather(
      int[] x,
      int xo,
      int rows,
      int length,
      int[] index,
      int io,
      int[] z,
      int zo,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      int row = clamp(index[io + i], rows);
      if (length == 1) {
        z[zo + i] = x[xo + row];
      } else {
        System.arraycopy(x, xo + row * length, z, zo + i * length, length);
      }
    }
  }

  /**
   * Rows [from, to) of {@code z[i, :] = x[index[i], :]}, x having the given number of rows, at
   * least 1.
   */
  public static void gather(
      int[] x,
      int xo,
      int rows,
      int length,
      long[] index,
      int io,
      int[] z,
      int zo,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      int row = clamp(index[io + i], rows);
      if (length == 1) {
        z[zo + i] = x[xo + row];
      } else {
        System.arraycopy(x, xo + row * length, z, zo + i * length, length);
      }
    }
  }

  /**
   * Rows [from, to) of {@code z[i, :] = x[index[i], :]}, x having the given number of rows, at
   * least 1.
   */
  public static void gather(
      long[] x,
      int xo,
      int rows,
      int length,
      int[] index,
      int io,
      long[] z,
      int zo,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      int row = clamp(index[io + i], rows);
      if (length == 1) {
        z[zo + i] = x[xo + row];
      } else {
        System.arraycopy(x, xo + row * length, z, zo + i * length, length);
      }
    }
  }

  /**
   * Rows [from, to) of {@code z[i, :] = x[index[i], :]}, x having the given number of rows, at
   * least 1.
   */
  public static void gather(
      long[] x,
      int xo,
      int rows,
      int length,
      long[] index,
      int io,
      long[] z,
      int zo,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      int row = clamp(index[io + i], rows);
      if (length == 1) {
        z[zo + i] = x[xo + row];
      } else {
        System.arraycopy(x, xo + row * length, z, zo + i * length, length);
      }
    }
  }

  /**
   * Rows [from, to) of {@code z[i, :] = x[index[i], :]}, x having the given number of rows, at
   * least 1.
   */
  public static void gather(
      short[] x,
      int xo,
      int rows,
      int length,
      int[] index,
      int io,
      short[] z,
      int zo,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      int row = clamp(index[io + i], rows);
      if (length == 1) {
        z[zo + i] = x[xo + row];
      } else {
        System.arraycopy(x, xo + row * length, z, zo + i * length, length);
      }
    }
  }

  /**
   * Rows [from, to) of {@code z[i, :] = x[index[i], :]}, x having the given number of rows, at
   * least 1.
   */
  public static void gather(
      short[] x,
      int xo,
      int rows,
      int length,
      long[] index,
      int io,
      short[] z,
      int zo,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      int row = clamp(index[io + i], rows);
      if (length == 1) {
        z[zo + i] = x[xo + row];
      } else {
        System.arraycopy(x, xo + row * length, z, zo + i * length, length);
      }
    }
  }

  /**
   * Rows [from, to) of {@code z[i, :] = x[index[i], :]}, x having the given number of rows, at
   * least 1.
   */
  public static void gather(
      byte[] x,
      int xo,
      int rows,
      int length,
      int[] index,
      int io,
      byte[] z,
      int zo,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      int row = clamp(index[io + i], rows);
      if (length == 1) {
        z[zo + i] = x[xo + row];
      } else {
        System.arraycopy(x, xo + row * length, z, zo + i * length, length);
      }
    }
  }

  /**
   * Rows [from, to) of {@code z[i, :] = x[index[i], :]}, x having the given number of rows, at
   * least 1.
   */
  public static void gather(
      byte[] x,
      int xo,
      int rows,
      int length,
      long[] index,
      int io,
      byte[] z,
      int zo,
      int from,
      int to) {
    for (int i = from; i < to; i++) {
      int row = clamp(index[io + i], rows);
      if (length == 1) {
        z[zo + i] = x[xo + row];
      } else {
        System.arraycopy(x, xo + row * length, z, zo + i * length, length);
      }
    }
  }
}
