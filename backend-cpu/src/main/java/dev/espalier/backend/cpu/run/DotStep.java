package dev.espalier.backend.cpu.run;

import dev.espalier.api.backend.MatrixProducts;
import dev.espalier.backend.cpu.kernel.FloatGemm;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A batch of matrix products: element (i, j) of a matrix stands at {@code batch offset + i *
 * rowStride + j * columnStride}.
 *
 * <p>Small products are done whole, several to a task. A large one is cut into blocks of rows over
 * all columns, after its right matrix was packed once for all of them; where the left one is packed
 * before too, into tiles; one of few rows into blocks of columns; one whose left matrix is read in
 * its place while much of the right one passes, into blocks whose part of the right one is packed
 * on the way, and never leaves the cache. No cut depends on the number of threads.
 */
public final class DotStep implements Step {
  /** Multiplications that are worth a task of their own. */
  private static final long TASK_WORK = 1L << 20;

  /** Multiplications that a task of small products should have. */
  private static final long GROUP_WORK = 1L << 18;

  /** Multiplications from which a product is cut however many there are. */
  private static final long LARGE = 1L << 26;

  /** Products that are tasks enough without a cut. */
  private static final int MANY_PRODUCTS = 16;

  /** Tasks that share well among some threads. */
  private static final int TASKS = 16;

  /** Rows of a task at most, if rows are many. */
  private static final int MOST_ROWS = 96;

  /** Elements of a right matrix that are too many to be read again for every few rows. */
  private static final int MUCH_RIGHT = 1 << 18;

  /** Columns of a tile of the result, where both matrices are packed. */
  private static final int TILE_COLUMNS = 64;

  /** Columns of a block that packs its part of a right matrix: fewer read too little of a line. */
  private static final int BLOCK_COLUMNS = 64;

  /** Columns of a right matrix below which such a block has half as many. */
  private static final int FEW_COLUMNS = 256;

  /** Rows of a block that repay the packing of its part of a right matrix. */
  private static final int BLOCK_ROWS = 192;

  private static final int LEAST_ROWS = 2 * FloatGemm.ROW_STEP;
  private static final int LEAST_COLUMNS = 2 * FloatGemm.COLUMN_STEP;

  /** Elements of the right matrix that are worth a task of packing. */
  private static final int PACK_TASK = 1 << 15;

  private final ArrayKind arrays;
  private final int rows;
  private final int columns;
  private final int depth;
  private final Operand left;
  private final Operand right;
  private final int result;
  private final Cut cut;
  private final int packed;
  private final int packedLeft;
  private final boolean byBlocks;
  private final int group;
  private final Optional<Chain> chain;
  private final Optional<ProvidedProducts> provided;
  private final List<ByRows> byRows;
  private final ProductParts parts;
  private final WorkerPool.Task someProducts = this::multiplySome;
  private final WorkerPool.Task columnsOfOne = this::multiplyColumns;
  private final WorkerPool.Task blockOfOne = this::multiplyBlock;

  /**
   * A batch of matrices in a slot.
   *
   * @param slot the slot
   * @param batch for each product where its matrix begins
   * @param rowStride from a row to the next
   * @param columnStride from a column to the next
   * @param rounded whether floats are rounded to BF16
   */
  public record Operand(
      int slot, List<Integer> batch, int rowStride, int columnStride, boolean rounded) {
    public Operand {
      batch = List.copyOf(batch);
    }
  }

  /** The sizes of a batch of products. */
  public record Sizes(int products, int rows, int columns, int depth) {
    /** Whether each task makes whole rows, so that a loop over rows can follow. */
    public boolean byRows() {
      return products == 1 && Cut.of(this).byRows() > 1;
    }

    private boolean isPacked(ArrayKind arrays) {
      return (arrays == ArrayKind.FLOATS || arrays == ArrayKind.DOUBLES)
          && Cut.of(this).byRows() > 1;
    }

    private long work() {
      return (long) rows * columns * depth;
    }
  }

  /**
   * How a product is cut into tasks.
   *
   * @param byRows blocks of rows
   * @param byColumns blocks of columns
   */
  private record Cut(int byRows, int byColumns) {
    static Cut of(Sizes sizes) {
      long work = sizes.work();
      if (work < LARGE && sizes.products() >= MANY_PRODUCTS) {
        return new Cut(1, 1);
      }
      int most = Math.max(TASKS, Math.ceilDiv(sizes.rows(), MOST_ROWS));
      int wanted = Math.clamp(work / TASK_WORK, 1, most);
      int byRows = Math.clamp(sizes.rows() / LEAST_ROWS, 1, wanted);
      int byColumns = byRows > 1 ? 1 : Math.clamp(sizes.columns() / LEAST_COLUMNS, 1, wanted);
      return new Cut(byRows, byColumns);
    }
  }

  /**
   * The products.
   *
   * @param arrays floats, doubles, ints or longs
   * @param sizes the number of products, rows of a left matrix, columns of a right matrix, and
   *     columns of a left, which are rows of a right matrix
   * @param left the left matrices
   * @param right the right matrices
   * @param workspaces gives a slot for the packed right matrix, where one is needed
   * @param result the slot of the results, rows adjacent, one after the other
   * @param chain what is done with the rows, for {@link Sizes#byRows}
   * @param products what multiplies floats; empty for the kernels of this backend
   */
  public DotStep(
      ArrayKind arrays,
      Sizes sizes,
      Operand left,
      Operand right,
      Workspaces workspaces,
      int result,
      Optional<Chain> chain,
      Optional<MatrixProducts> products) {
    this.chain = chain;
    this.provided =
        products
            .filter(given -> arrays == ArrayKind.FLOATS)
            .map(given -> ProvidedProducts.of(given, left.rounded(), right.rounded()));
    this.arrays = arrays;
    this.rows = sizes.rows();
    this.columns = sizes.columns();
    this.depth = sizes.depth();
    this.left = left;
    this.right = right;
    this.byBlocks = sizes.isPacked(arrays) && !left.rounded() && (isTall() || isOneOfMany());
    this.packed = packed(sizes, workspaces);
    this.packedLeft = packedLeft(workspaces);
    this.result = result;
    this.cut = Cut.of(sizes);
    this.group = Math.clamp(GROUP_WORK / Math.max(1, sizes.work()), 1, Math.max(1, products()));
    this.parts =
        new ProductParts(
            arrays, sizes, left, right, result, packed, packedLeft, provided, workspaces);
    this.byRows =
        cut.byRows() > 1 && !byBlocks
            ? IntStream.range(0, products()).mapToObj(ByRows::new).toList()
            : List.of();
  }

  private int products() {
    return left.batch().size();
  }

  /** Gives slots. */
  public interface Workspaces {
    /** A slot of a kind and length. */
    int workspace(ArrayKind kind, int length);

    /** A slot for something that a frame keeps for later runs. */
    int kept();
  }

  /** The slot of the packed right matrix, -1 where there is none. */
  private int packed(Sizes sizes, Workspaces workspaces) {
    if (!sizes.isPacked(arrays) || byBlocks) {
      return -1;
    }
    if (provided.isEmpty()) {
      return workspaces.workspace(arrays, FloatGemm.packedLength(depth, columns));
    }
    return ProvidedProducts.isCopied(right.rounded(), right.rowStride(), right.columnStride())
        ? workspaces.workspace(provided.get().kind(), Math.multiplyExact(depth, columns))
        : -1;
  }

  /**
   * The slot of the packed left matrix, -1 where there is none. Rows of a matrix whose columns are
   * adjacent are packed badly one task after the other: each reads a little of every line.
   */
  private int packedLeft(Workspaces workspaces) {
    return packed >= 0 && isTall()
        ? workspaces.workspace(arrays, FloatGemm.packedLeftLength(rows, depth))
        : -1;
  }

  /**
   * Whether there are more products: their tasks pack for themselves, and none waits for others.
   */
  private boolean isOneOfMany() {
    return provided.isEmpty() && products() > 1;
  }

  /** Whether much of both matrices goes into each element, and the left is read across its rows. */
  private boolean isTall() {
    return provided.isEmpty()
        && chain.isEmpty()
        && left.columnStride() != 1
        && (long) depth * columns >= MUCH_RIGHT;
  }

  @Override
  public void run(Frame frame, WorkerPool pool) {
    if (rows == 0 || columns == 0 || products() == 0) {
      return;
    }
    if (byBlocks) {
      pool.run(products() * blockRows() * blockColumns(), frame, blockOfOne);
    } else if (cut.byRows() > 1) {
      for (int b = 0; b < products(); b++) {
        byRows.get(b).run(frame, pool);
      }
    } else if (cut.byColumns() > 1) {
      pool.run(products() * cut.byColumns(), frame, columnsOfOne);
    } else {
      pool.run(Math.ceilDiv(products(), group), frame, someProducts);
    }
  }

  private void multiplySome(Frame frame, Scratch scratch, int index) {
    int to = Math.min(products(), (index + 1) * group);
    for (int b = index * group; b < to; b++) {
      parts.multiply(frame, scratch, b, 0, rows, 0, columns);
    }
  }

  private void multiplyColumns(Frame frame, Scratch scratch, int index) {
    int count = cut.byColumns();
    int part = index % count;
    int from = part(columns, FloatGemm.COLUMN_STEP, part, count);
    int to = part(columns, FloatGemm.COLUMN_STEP, part + 1, count);
    parts.multiply(frame, scratch, index / count, 0, rows, from, to);
  }

  private void multiplyBlock(Frame frame, Scratch scratch, int index) {
    int row = index % blockRows();
    int column = index / blockRows() % blockColumns();
    parts.multiply(
        frame,
        scratch,
        index / blockRows() / blockColumns(),
        part(rows, FloatGemm.LEFT_STEP, row, blockRows()),
        part(rows, FloatGemm.LEFT_STEP, row + 1, blockRows()),
        part(columns, FloatGemm.COLUMN_STEP, column, blockColumns()),
        part(columns, FloatGemm.COLUMN_STEP, column + 1, blockColumns()));
  }

  private int blockColumns() {
    int width = columns < FEW_COLUMNS ? BLOCK_COLUMNS / 2 : BLOCK_COLUMNS;
    return Math.clamp(columns / width, 1, TASKS);
  }

  private int blockRows() {
    return Math.clamp(rows / BLOCK_ROWS, 1, Math.ceilDiv(TASKS, blockColumns()));
  }

  /** One of the products, cut by rows. */
  private final class ByRows {
    private final int b;
    private final WorkerPool.Task packing = this::pack;
    private final WorkerPool.Task multiplication;

    ByRows(int b) {
      this.b = b;
      this.multiplication =
          packedLeft >= 0 ? this::tile : chain.isPresent() ? this::chained : this::rows;
    }

    void run(Frame frame, WorkerPool pool) {
      if (packed >= 0) {
        pool.run(packedLeft >= 0 ? depthBlocks() : packTasks(), frame, packing);
      }
      if (packedLeft >= 0) {
        pool.run(tileRows() * tileColumns(), frame, multiplication);
      } else if (chain.isPresent()) {
        pool.run(Math.ceilDiv(rows, taskRows(chain.get())), frame, multiplication);
        chain.get().loop().finish(frame);
      } else {
        pool.run(cut.byRows(), frame, multiplication);
      }
    }

    private int packTasks() {
      int most = Math.ceilDiv(columns, FloatGemm.COLUMN_STEP);
      return Math.clamp((long) depth * columns / PACK_TASK, 1, Math.min(most, TASKS));
    }

    private void pack(Frame frame, Scratch scratch, int index) {
      if (packedLeft >= 0) {
        int from = index * FloatGemm.DEPTH_STEP;
        int to = Math.min(depth, from + FloatGemm.DEPTH_STEP);
        parts.packLeft(frame, scratch, b, from, to);
        parts.packRight(frame, scratch, b, from, to, 0, columns);
        return;
      }
      int from = part(columns, FloatGemm.COLUMN_STEP, index, packTasks());
      int to = part(columns, FloatGemm.COLUMN_STEP, index + 1, packTasks());
      parts.packRight(frame, scratch, b, 0, depth, from, to);
    }

    /** Finishes some rows of the result. */
    private void rows(Frame frame, Scratch scratch, int index) {
      int from = part(rows, FloatGemm.ROW_STEP, index, cut.byRows());
      int to = part(rows, FloatGemm.ROW_STEP, index + 1, cut.byRows());
      parts.multiplyRows(frame, scratch, b, from, to, /* alone= */ 0);
    }

    /** Finishes some rows of the result and runs the loop on them. */
    private void chained(Frame frame, Scratch scratch, int index) {
      Chain next = chain.orElseThrow();
      int unit = taskRows(next);
      int row = index * unit;
      int toRow = Math.min(rows, row + unit);
      parts.multiplyRows(frame, scratch, b, row, toRow, next.alone() ? unit : 0);
      Object z = next.alone() ? parts.aloneRows(scratch, unit) : frame.array(result);
      int zo = next.alone() ? -row * columns : frame.offset(result);
      next.loop().rows(frame, scratch, row, toRow, result, z, zo);
    }

    /**
     * A tile of the result; tiles that read the same columns of the right matrix are neighbours.
     */
    private void tile(Frame frame, Scratch scratch, int index) {
      int row = index % tileRows();
      int column = index / tileRows();
      parts.multiplyTile(
          frame,
          scratch,
          b,
          part(rows, FloatGemm.LEFT_STEP, row, tileRows()),
          part(rows, FloatGemm.LEFT_STEP, row + 1, tileRows()),
          part(columns, FloatGemm.COLUMN_STEP, column, tileColumns()),
          part(columns, FloatGemm.COLUMN_STEP, column + 1, tileColumns()));
    }
  }

  /** Rows of a task that a loop follows: whole tasks of the loop. */
  private int taskRows(Chain next) {
    int unit = next.loop().shape().taskRows();
    int wanted = Math.ceilDiv(rows, TASKS);
    return unit * Math.clamp(Math.ceilDiv(wanted, unit), 1, Math.max(1, MOST_ROWS / unit));
  }

  private int depthBlocks() {
    return Math.ceilDiv(depth, FloatGemm.DEPTH_STEP);
  }

  private int tileColumns() {
    return Math.ceilDiv(columns, TILE_COLUMNS);
  }

  private int tileRows() {
    int most = Math.ceilDiv(rows, 2 * FloatGemm.LEFT_STEP);
    int least = Math.ceilDiv(rows, MOST_ROWS);
    return Math.clamp(Math.ceilDiv(TASKS, tileColumns()), least, Math.max(least, most));
  }

  /** Where a part of a range begins, in whole steps; all parts have the same size, about. */
  private static int part(int size, int step, int index, int parts) {
    long steps = Math.ceilDiv(size, step);
    return (int) Math.min(size, steps * index / parts * step);
  }

  @Override
  public List<Segment> segments() {
    return chain.map(c -> c.loop().segments()).orElse(List.of());
  }

  @Override
  public String describe() {
    return "gemm "
        + provided.map(p -> "provided ").orElse("")
        + arrays
        + " "
        + left.batch().size()
        + " x ["
        + rows
        + ", "
        + depth
        + "] ["
        + depth
        + ", "
        + columns
        + "] @"
        + left.slot()
        + (left.rounded() ? " in bf16" : "")
        + ", @"
        + right.slot()
        + (right.rounded() ? " in bf16" : "")
        + " -> "
        + chain
            .map(c -> (c.alone() ? "" : "@" + result + ", ") + "by rows to " + c.loop().describe())
            .orElse("@" + result);
  }
}
