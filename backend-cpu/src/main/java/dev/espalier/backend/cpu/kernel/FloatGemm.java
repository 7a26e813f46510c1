package dev.espalier.backend.cpu.kernel;

import java.util.Arrays;

/**
 * Products of float matrices, {@code C = A B} or {@code C += A B}, by packed panels (Goto and van
 * de Geijn 2008).
 *
 * <p>A and B have any row and column strides, so a transpose costs nothing extra; the columns of C
 * are adjacent. Any tile of C can be computed by itself, in any thread with a {@link Workspace} of
 * its own: k is always cut into the same blocks and summed in order, so every element has the same
 * bits however C is cut up, and whether B was packed before or is packed on the way.
 */
public final class FloatGemm {
  /** Depth of a panel: one panel of B stays in the first-level cache. */
  public static final int DEPTH_STEP = 256;

  /** Rows of A taken at once, a multiple of every tile's: they stay in the second-level cache. */
  private static final int MC = 192;

  /** Columns of B taken at once, a multiple of every tile's. */
  private static final int NC = 512;

  /** Rows in multiples of which a product is best cut. */
  public static final int ROW_STEP = 6;

  /** Columns a multiple of which keeps tiles whole, whatever their size. */
  public static final int COLUMN_STEP = 32;

  /** Panels of C up to which packing A costs more than it brings. */
  private static final int FEW_PANELS = 8;

  /** The same where the elements of a row of A are apart. */
  private static final int FEW_PANELS_ACROSS = 1;

  /** Rows of C up to which packing B costs more than it brings. */
  private static final int FEW_ROWS = 12;

  private FloatGemm() {}

  /**
   * The inner loops and the packing buffers of one thread; these grow to what the largest product
   * needs and are reused.
   */
  public static final class Workspace {
    private final FloatPanels panels;
    private float[] a = new float[0];
    private float[] b = new float[0];

    /** Buffers that grow on first use, and the inner loops of the calling thread. */
    public Workspace(FloatPanels panels) {
      this.panels = panels;
    }

    private float[] a(int size) {
      if (a.length < size) {
        a = new float[size];
      }
      return a;
    }

    private float[] b(int size) {
      if (b.length < size) {
        b = new float[size];
      }
      return b;
    }
  }

  /**
   * A matrix inside an array: element (i, j) stands at {@code offset + i * rowStride + j *
   * columnStride}. One that is rounded counts as if its elements were BF16 numbers, the nearest.
   */
  @SuppressWarnings("ArrayRecordComponent") // a view of an array, never compared
  public record Matrix(
      float[] array, int offset, int rowStride, int columnStride, boolean rounded) {
    /** A matrix of the elements as they are. */
    public Matrix(float[] array, int offset, int rowStride, int columnStride) {
      this(array, offset, rowStride, columnStride, false);
    }

    /** A matrix of adjacent rows of the given number of columns. */
    public static Matrix rows(float[] array, int offset, int columns) {
      return new Matrix(array, offset, columns, 1);
    }

    /** The same numbers with rows and columns exchanged. */
    public Matrix transposed() {
      return new Matrix(array, offset, columnStride, rowStride, rounded);
    }

    private Matrix from(int row, int column) {
      return new Matrix(
          array,
          offset + row * rowStride + column * columnStride,
          rowStride,
          columnStride,
          rounded);
    }
  }

  /**
   * One tile of the product: rows [fromRow, toRow) and columns [fromColumn, toColumn) of C, for A
   * of k columns.
   *
   * @param c the result, of column stride 1
   * @param accumulate whether the product is added to what C holds
   * @param work the calling thread's loops and buffers
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
    int n = toColumn - fromColumn;
    if (isTrivial(c, fromRow, toRow, fromColumn, n, k, accumulate)) {
      return;
    }
    int panel = work.panels.columns();
    boolean direct =
        work.panels.takesStrides()
            && b.columnStride == 1
            && !b.rounded
            && toRow - fromRow <= FEW_ROWS;
    for (int j = 0; j < n; j += NC) {
      int columns = Math.min(NC, n - j);
      int whole = direct ? columns / panel * panel : 0;
      for (int p = 0; p < k; p += DEPTH_STEP) {
        int depth = Math.min(DEPTH_STEP, k - p);
        Matrix left = a.from(fromRow, p);
        Matrix right = b.from(p, fromColumn + j);
        Matrix to = c.from(fromRow, fromColumn + j);
        boolean add = accumulate || p > 0;
        if (whole > 0) {
          rows(left, right, panel, to, toRow - fromRow, whole, depth, add, work);
        }
        if (whole < columns) {
          int rest = columns - whole;
          float[] packed = work.b(roundUp(rest, panel) * depth);
          FloatPacking.pack(right.from(0, whole), depth, rest, packed, 0, panel, work.panels);
          rows(
              left,
              new Matrix(packed, 0, panel, 1),
              panel * depth,
              to.from(0, whole),
              toRow - fromRow,
              rest,
              depth,
              add,
              work);
        }
      }
    }
  }

  /** Elements that {@link #pack} needs for a matrix of k rows and n columns. */
  public static int packedLength(int k, int n) {
    return Math.multiplyExact(k, roundUp(n, COLUMN_STEP));
  }

  /**
   * Packs some columns of B for {@link #multiplyPacked}.
   *
   * @param k the rows of B
   * @param n the columns of B
   * @param fromColumn the first column, a multiple of {@link #COLUMN_STEP}
   * @param toColumn the end of the columns, a multiple too or n
   * @param to where B is packed, from offset on
   */
  public static void pack(
      Matrix b,
      int k,
      int n,
      int fromColumn,
      int toColumn,
      float[] to,
      int offset,
      Workspace work) {
    int panel = work.panels.columns();
    int width = roundUp(n, panel);
    for (int p = 0; p < k; p += DEPTH_STEP) {
      int depth = Math.min(DEPTH_STEP, k - p);
      FloatPacking.pack(
          b.from(p, fromColumn),
          depth,
          toColumn - fromColumn,
          to,
          offset + p * width + fromColumn * depth,
          panel,
          work.panels);
    }
  }

  /**
   * Rows [fromRow, toRow) of the product over all n columns, for B as {@link #pack} left it. When
   * it returns these rows of C are finished.
   *
   * @throws IllegalArgumentException if C's column stride is not 1
   */
  public static void multiplyPacked(
      Matrix a,
      float[] packed,
      int offset,
      Matrix c,
      int fromRow,
      int toRow,
      int n,
      int k,
      boolean accumulate,
      Workspace work) {
    if (isTrivial(c, fromRow, toRow, 0, n, k, accumulate)) {
      return;
    }
    int panel = work.panels.columns();
    int width = roundUp(n, panel);
    for (int p = 0; p < k; p += DEPTH_STEP) {
      int depth = Math.min(DEPTH_STEP, k - p);
      rows(
          a.from(fromRow, p),
          new Matrix(packed, offset + p * width, panel, 1),
          panel * depth,
          c.from(fromRow, 0),
          toRow - fromRow,
          n,
          depth,
          accumulate || p > 0,
          work);
    }
  }

  /** Whether there is nothing to multiply; an empty sum is then in place. */
  private static boolean isTrivial(
      Matrix c, int fromRow, int toRow, int fromColumn, int n, int k, boolean accumulate) {
    if (c.columnStride != 1) {
      throw new IllegalArgumentException("columns of the result must be adjacent");
    }
    if (k == 0 && n > 0 && !accumulate) {
      for (int i = fromRow; i < toRow; i++) {
        int at = c.offset + i * c.rowStride + fromColumn;
        Arrays.fill(c.array, at, at + n, 0);
      }
    }
    return k == 0 || n <= 0 || toRow <= fromRow;
  }

  /** One block of the depth: rows of A, packed where that pays, times panels of B. */
  private static void rows(
      Matrix a,
      Matrix b,
      int bPanel,
      Matrix c,
      int m,
      int n,
      int depth,
      boolean accumulate,
      Workspace work) {
    FloatPanels panels = work.panels;
    int tile = panels.rows();
    int few = a.columnStride == 1 ? FEW_PANELS : FEW_PANELS_ACROSS;
    boolean direct = panels.takesStrides() && !a.rounded && n <= few * panels.columns();
    for (int i = 0; i < m; i += MC) {
      int count = Math.min(MC, m - i);
      Matrix left = a.from(i, 0);
      int step = tile * a.rowStride;
      if (!direct) {
        float[] packed = work.a(roundUp(count, tile) * depth);
        FloatPacking.pack(left.transposed(), depth, count, packed, 0, tile, panels);
        left = new Matrix(packed, 0, 1, tile);
        step = tile * depth;
      }
      // Machine code holds the garbage collector up while it runs: no call is long.
      for (int j = 0; j < n; j += NC) {
        Matrix right =
            new Matrix(b.array, b.offset + j / panels.columns() * bPanel, b.rowStride, 1);
        int columns = Math.min(NC, n - j);
        panels.multiply(count, columns, depth, left, step, right, bPanel, c.from(i, j), accumulate);
      }
    }
  }

  private static int roundUp(int n, int step) {
    return (n + step - 1) / step * step;
  }
}
