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

  /** Rows a multiple of which keeps tiles whole, whatever their size. */
  public static final int LEFT_STEP = 12;

  /**
   * Panels of C up to which packing A costs more than it brings, where its rows are adjacent. Where
   * its columns are, a tile reads a little of one line for each step of the depth, as from a packed
   * one, and packing brings nothing.
   */
  private static final int FEW_PANELS = 8;

  /** Rows of C up to which packing B costs more than it brings. */
  private static final int FEW_ROWS = 12;

  private FloatGemm() {}

  /**
   * The inner loops and the packing buffers of one thread; these grow to what the largest product
   * needs and are reused.
   */
  public static final class Workspace {
    private final FloatPanels panels;
    private FloatArray a = FloatArray.ofLength(0);
    private FloatArray b = FloatArray.ofLength(0);

    /** Buffers that grow on first use, and the inner loops of the calling thread. */
    public Workspace(FloatPanels panels) {
      this.panels = panels;
    }

    private FloatArray a(int size) {
      if (a.length() < size) {
        a = FloatArray.ofLength(size);
      }
      return a;
    }

    private FloatArray b(int size) {
      if (b.length() < size) {
        b = FloatArray.ofLength(size);
      }
      return b;
    }
  }

  /**
   * A matrix inside an array: element (i, j) stands at {@code offset + i * rowStride + j *
   * columnStride}. One that is rounded counts as if its elements were BF16 numbers, the nearest;
   * the matrices of a product are both rounded or neither is.
   */
  public record Matrix(
      FloatArray array, int offset, int rowStride, int columnStride, boolean rounded) {
    /** A matrix of the elements as they are. */
    public Matrix(FloatArray array, int offset, int rowStride, int columnStride) {
      this(array, offset, rowStride, columnStride, false);
    }

    /** A matrix of the elements of an array as they are. */
    public Matrix(float[] array, int offset, int rowStride, int columnStride) {
      this(FloatArray.of(array), offset, rowStride, columnStride);
    }

    /** A matrix of adjacent rows of the given number of columns. */
    public static Matrix rows(float[] array, int offset, int columns) {
      return new Matrix(array, offset, columns, 1);
    }

    /** The same numbers with rows and columns exchanged. */
    public Matrix transposed() {
      return new Matrix(array, offset, columnStride, rowStride, rounded);
    }

    private int at(int row, int column) {
      return offset + row * rowStride + column * columnStride;
    }
  }

  /**
   * One tile of the product: rows [fromRow, toRow) and columns [fromColumn, toColumn) of C, for A
   * of k columns.
   *
   * @param c the result, of column stride 1
   * @param accumulate whether the product is added to what C holds
   * @param work the calling thread's loops and buffers
   * @throws IllegalArgumentException if C's column stride is not 1, or one of A and B is rounded
   *     and the other is not
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
    if (a.rounded != b.rounded) {
      throw new IllegalArgumentException("one matrix of a product is rounded, the other is not");
    }
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
        int left = a.at(fromRow, p);
        int right = b.at(p, fromColumn + j);
        int to = c.at(fromRow, fromColumn + j);
        boolean add = accumulate || p > 0;
        if (whole > 0) {
          rows(
              a,
              left,
              b.array,
              right,
              b.rowStride,
              panel,
              c,
              to,
              toRow - fromRow,
              whole,
              depth,
              add,
              work);
        }
        if (whole < columns) {
          int rest = columns - whole;
          FloatArray packed = work.b(roundUp(rest, panel) * depth);
          pack(b, right + whole * b.columnStride, depth, rest, packed, 0, panel, work);
          rows(
              a,
              left,
              packed,
              0,
              panel,
              panel * depth,
              c,
              to + whole,
              toRow - fromRow,
              rest,
              depth,
              add,
              work);
        }
      }
    }
  }

  /** Packs rows and columns of B from a place on. */
  private static void pack(
      Matrix b,
      int from,
      int rows,
      int columns,
      FloatArray to,
      int offset,
      int width,
      Workspace work) {
    FloatPacking.pack(
        b.array,
        from,
        b.rowStride,
        b.columnStride,
        b.rounded,
        rows,
        columns,
        to,
        offset,
        width,
        work.panels);
  }

  /** Packs rows of A, which become columns of panels, from a place on. */
  private static void packTransposed(
      Matrix a,
      int from,
      int rows,
      int columns,
      FloatArray to,
      int offset,
      int width,
      Workspace work) {
    FloatPacking.pack(
        a.array,
        from,
        a.columnStride,
        a.rowStride,
        a.rounded,
        rows,
        columns,
        to,
        offset,
        width,
        work.panels);
  }

  /** Elements that {@link #pack} needs for a matrix of k rows and n columns. */
  public static int packedLength(int k, int n) {
    return Math.multiplyExact(k, roundUp(n, COLUMN_STEP));
  }

  /** Elements that {@link #packLeft} needs for a matrix of m rows and k columns. */
  public static int packedLeftLength(int m, int k) {
    return Math.multiplyExact(k, roundUp(m, LEFT_STEP));
  }

  /**
   * Packs some columns of A for {@link #multiplyBothPacked}.
   *
   * @param m the rows of A
   * @param fromDepth the first column, a multiple of {@link #DEPTH_STEP}
   * @param toDepth the end of the columns, a multiple too or all
   * @param to where A is packed, from offset on
   */
  public static void packLeft(
      Matrix a, int m, int fromDepth, int toDepth, FloatArray to, int offset, Workspace work) {
    int tile = work.panels.rows();
    int height = roundUp(m, tile);
    for (int p = fromDepth; p < toDepth; p += DEPTH_STEP) {
      int depth = Math.min(DEPTH_STEP, toDepth - p);
      packTransposed(a, a.at(0, p), depth, m, to, offset + p * height, tile, work);
    }
  }

  /**
   * Packs a part of B for {@link #multiplyPacked}.
   *
   * @param n the columns of B
   * @param fromDepth the first row, a multiple of {@link #DEPTH_STEP}
   * @param toDepth the end of the rows, a multiple too or all
   * @param fromColumn the first column, a multiple of {@link #COLUMN_STEP}
   * @param toColumn the end of the columns, a multiple too or n
   * @param to where B is packed, from offset on
   */
  public static void pack(
      Matrix b,
      int n,
      int fromDepth,
      int toDepth,
      int fromColumn,
      int toColumn,
      FloatArray to,
      int offset,
      Workspace work) {
    int panel = work.panels.columns();
    int width = roundUp(n, panel);
    for (int p = fromDepth; p < toDepth; p += DEPTH_STEP) {
      int depth = Math.min(DEPTH_STEP, toDepth - p);
      int start = offset + p * width + fromColumn * depth;
      pack(b, b.at(p, fromColumn), depth, toColumn - fromColumn, to, start, panel, work);
    }
  }

  /**
   * Rows [fromRow, toRow) of the product over all n columns, for B as {@link #pack} left it. When
   * it returns these rows of C are finished. B was rounded if A is and only then, which packed
   * elements do not tell.
   *
   * @param a rounded as B was when it was packed
   * @param c where row fromRow of the product is row cRow
   * @throws IllegalArgumentException if C's column stride is not 1
   */
  public static void multiplyPacked(
      Matrix a,
      FloatArray packed,
      int offset,
      Matrix c,
      int cRow,
      int fromRow,
      int toRow,
      int n,
      int k,
      boolean accumulate,
      Workspace work) {
    if (isTrivial(c, cRow, cRow + toRow - fromRow, 0, n, k, accumulate)) {
      return;
    }
    int panel = work.panels.columns();
    int width = roundUp(n, panel);
    for (int p = 0; p < k; p += DEPTH_STEP) {
      int depth = Math.min(DEPTH_STEP, k - p);
      rows(
          a,
          a.at(fromRow, p),
          packed,
          offset + p * width,
          panel,
          panel * depth,
          c,
          c.at(cRow, 0),
          toRow - fromRow,
          n,
          depth,
          accumulate || p > 0,
          work);
    }
  }

  /**
   * A tile of the product of matrices as {@link #packLeft} and {@link #pack} left them.
   *
   * @param m the rows of A
   * @param n the columns of B
   * @param fromRow the first row, a multiple of {@link #LEFT_STEP}
   * @param fromColumn the first column, a multiple of {@link #COLUMN_STEP}
   * @param rounded whether both matrices were rounded when they were packed, or neither was
   * @throws IllegalArgumentException if C's column stride is not 1
   */
  public static void multiplyBothPacked(
      FloatArray left,
      int lo,
      int m,
      FloatArray right,
      int ro,
      int n,
      Matrix c,
      int fromRow,
      int toRow,
      int fromColumn,
      int toColumn,
      int k,
      boolean rounded,
      Workspace work) {
    if (isTrivial(c, fromRow, toRow, fromColumn, toColumn - fromColumn, k, false)) {
      return;
    }
    FloatPanels panels = work.panels;
    int panel = panels.columns();
    int tile = panels.rows();
    int width = roundUp(n, panel);
    int height = roundUp(m, tile);
    for (int p = 0; p < k; p += DEPTH_STEP) {
      int depth = Math.min(DEPTH_STEP, k - p);
      for (int i = fromRow; i < toRow; i += MC) {
        for (int j = fromColumn; j < toColumn; j += NC) {
          multiplyPacked(
              panels,
              rounded,
              Math.min(MC, toRow - i),
              Math.min(NC, toColumn - j),
              depth,
              left,
              lo + p * height + i * depth,
              right,
              ro + p * width + j * depth,
              c,
              c.at(i, j),
              p > 0);
        }
      }
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
        int at = c.at(i, fromColumn);
        Arrays.fill(c.array.values(), at, at + n, 0);
      }
    }
    return k == 0 || n <= 0 || toRow <= fromRow;
  }

  /** One block of the depth: rows of A from a place on, packed where that pays, times panels. */
  private static void rows(
      Matrix a,
      int ao,
      FloatArray b,
      int bo,
      int bDepth,
      int bPanel,
      Matrix c,
      int co,
      int m,
      int n,
      int depth,
      boolean accumulate,
      Workspace work) {
    FloatPanels panels = work.panels;
    int tile = panels.rows();
    boolean inPlace =
        a.rowStride == 1 || (a.columnStride == 1 && n <= FEW_PANELS * panels.columns());
    boolean direct = panels.takesStrides() && !a.rounded && inPlace;
    for (int i = 0; i < m; i += MC) {
      int count = Math.min(MC, m - i);
      int from = ao + i * a.rowStride;
      FloatArray packed = direct ? a.array : work.a(roundUp(count, tile) * depth);
      if (!direct) {
        packTransposed(a, from, depth, count, packed, 0, tile, work);
      }
      // Machine code holds the garbage collector up while it runs: no call is long.
      for (int j = 0; j < n; j += NC) {
        if (a.rounded) {
          multiplyPacked(
              panels,
              a.rounded,
              count,
              Math.min(NC, n - j),
              depth,
              packed,
              0,
              b,
              bo + j / panels.columns() * bPanel,
              c,
              co + i * c.rowStride + j,
              accumulate);
          continue;
        }
        panels.multiply(
            count,
            Math.min(NC, n - j),
            depth,
            packed,
            direct ? from : 0,
            direct ? a.rowStride : 1,
            direct ? a.columnStride : tile,
            tile * (direct ? a.rowStride : depth),
            b,
            bo + j / panels.columns() * bPanel,
            bDepth,
            bPanel,
            c.array,
            co + i * c.rowStride + j,
            c.rowStride,
            accumulate);
      }
    }
  }

  /** One block of the depth of packed tiles and panels. */
  private static void multiplyPacked(
      FloatPanels panels,
      boolean rounded,
      int rows,
      int columns,
      int depth,
      FloatArray a,
      int ao,
      FloatArray b,
      int bo,
      Matrix c,
      int co,
      boolean accumulate) {
    int tile = panels.rows();
    int panel = panels.columns();
    int aTile = tile * depth;
    int bPanel = panel * depth;
    if (rounded && panels.takesPairs()) {
      int pairs = Bf16Pairs.count(depth);
      panels.multiplyPairs(
          rows, columns, pairs, a, ao, aTile, b, bo, bPanel, c.array, co, c.rowStride, accumulate);
      return;
    }
    panels.multiply(
        rows,
        columns,
        depth,
        a,
        ao,
        1,
        tile,
        aTile,
        b,
        bo,
        panel,
        bPanel,
        c.array,
        co,
        c.rowStride,
        accumulate);
  }

  private static int roundUp(int n, int step) {
    return (n + step - 1) / step * step;
  }
}
