package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.DoubleArray;
import dev.espalier.backend.cpu.kernel.DoubleGemm;
import dev.espalier.backend.cpu.kernel.FloatArray;
import dev.espalier.backend.cpu.kernel.FloatGemm;
import dev.espalier.backend.cpu.run.DotStep.Operand;
import dev.espalier.backend.cpu.run.DotStep.Sizes;
import dev.espalier.backend.cpu.run.DotStep.Workspaces;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Parts of a batch of matrix products, by the kernels of the class of its arrays. What a kernel is
 * given of a matrix is kept in the frame for the next run.
 */
final class ProductParts {
  private final ArrayKind arrays;
  private final int rows;
  private final int columns;
  private final int depth;
  private final Operand left;
  private final Operand right;
  private final int result;
  private final int packed;
  private final int packedLeft;
  private final Optional<ProvidedProducts> provided;
  private final List<Integer> lefts;
  private final List<Integer> rights;
  private final List<Integer> results;

  /**
   * Parts of products.
   *
   * @param result the slot of the results
   * @param packed the slot of a packed right matrix, -1 where there is none
   * @param packedLeft that of a packed left matrix
   * @param provided what multiplies floats, if the kernels of this backend do not
   */
  ProductParts(
      ArrayKind arrays,
      Sizes sizes,
      Operand left,
      Operand right,
      int result,
      int packed,
      int packedLeft,
      Optional<ProvidedProducts> provided,
      Workspaces workspaces) {
    this.arrays = arrays;
    this.rows = sizes.rows();
    this.columns = sizes.columns();
    this.depth = sizes.depth();
    this.left = left;
    this.right = right;
    this.result = result;
    this.packed = packed;
    this.packedLeft = packedLeft;
    this.provided = provided;
    this.lefts = kept(workspaces);
    this.rights = kept(workspaces);
    this.results = kept(workspaces);
  }

  /** For each product a slot where its matrix is kept. */
  private List<Integer> kept(Workspaces workspaces) {
    boolean real = arrays == ArrayKind.FLOATS || arrays == ArrayKind.DOUBLES;
    return real
        ? IntStream.range(0, left.batch().size()).mapToObj(b -> workspaces.kept()).toList()
        : List.of();
  }

  /** Packs a part of the right matrix. */
  void packRight(
      Frame frame, Scratch scratch, int b, int fromDepth, int toDepth, int column, int toColumn) {
    int to = frame.offset(packed);
    if (provided.isPresent()) {
      provided
          .get()
          .prepare(
              floats(frame, right, b, rights.get(b)),
              depth,
              columns,
              column,
              toColumn,
              frame.array(packed),
              to);
    } else if (arrays == ArrayKind.FLOATS) {
      FloatGemm.pack(
          floats(frame, right, b, rights.get(b)),
          columns,
          fromDepth,
          toDepth,
          column,
          toColumn,
          frame.floatArray(packed),
          to,
          scratch.floatGemm());
    } else {
      DoubleGemm.pack(
          doubles(frame, right, b, rights.get(b)),
          columns,
          fromDepth,
          toDepth,
          column,
          toColumn,
          frame.doubleArray(packed),
          to,
          scratch.doubleGemm());
    }
  }

  /** Packs some columns of the left matrix. */
  void packLeft(Frame frame, Scratch scratch, int b, int fromDepth, int toDepth) {
    int to = frame.offset(packedLeft);
    if (arrays == ArrayKind.FLOATS) {
      FloatGemm.packLeft(
          floats(frame, left, b, lefts.get(b)),
          rows,
          fromDepth,
          toDepth,
          frame.floatArray(packedLeft),
          to,
          scratch.floatGemm());
    } else {
      DoubleGemm.packLeft(
          doubles(frame, left, b, lefts.get(b)),
          rows,
          fromDepth,
          toDepth,
          frame.doubleArray(packedLeft),
          to,
          scratch.doubleGemm());
    }
  }

  /** A tile of a result, of matrices that are both packed. */
  void multiplyTile(
      Frame frame, Scratch scratch, int b, int row, int toRow, int column, int toColumn) {
    if (arrays == ArrayKind.FLOATS) {
      FloatGemm.multiplyBothPacked(
          frame.floatArray(packedLeft),
          frame.offset(packedLeft),
          rows,
          frame.floatArray(packed),
          frame.offset(packed),
          columns,
          floatResult(frame, b),
          row,
          toRow,
          column,
          toColumn,
          depth,
          left.rounded(),
          scratch.floatGemm());
    } else {
      DoubleGemm.multiplyBothPacked(
          frame.doubleArray(packedLeft),
          frame.offset(packedLeft),
          rows,
          frame.doubleArray(packed),
          frame.offset(packed),
          columns,
          doubleResult(frame, b),
          row,
          toRow,
          column,
          toColumn,
          depth,
          scratch.doubleGemm());
    }
  }

  /**
   * Rows over all columns.
   *
   * @param alone the rows that a task has, where the result is only kept for the loop after it; 0
   *     where it is stored
   */
  void multiplyRows(Frame frame, Scratch scratch, int b, int row, int toRow, int alone) {
    if (provided.isPresent()) {
      boolean copied = packed >= 0;
      provided
          .get()
          .rows(
              floats(frame, left, b, lefts.get(b)),
              floats(frame, right, b, rights.get(b)),
              frame.array(copied ? packed : right.slot()),
              copied ? frame.offset(packed) : 0,
              row,
              toRow,
              columns,
              depth,
              alone > 0 ? scratch.floatRows(alone, columns).array().values() : frame.floats(result),
              alone > 0 ? -row * columns : frame.offset(result) + b * rows * columns,
              scratch);
      return;
    }
    switch (arrays) {
      case FLOATS ->
          FloatGemm.multiplyPacked(
              floats(frame, left, b, lefts.get(b)),
              frame.floatArray(packed),
              frame.offset(packed),
              alone > 0 ? scratch.floatRows(alone, columns) : floatResult(frame, b),
              alone > 0 ? 0 : row,
              row,
              toRow,
              columns,
              depth,
              false,
              scratch.floatGemm());
      case DOUBLES ->
          DoubleGemm.multiplyPacked(
              doubles(frame, left, b, lefts.get(b)),
              frame.doubleArray(packed),
              frame.offset(packed),
              alone > 0 ? scratch.doubleRows(alone, columns) : doubleResult(frame, b),
              alone > 0 ? 0 : row,
              row,
              toRow,
              columns,
              depth,
              false,
              scratch.doubleGemm());
      default -> multiply(frame, scratch, b, row, toRow, 0, columns);
    }
  }

  private static FloatGemm.Matrix floats(Frame frame, Operand operand, int b, int view) {
    FloatArray array = frame.floatArray(operand.slot());
    int offset = frame.offset(operand.slot()) + operand.batch().get(b);
    if (frame.array(view) instanceof FloatGemm.Matrix kept
        && kept.array() == array
        && kept.offset() == offset) {
      return kept;
    }
    FloatGemm.Matrix fresh =
        new FloatGemm.Matrix(
            array, offset, operand.rowStride(), operand.columnStride(), operand.rounded());
    frame.keep(view, fresh);
    return fresh;
  }

  private FloatGemm.Matrix floatResult(Frame frame, int b) {
    FloatArray array = frame.floatArray(result);
    int offset = frame.offset(result) + b * rows * columns;
    if (frame.array(results.get(b)) instanceof FloatGemm.Matrix kept
        && kept.array() == array
        && kept.offset() == offset) {
      return kept;
    }
    FloatGemm.Matrix fresh = new FloatGemm.Matrix(array, offset, columns, 1);
    frame.keep(results.get(b), fresh);
    return fresh;
  }

  private static DoubleGemm.Matrix doubles(Frame frame, Operand operand, int b, int view) {
    DoubleArray array = frame.doubleArray(operand.slot());
    int offset = frame.offset(operand.slot()) + operand.batch().get(b);
    if (frame.array(view) instanceof DoubleGemm.Matrix kept
        && kept.array() == array
        && kept.offset() == offset) {
      return kept;
    }
    DoubleGemm.Matrix fresh =
        new DoubleGemm.Matrix(array, offset, operand.rowStride(), operand.columnStride());
    frame.keep(view, fresh);
    return fresh;
  }

  private DoubleGemm.Matrix doubleResult(Frame frame, int b) {
    DoubleArray array = frame.doubleArray(result);
    int offset = frame.offset(result) + b * rows * columns;
    if (frame.array(results.get(b)) instanceof DoubleGemm.Matrix kept
        && kept.array() == array
        && kept.offset() == offset) {
      return kept;
    }
    DoubleGemm.Matrix fresh = new DoubleGemm.Matrix(array, offset, columns, 1);
    frame.keep(results.get(b), fresh);
    return fresh;
  }

  /** Where rows are that only the loop after the product reads. */
  Object aloneRows(Scratch scratch, int alone) {
    return arrays == ArrayKind.FLOATS
        ? scratch.floatRows(alone, columns).array().values()
        : scratch.doubleRows(alone, columns).array().values();
  }

  /** A block of a result. */
  void multiply(Frame frame, Scratch scratch, int b, int row, int toRow, int column, int toColumn) {
    int x = frame.offset(left.slot()) + left.batch().get(b);
    int y = frame.offset(right.slot()) + right.batch().get(b);
    int z = frame.offset(result) + b * rows * columns;
    if (provided.isPresent()) {
      provided
          .get()
          .block(
              floats(frame, left, b, lefts.get(b)),
              floats(frame, right, b, rights.get(b)),
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
              floats(frame, left, b, lefts.get(b)),
              floats(frame, right, b, rights.get(b)),
              floatResult(frame, b),
              row,
              toRow,
              column,
              toColumn,
              depth,
              false,
              scratch.floatGemm());
      case DOUBLES ->
          DoubleGemm.multiply(
              doubles(frame, left, b, lefts.get(b)),
              doubles(frame, right, b, rights.get(b)),
              doubleResult(frame, b),
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
}
