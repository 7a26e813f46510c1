package dev.espalier.backend.cpu.kernel;

/**
 * Rows added into a table by index. An index outside the table leaves its row out; rows for one
 * place are added in the order of the indices, whatever the partition of the table among threads.
 */
public final class RowScatter {
  private RowScatter() {}

  /**
   * {@code z[index[i], :] += x[i, :]} for i below count, as far as it concerns rows [from, to) of
   * z.
   */
  public static void add(
      float[] x,
      int xo,
      int count,
      int length,
      int[] index,
      int io,
      float[] z,
      int zo,
      int from,
      int to) {
    for (int i = 0; i < count; i++) {
      int row = index[io + i];
      if (row >= from && row < to) {
        int at = zo + Math.toIntExact(row) * length;
        FloatArithmetic.add(z, at, x, xo + i * length, z, at, length);
      }
    }
  }

  /**
   * {@code z[index[i], :] += x[i, :]} for i below count, as far as it concerns rows [from, to) of
   * z.
   */
  public static void add(
      float[] x,
      int xo,
      int count,
      int length,
      long[] index,
      int io,
      float[] z,
      int zo,
      int from,
      int to) {
    for (int i = 0; i < count; i++) {
      long row = index[io + i];
      if (row >= from && row < to) {
        int at = zo + Math.toIntExact(row) * length;
        FloatArithmetic.add(z, at, x, xo + i * length, z, at, length);
      }
    }
  }

  /**
   * {@code z[index[i], :] += x[i, :]} for i below count, as far as it concerns rows [from, to) of
   * z.
   */
  public static void add(
      double[] x,
      int xo,
      int count,
      int length,
      int[] index,
      int io,
      double[] z,
      int zo,
      int from,
      int to) {
    for (int i = 0; i < count; i++) {
      int row = index[io + i];
      if (row >= from && row < to) {
        int at = zo + Math.toIntExact(row) * length;
        DoubleArithmetic.add(z, at, x, xo + i * length, z, at, length);
      }
    }
  }

  /**
   * {@code z[index[i], :] += x[i, :]} for i below count, as far as it concerns rows [from, to) of
   * z.
   */
  public static void add(
      double[] x,
      int xo,
      int count,
      int length,
      long[] index,
      int io,
      double[] z,
      int zo,
      int from,
      int to) {
    for (int i = 0; i < count; i++) {
      long row = index[io + i];
      if (row >= from && row < to) {
        int at = zo + Math.toIntExact(row) * length;
        DoubleArithmetic.add(z, at, x, xo + i * length, z, at, length);
      }
    }
  }

  /**
   * {@code z[index[i], :] += x[i, :]} for i below count, as far as it concerns rows [from, to) of
   * z.
   */
  public static void add(
      int[] x,
      int xo,
      int count,
      int length,
      int[] index,
      int io,
      int[] z,
      int zo,
      int from,
      int to) {
    for (int i = 0; i < count; i++) {
      int row = index[io + i];
      if (row >= from && row < to) {
        int at = zo + Math.toIntExact(row) * length;
        IntArithmetic.add(z, at, x, xo + i * length, z, at, length);
      }
    }
  }

  /**
   * {@code z[index[i], :] += x[i, :]} for i below count, as far as it concerns rows [from, to) of
   * z.
   */
  public static void add(
      int[] x,
      int xo,
      int count,
      int length,
      long[] index,
      int io,
      int[] z,
      int zo,
      int from,
      int to) {
    for (int i = 0; i < count; i++) {
      long row = index[io + i];
      if (row >= from && row < to) {
        int at = zo + Math.toIntExact(row) * length;
        IntArithmetic.add(z, at, x, xo + i * length, z, at, length);
      }
    }
  }

  /**
   * {@code z[index[i], :] += x[i, :]} for i below count, as far as it concerns rows [from, to) of
   * z.
   */
  public static void add(
      long[] x,
      int xo,
      int count,
      int length,
      int[] index,
      int io,
      long[] z,
      int zo,
      int from,
      int to) {
    for (int i = 0; i < count; i++) {
      int row = index[io + i];
      if (row >= from && row < to) {
        int at = zo + Math.toIntExact(row) * length;
        LongArithmetic.add(z, at, x, xo + i * length, z, at, length);
      }
    }
  }

  /**
   * {@code z[index[i], :] += x[i, :]} for i below count, as far as it concerns rows [from, to) of
   * z.
   */
  public static void add(
      long[] x,
      int xo,
      int count,
      int length,
      long[] index,
      int io,
      long[] z,
      int zo,
      int from,
      int to) {
    for (int i = 0; i < count; i++) {
      long row = index[io + i];
      if (row >= from && row < to) {
        int at = zo + Math.toIntExact(row) * length;
        LongArithmetic.add(z, at, x, xo + i * length, z, at, length);
      }
    }
  }
}
