package dev.espalier.backend.cpu.run;

import dev.espalier.api.backend.MatrixProducts;
import dev.espalier.backend.cpu.kernel.DoubleGemm;
import dev.espalier.backend.cpu.kernel.FloatGemm;
import java.util.List;
import java.util.Optional;

/**
 * A batch of matrix products: element (i, j) of a matrix stands at {@code batch offset + i *
 * rowStride + j * columnStride}.
 *
 * <p>Small products are done whole, several to a task. A large one is cut into blocks of rows over
 * all columns, after its right matrix was packed once for all of them; one of few rows into blocks
 * of columns. No cut depends on the number of threads.
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
  private final Optional<Chain> chain;
  private final Optional<ProvidedProducts> provided;

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

  /**
   * A loop over the rows of the result, run on those of each task while they are in the cache.
   *
   * @param loop the loop
   * @param alone whether nothing else reads the result, which then is never in memory
   */
  public record Chain(FusedLoop loop, boolean alone) {
    /** Rows of a task: whole tasks of the loop. */
    int taskRows(int rows) {
      int unit = loop.shape().taskRows();
      int wanted = Math.ceilDiv(rows, TASKS);
      return unit * Math.clamp(Math.ceilDiv(wanted, unit), 1, Math.max(1, MOST_ROWS / unit));
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
    this.packed = packed(sizes, workspaces);
    this.result = result;
    this.cut = Cut.of(sizes);
  }

  /** Gives slots. */
  @FunctionalInterface
  public interface Workspaces {
    /** A slot of a kind and length. */
    int slot(ArrayKind kind, int length);
  }

  /** The slot of the packed right matrix, -1 where there is none. */
  private int packed(Sizes sizes, Workspaces workspaces) {
    if (!sizes.isPacked(arrays)) {
      return -1;
    }
    if (provided.isEmpty()) {
      return workspaces.slot(arrays, FloatGemm.packedLength(depth, columns));
    }
    return ProvidedProducts.isCopied(right.rounded(), right.rowStride(), right.columnStride())
        ? workspaces.slot(provided.get().kind(), Math.multiplyExact(depth, columns))
        : -1;
  }

  @Override
  public void run(Frame frame, WorkerPool pool) {
    int products = left.batch().size();
    if (rows == 0 || columns == 0 || products == 0) {
      return;
    }
    if (cut.byRows() > 1) {
      for (int b = 0; b < products; b++) {
        byRows(frame, pool, b);
      }
    } else if (cut.byColumns() > 1) {
      for (int b = 0; b < products; b++) {
        byColumns(frame, pool, b);
      }
    } else {
      whole(frame, pool, products);
    }
  }

  private void whole(Frame frame, WorkerPool pool, int products) {
    long work = Math.max(1, (long) rows * columns * depth);
    int group = Math.clamp(GROUP_WORK / work, 1, products);
    pool.run(
        Math.ceilDiv(products, group),
        frame.scratch(),
        (task, scratch) -> {
          for (int b = task * group; b < Math.min(products, (task + 1) * group); b++) {
            multiply(frame, scratch, b, 0, rows, 0, columns);
          }
        });
  }

  private void byColumns(Frame frame, WorkerPool pool, int b) {
    pool.run(
        cut.byColumns(),
        frame.scratch(),
        (task, scratch) ->
            multiply(
                frame,
                scratch,
                b,
                0,
                rows,
                part(columns, FloatGemm.COLUMN_STEP, task, cut.byColumns()),
                part(columns, FloatGemm.COLUMN_STEP, task + 1, cut.byColumns())));
  }

  /** Each task finishes some rows of the result. */
  private void byRows(Frame frame, WorkerPool pool, int b) {
    if (packed >= 0) {
      int most = Math.ceilDiv(columns, FloatGemm.COLUMN_STEP);
      int tasks = Math.clamp((long) depth * columns / PACK_TASK, 1, Math.min(most, TASKS));
      pool.run(
          tasks,
          frame.scratch(),
          (task, scratch) ->
              pack(
                  frame,
                  scratch,
                  b,
                  part(columns, FloatGemm.COLUMN_STEP, task, tasks),
                  part(columns, FloatGemm.COLUMN_STEP, task + 1, tasks)));
    }
    if (chain.isPresent()) {
      chained(frame, pool, chain.get());
      return;
    }
    pool.run(
        cut.byRows(),
        frame.scratch(),
        (task, scratch) ->
            rows(
                frame,
                scratch,
                b,
                part(rows, FloatGemm.ROW_STEP, task, cut.byRows()),
                part(rows, FloatGemm.ROW_STEP, task + 1, cut.byRows()),
                frame.array(result),
                frame.offset(result) + b * rows * columns));
  }

  /** Each task finishes some rows of the result and runs the loop on them. */
  private void chained(Frame frame, WorkerPool pool, Chain next) {
    int unit = next.taskRows(rows);
    pool.run(
        Math.ceilDiv(rows, unit),
        frame.scratch(),
        (task, scratch) -> {
          int row = task * unit;
          int toRow = Math.min(rows, row + unit);
          Object z = next.alone() ? scratch.product(arrays, unit * columns) : frame.array(result);
          int zo = next.alone() ? -row * columns : frame.offset(result);
          rows(frame, scratch, 0, row, toRow, z, zo);
          next.loop().rows(frame, scratch, row, toRow, result, z, zo);
        });
    next.loop().finish(frame);
  }

  /** Where a part of a range begins, in whole steps; all parts have the same size, about. */
  private static int part(int size, int step, int index, int parts) {
    long steps = Math.ceilDiv(size, step);
    return (int) Math.min(size, steps * index / parts * step);
  }

  private void pack(Frame frame, Scratch scratch, int b, int column, int toColumn) {
    int to = frame.offset(packed);
    if (provided.isPresent()) {
      provided
          .get()
          .prepare(
              floats(frame, right, b), depth, columns, column, toColumn, frame.array(packed), to);
    } else if (arrays == ArrayKind.FLOATS) {
      FloatGemm.pack(
          floats(frame, right, b),
          depth,
          columns,
          column,
          toColumn,
          frame.floats(packed),
          to,
          scratch.floatGemm());
    } else {
      DoubleGemm.pack(
          doubles(frame, right, b),
          depth,
          columns,
          column,
          toColumn,
          frame.doubles(packed),
          to,
          scratch.doubleGemm());
    }
  }

  private void rows(Frame frame, Scratch scratch, int b, int row, int toRow, Object z, int zo) {
    if (provided.isPresent()) {
      boolean copied = packed >= 0;
      provided
          .get()
          .rows(
              floats(frame, left, b),
              floats(frame, right, b),
              frame.array(copied ? packed : right.slot()),
              copied ? frame.offset(packed) : 0,
              row,
              toRow,
              columns,
              depth,
              (float[]) z,
              zo,
              scratch);
      return;
    }
    switch (arrays) {
      case FLOATS ->
          FloatGemm.multiplyPacked(
              floats(frame, left, b),
              frame.floats(packed),
              frame.offset(packed),
              FloatGemm.Matrix.rows((float[]) z, zo, columns),
              row,
              toRow,
              columns,
              depth,
              false,
              scratch.floatGemm());
      case DOUBLES ->
          DoubleGemm.multiplyPacked(
              doubles(frame, left, b),
              frame.doubles(packed),
              frame.offset(packed),
              DoubleGemm.Matrix.rows((double[]) z, zo, columns),
              row,
              toRow,
              columns,
              depth,
              false,
              scratch.doubleGemm());
      default -> multiply(frame, scratch, b, row, toRow, 0, columns);
    }
  }

  private static FloatGemm.Matrix floats(Frame frame, Operand operand, int b) {
    return new FloatGemm.Matrix(
        frame.floats(operand.slot()),
        frame.offset(operand.slot()) + operand.batch().get(b),
        operand.rowStride(),
        operand.columnStride(),
        operand.rounded());
  }

  private static DoubleGemm.Matrix doubles(Frame frame, Operand operand, int b) {
    return new DoubleGemm.Matrix(
        frame.doubles(operand.slot()),
        frame.offset(operand.slot()) + operand.batch().get(b),
        operand.rowStride(),
        operand.columnStride());
  }

  private void multiply(
      Frame frame, Scratch scratch, int b, int row, int toRow, int column, int toColumn) {
    int x = frame.offset(left.slot()) + left.batch().get(b);
    int y = frame.offset(right.slot()) + right.batch().get(b);
    int z = frame.offset(result) + b * rows * columns;
    if (provided.isPresent()) {
      provided
          .get()
          .block(
              floats(frame, left, b),
              floats(frame, right, b),
              row,
              toRow,
              column,
              toColumn,
              columns,
              depth,
              frame.floats(result),
              z,
              scratch);
      return;
    }
    switch (arrays) {
      case FLOATS ->
          FloatGemm.multiply(
              floats(frame, left, b),
              floats(frame, right, b),
              FloatGemm.Matrix.rows(frame.floats(result), z, columns),
              row,
              toRow,
              column,
              toColumn,
              depth,
              false,
              scratch.floatGemm());
      case DOUBLES ->
          DoubleGemm.multiply(
              doubles(frame, left, b),
              doubles(frame, right, b),
              DoubleGemm.Matrix.rows(frame.doubles(result), z, columns),
              row,
              toRow,
              column,
              toColumn,
              depth,
              false,
              scratch.doubleGemm());
      case INTS -> {
        int[] a = frame.ints(left.slot());
        int[] c = frame.ints(right.slot());
        int[] to = frame.ints(result);
        for (int i = row; i < toRow; i++) {
          for (int j = column; j < toColumn; j++) {
            int sum = 0;
            for (int k = 0; k < depth; k++) {
              sum += a[leftAt(x, i, k)] * c[rightAt(y, k, j)];
            }
            to[z + i * columns + j] = sum;
          }
        }
      }
      case LONGS -> {
        long[] a = frame.longs(left.slot());
        long[] c = frame.longs(right.slot());
        long[] to = frame.longs(result);
        for (int i = row; i < toRow; i++) {
          for (int j = column; j < toColumn; j++) {
            long sum = 0;
            for (int k = 0; k < depth; k++) {
              sum += a[leftAt(x, i, k)] * c[rightAt(y, k, j)];
            }
            to[z + i * columns + j] = sum;
          }
        }
      }
      case SHORTS, BYTES -> throw new AssertionError(arrays);
    }
  }

  private int leftAt(int x, int i, int k) {
    return x + i * left.rowStride() + k * left.columnStride();
  }

  private int rightAt(int y, int k, int j) {
    return y + k * right.rowStride() + j * right.columnStride();
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
