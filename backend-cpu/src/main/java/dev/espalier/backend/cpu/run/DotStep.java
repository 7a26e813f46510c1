package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.DoubleGemm;
import dev.espalier.backend.cpu.kernel.FloatGemm;
import java.util.List;

/**
 * A batch of matrix products: element (i, j) of a matrix stands at {@code batch offset + i *
 * rowStride + j * columnStride}.
 */
public final class DotStep implements Step {
  /** Rows and columns of a task: enough that packing costs little. */
  private static final int TASK_ROWS = 240;

  private static final int TASK_COLUMNS = 512;

  private final ArrayKind arrays;
  private final int rows;
  private final int columns;
  private final int depth;
  private final Operand left;
  private final Operand right;
  private final int result;

  /**
   * A batch of matrices in a slot.
   *
   * @param slot the slot
   * @param batch for each product where its matrix begins
   * @param rowStride from a row to the next
   * @param columnStride from a column to the next
   */
  public record Operand(int slot, List<Integer> batch, int rowStride, int columnStride) {
    public Operand {
      batch = List.copyOf(batch);
    }
  }

  /**
   * The products.
   *
   * @param arrays floats, doubles, ints or longs
   * @param rows rows of a left matrix
   * @param columns columns of a right matrix
   * @param depth columns of a left and rows of a right matrix
   * @param left the left matrices
   * @param right the right matrices
   * @param result the slot of the results, rows adjacent, one after the other
   */
  public DotStep(
      ArrayKind arrays, int rows, int columns, int depth, Operand left, Operand right, int result) {
    this.arrays = arrays;
    this.rows = rows;
    this.columns = columns;
    this.depth = depth;
    this.left = left;
    this.right = right;
    this.result = result;
  }

  @Override
  public void run(Frame frame, WorkerPool pool) {
    if (rows == 0 || columns == 0) {
      return;
    }
    int rowTasks = Math.ceilDiv(rows, TASK_ROWS);
    int columnTasks = Math.ceilDiv(columns, TASK_COLUMNS);
    int perProduct = rowTasks * columnTasks;
    // Small products are done several to a task.
    long work = (long) rows * columns * Math.max(1, depth);
    int products = left.batch().size();
    int group = perProduct > 1 ? 1 : Math.clamp((1L << 18) / work, 1, Math.max(1, products));
    int groups = Math.ceilDiv(products, group);
    pool.run(
        groups * perProduct,
        frame.scratch(),
        (task, scratch) -> {
          int first = task / perProduct * group;
          int tile = task % perProduct;
          int row = tile / columnTasks * TASK_ROWS;
          int column = tile % columnTasks * TASK_COLUMNS;
          for (int b = first; b < Math.min(products, first + group); b++) {
            multiply(
                frame,
                scratch,
                b,
                row,
                Math.min(rows, row + TASK_ROWS),
                column,
                Math.min(columns, column + TASK_COLUMNS));
          }
        });
  }

  private void multiply(
      Frame frame, Scratch scratch, int b, int row, int toRow, int column, int toColumn) {
    int x = frame.offset(left.slot()) + left.batch().get(b);
    int y = frame.offset(right.slot()) + right.batch().get(b);
    int z = frame.offset(result) + b * rows * columns;
    switch (arrays) {
      case FLOATS ->
          FloatGemm.multiply(
              new FloatGemm.Matrix(
                  frame.floats(left.slot()), x, left.rowStride(), left.columnStride()),
              new FloatGemm.Matrix(
                  frame.floats(right.slot()), y, right.rowStride(), right.columnStride()),
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
              new DoubleGemm.Matrix(
                  frame.doubles(left.slot()), x, left.rowStride(), left.columnStride()),
              new DoubleGemm.Matrix(
                  frame.doubles(right.slot()), y, right.rowStride(), right.columnStride()),
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
  public String describe() {
    return "gemm "
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
        + ", @"
        + right.slot()
        + " -> @"
        + result;
  }
}
