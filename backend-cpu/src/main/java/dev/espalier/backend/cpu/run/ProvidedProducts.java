package dev.espalier.backend.cpu.run;

import dev.espalier.api.backend.MatrixProducts;
import dev.espalier.backend.cpu.kernel.FloatConversion;
import dev.espalier.backend.cpu.kernel.FloatGemm.Matrix;
import java.util.Arrays;

/**
 * Blocks of a product of floats, by the products of a plugin. A matrix whose rows or columns are
 * adjacent is used where it stands; one that is rounded to BF16, or of other strides, is copied:
 * the right one once for all tasks of a large product, else by the task into its own buffers.
 *
 * @param products what multiplies
 * @param bf16 whether both matrices are copied to BF16; otherwise all are floats
 */
record ProvidedProducts(MatrixProducts products, boolean bf16) {
  /** Multiplications of one call: it is soon done, as it may hold up the garbage collector. */
  private static final long CALL_WORK = 1L << 25;

  /** Columns of a call at least, however much work they are. */
  private static final int LEAST_COLUMNS = 64;

  static ProvidedProducts of(MatrixProducts products, boolean leftRounded, boolean rightRounded) {
    return new ProvidedProducts(products, leftRounded && rightRounded && products.takesBf16());
  }

  /** What copies are made of. */
  ArrayKind kind() {
    return bf16 ? ArrayKind.SHORTS : ArrayKind.FLOATS;
  }

  /** Whether a matrix is copied before it is multiplied. */
  static boolean isCopied(boolean rounded, int rowStride, int columnStride) {
    return rounded || (rowStride != 1 && columnStride != 1);
  }

  /** Whether the columns of a matrix are taken for its rows, also in a copy. */
  private static boolean isTransposed(Matrix x) {
    return x.columnStride() != 1 && x.rowStride() == 1;
  }

  /** Matrices of a product ready to be multiplied. */
  private record Ready(Object array, int at, boolean transposed, int stride) {
    /** From a column on. */
    int column(int column) {
      return at + (transposed ? column * stride : column);
    }
  }

  /**
   * Copies columns of the right matrix for all tasks.
   *
   * @param depth its rows
   * @param columns its columns, all of them
   * @param to where the whole copy stands
   */
  void prepare(
      Matrix right, int depth, int columns, int column, int toColumn, Object to, int offset) {
    copy(right, depth, columns, column, toColumn, to, offset);
  }

  /**
   * Columns [column, toColumn) of a matrix of so many rows and columns to a copy of the whole,
   * whose rows are adjacent, or whose columns are where they were.
   */
  private void copy(
      Matrix x, int rows, int columns, int column, int toColumn, Object to, int offset) {
    if (isTransposed(x)) {
      for (int j = column; j < toColumn; j++) {
        line(
            x.array().values(),
            x.offset() + j * x.columnStride(),
            1,
            rows,
            to,
            offset + j * rows,
            x);
      }
      return;
    }
    int count = toColumn - column;
    for (int i = 0; i < rows; i++) {
      int from = x.offset() + i * x.rowStride() + column * x.columnStride();
      line(x.array().values(), from, x.columnStride(), count, to, offset + i * columns + column, x);
    }
  }

  private void line(float[] x, int from, int stride, int count, Object to, int at, Matrix of) {
    if (bf16) {
      short[] narrow = (short[]) to;
      if (stride == 1) {
        FloatConversion.f32ToBf16(x, from, narrow, at, count);
      } else {
        for (int i = 0; i < count; i++) {
          FloatConversion.f32ToBf16(x, from + i * stride, narrow, at + i, 1);
        }
      }
      return;
    }
    float[] wide = (float[]) to;
    if (stride == 1) {
      System.arraycopy(x, from, wide, at, count);
    } else {
      for (int i = 0; i < count; i++) {
        wide[at + i] = x[from + i * stride];
      }
    }
    if (of.rounded()) {
      FloatConversion.roundToBf16(wide, at, count);
    }
  }

  /** A matrix where it stands, or a copy of it in a buffer. */
  private Ready ready(Matrix x, int rows, int columns, Buffer buffer) {
    boolean transposed = isTransposed(x);
    int length = transposed ? rows : columns;
    if (!isCopied(x.rounded(), x.rowStride(), x.columnStride())) {
      int stride = transposed ? x.columnStride() : x.rowStride();
      return new Ready(x.array().values(), x.offset(), transposed, Math.max(stride, length));
    }
    Object to = buffer.of(kind(), rows * columns);
    copy(x, rows, columns, 0, columns, to, 0);
    return new Ready(to, 0, transposed, length);
  }

  /** Room for a copy. */
  private interface Buffer {
    Object of(ArrayKind kind, int length);
  }

  /**
   * Rows [row, toRow) over all columns.
   *
   * @param right the right matrix as it is
   * @param prepared its copy, where {@link #isCopied} says that there is one
   */
  void rows(
      Matrix left,
      Matrix right,
      Object prepared,
      int preparedAt,
      int row,
      int toRow,
      int columns,
      int depth,
      float[] z,
      int zo,
      Scratch scratch) {
    Ready y =
        isCopied(right.rounded(), right.rowStride(), right.columnStride())
            ? new Ready(
                prepared, preparedAt, isTransposed(right), isTransposed(right) ? depth : columns)
            : ready(right, depth, columns, scratch::right);
    multiply(left, y, row, toRow, 0, columns, columns, depth, z, zo, scratch);
  }

  /** Rows [row, toRow) and columns [column, toColumn). */
  void block(
      Matrix left,
      Matrix right,
      int row,
      int toRow,
      int column,
      int toColumn,
      int columns,
      int depth,
      float[] z,
      int zo,
      Scratch scratch) {
    Matrix part =
        new Matrix(
            right.array(),
            right.offset() + column * right.columnStride(),
            right.rowStride(),
            right.columnStride(),
            right.rounded());
    Ready y = ready(part, depth, toColumn - column, scratch::right);
    multiply(left, y, row, toRow, column, toColumn, columns, depth, z, zo, scratch);
  }

  private void multiply(
      Matrix left,
      Ready y,
      int row,
      int toRow,
      int column,
      int toColumn,
      int columns,
      int depth,
      float[] z,
      int zo,
      Scratch scratch) {
    int rows = toRow - row;
    if (rows <= 0 || toColumn <= column) {
      return;
    }
    if (depth == 0) {
      for (int i = row; i < toRow; i++) {
        Arrays.fill(z, zo + i * columns + column, zo + i * columns + toColumn, 0);
      }
      return;
    }
    Matrix part =
        new Matrix(
            left.array(),
            left.offset() + row * left.rowStride(),
            left.rowStride(),
            left.columnStride(),
            left.rounded());
    Ready x = ready(part, rows, depth, scratch::left);
    int most = Math.clamp(CALL_WORK / ((long) rows * depth), LEAST_COLUMNS, 1 << 20);
    for (int j = 0; j < toColumn - column; j += most) {
      MatrixProducts.Block block =
          new MatrixProducts.Block(
              rows,
              Math.min(most, toColumn - column - j),
              depth,
              x.transposed(),
              x.stride(),
              y.transposed(),
              y.stride(),
              columns);
      int to = zo + row * columns + column + j;
      if (bf16) {
        products.multiplyBf16(
            block, (short[]) x.array(), x.at(), (short[]) y.array(), y.column(j), z, to);
      } else {
        products.multiply(
            block, (float[]) x.array(), x.at(), (float[]) y.array(), y.column(j), z, to);
      }
    }
  }
}
