package dev.espalier.backend.cpu.kernel;

import java.util.Arrays;

/**
 * Products of double matrices, {@code C = A B} or {@code C += A B}, by packed panels (Goto and van
 * de Geijn 2008).
 *
 * <p>A and B have any row and column strides, so a transpose costs nothing extra; the columns of C
 * are adjacent. Any tile of C can be computed by itself, in any thread with a {@link Workspace} of
 * its own: k is always cut into the same blocks and summed in order, so every element has the same
 * bits however C is cut up.
 */
public final class DoubleGemm {
  private static final int MR = DoubleTile.ROWS;
  private static final int NR = DoubleTile.COLUMNS;

  /** Depth of a panel: one panel of B stays in the first-level cache. */
  private static final int KC = 256;

  /** Rows of A packed at once, a multiple of 12: they stay in the second-level cache. */
  private static final int MC = 240;

  /** Columns of B packed at once. */
  private static final int NC = 1024;

  /** Rows a task should at least have, and a multiple of which keeps tiles whole. */
  public static final int ROW_STEP = MR;

  /** Columns a multiple of which keeps tiles whole. */
  public static final int COLUMN_STEP = NR;

  private DoubleGemm() {}

  /** Packing buffers of one worker; they grow to what the largest product needs and are reused. */
  public static final class Workspace {
    private double[] a = new double[0];
    private double[] b = new double[0];
    private final double[] tile = new double[MR * NR];

    /** Buffers that grow on first use. */
    public Workspace() {}

    private void reserve(int aSize, int bSize) {
      if (a.length < aSize) {
        a = new double[aSize];
      }
      if (b.length < bSize) {
        b = new double[bSize];
      }
    }
  }

  /**
   * A matrix inside an array: element (i, j) stands at {@code offset + i * rowStride + j *
   * columnStride}.
   */
  @SuppressWarnings("ArrayRecordComponent") // a view of an array, never compared
  public record Matrix(double[] array, int offset, int rowStride, int columnStride) {
    /** A matrix of adjacent rows of the given number of columns. */
    public static Matrix rows(double[] array, int offset, int columns) {
      return new Matrix(array, offset, columns, 1);
    }

    /** The same numbers with rows and columns exchanged. */
    public Matrix transposed() {
      return new Matrix(array, offset, columnStride, rowStride);
    }
  }

  /**
   * One tile of the product: rows [fromRow, toRow) and columns [fromColumn, toColumn) of C, for A
   * of k columns.
   *
   * @param c the result, of column stride 1
   * @param accumulate whether the product is added to what C holds
   * @param work the calling thread's buffers
   * @throws IllegalArgumentException if C's column stride is not 1
   */
  public static void multiply(
      Matrix a,
      Matrix b,
      Matrix c,
      int fromRow,
      int toRow,
      int fromColumn,
      int toColumn,
      int k,
      boolean accumulate,
      Workspace work) {
    if (c.columnStride != 1) {
      throw new IllegalArgumentException("columns of the result must be adjacent");
    }
    int m = toRow - fromRow;
    int n = toColumn - fromColumn;
    if (m <= 0 || n <= 0) {
      return;
    }
    int ao = a.offset + fromRow * a.rowStride;
    int bo = b.offset + fromColumn * b.columnStride;
    int co = c.offset + fromRow * c.rowStride + fromColumn;
    if (k == 0) {
      for (int i = 0; i < m && !accumulate; i++) {
        Arrays.fill(c.array, co + i * c.rowStride, co + i * c.rowStride + n, 0);
      }
      return;
    }
    int deep = Math.min(k, KC);
    work.reserve(
        roundUp(Math.min(m, MC), MR) * deep, roundUp(Math.min(n, roundUp(NC, NR)), NR) * deep);
    for (int jc = 0; jc < n; jc += NC) {
      int nc = Math.min(NC, n - jc);
      for (int pc = 0; pc < k; pc += KC) {
        int kc = Math.min(KC, k - pc);
        packB(b, bo + pc * b.rowStride + jc * b.columnStride, kc, nc, work.b);
        for (int ic = 0; ic < m; ic += MC) {
          int mc = Math.min(MC, m - ic);
          packA(a, ao + ic * a.rowStride + pc * a.columnStride, kc, mc, work.a);
          block(mc, nc, kc, c, co + ic * c.rowStride + jc, accumulate || pc > 0, work);
        }
      }
    }
  }

  private static int roundUp(int n, int step) {
    return (n + step - 1) / step * step;
  }

  private static void block(
      int mc, int nc, int kc, Matrix c, int co, boolean accumulate, Workspace work) {
    int stride = c.rowStride;
    for (int j = 0; j < nc; j += NR) {
      int columns = Math.min(NR, nc - j);
      for (int i = 0; i < mc; i += MR) {
        int rows = Math.min(MR, mc - i);
        int at = co + i * stride + j;
        if (rows == MR && columns == NR) {
          DoubleTile.multiply(kc, work.a, i * kc, work.b, j * kc, c.array, at, stride, accumulate);
        } else {
          edge(kc, work, i * kc, j * kc, c.array, at, stride, rows, columns, accumulate);
        }
      }
    }
  }

  /**
   * A tile that hangs over the edge of C: computed whole beside it, then as much as fits moved
   * over.
   */
  private static void edge(
      int kc,
      Workspace work,
      int ao,
      int bo,
      double[] c,
      int co,
      int stride,
      int rows,
      int columns,
      boolean accumulate) {
    double[] tile = work.tile;
    DoubleTile.multiply(kc, work.a, ao, work.b, bo, tile, 0, NR, false);
    for (int i = 0; i < rows; i++) {
      if (accumulate) {
        for (int j = 0; j < columns; j++) {
          c[co + i * stride + j] += tile[i * NR + j];
        }
      } else {
        System.arraycopy(tile, i * NR, c, co + i * stride, columns);
      }
    }
  }

  /** Panels of MR rows, {@code to[panel][k][row]}, zeros where there are no more rows. */
  private static void packA(Matrix a, int ao, int kc, int mc, double[] to) {
    for (int i = 0; i < mc; i += MR) {
      int rows = Math.min(MR, mc - i);
      int start = i * kc;
      if (rows < MR) {
        Arrays.fill(to, start, start + MR * kc, 0);
      }
      pack(a.array, ao + i * a.rowStride, a.rowStride, a.columnStride, rows, kc, to, start, MR);
    }
  }

  /** Panels of NR columns, {@code to[panel][k][column]}, zeros where there are no more columns. */
  private static void packB(Matrix b, int bo, int kc, int nc, double[] to) {
    for (int j = 0; j < nc; j += NR) {
      int columns = Math.min(NR, nc - j);
      int start = j * kc;
      if (columns < NR) {
        Arrays.fill(to, start, start + NR * kc, 0);
      }
      pack(
          b.array,
          bo + j * b.columnStride,
          b.columnStride,
          b.rowStride,
          columns,
          kc,
          to,
          start,
          NR);
    }
  }

  /** {@code to[k * width + i] = from[i * step + k * depthStep]} for i below count. */
  private static void pack(
      double[] from,
      int fo,
      int step,
      int depthStep,
      int count,
      int kc,
      double[] to,
      int start,
      int width) {
    if (step == 1) {
      for (int k = 0; k < kc; k++) {
        System.arraycopy(from, fo + k * depthStep, to, start + k * width, count);
      }
    } else if (depthStep == 1) {
      DoublePacking.interleave(from, fo, step, count, kc, to, start, width);
    } else {
      for (int i = 0; i < count; i++) {
        for (int k = 0; k < kc; k++) {
          to[start + k * width + i] = from[fo + i * step + k * depthStep];
        }
      }
    }
  }
}
