package dev.espalier.backend.cpu.machine;

import dev.espalier.backend.cpu.machine.Assembler.Address;
import dev.espalier.backend.cpu.machine.Assembler.Condition;
import dev.espalier.backend.cpu.machine.Assembler.Label;
import dev.espalier.backend.cpu.machine.Assembler.Register;

/**
 * Writes the code of a product kernel: for every panel of B and every tile of A, the tile of C in
 * vector registers, two vectors wide, over the whole depth.
 *
 * <p>A function of the System V calling convention with the arguments A (RDI), B (RSI), C (RDX), a
 * block of {@link Parameter}s (RCX) and, where the rows of B are not packed, their places (R8) and
 * an array that is wanted next (R9): A is then packed, and B is one panel whose rows are two
 * vectors that stand anywhere. Each element of C is its own chain of fused multiply-adds in the
 * order of the depth, as in the Java kernel.
 */
final class ProductCode {
  private static final Register LEFT = Register.RDI;
  private static final Register RIGHT = Register.RSI;
  private static final Register RESULT = Register.RDX;
  private static final Register BLOCK = Register.RCX;
  private static final Register LEFT_ROW = Register.R8;
  private static final Register LEFT_DEPTH = Register.R9;
  private static final Register RIGHT_DEPTH = Register.R10;
  private static final Register RESULT_ROW = Register.R11;
  private static final Register COUNT = Register.RAX;
  private static final Register RIGHT_AT = Register.R14;
  private static final Register RESULT_AT = Register.R15;

  // Where the rows of B are at places:
  private static final Register PLACES = Register.R8;
  private static final Register SECOND = Register.R10;
  private static final Register PLACE = Register.RBP;
  private static final Register AHEAD = Register.R12;
  private static final Register AHEAD_STEP = Register.R13;

  /** Each points to a row of A, three rows after the one before. */
  private static final Register[] LEFT_AT = {
    Register.RBX, Register.RBP, Register.R12, Register.R13
  };

  private static final Register[] SAVED = {
    Register.RBX, Register.RBP, Register.R12, Register.R13, Register.R14, Register.R15
  };

  /** Steps of the depth without a jump. */
  private static final int UNROLLED = 4;

  /** The columns of a panel that are computed. */
  private enum Width {
    /** Both vectors. */
    WHOLE,
    /** All of the first vector, some of the second. */
    MORE_THAN_ONE_VECTOR,
    /** Some of the first vector. */
    WITHIN_ONE_VECTOR
  }

  private final Vectors vectors;
  private final Assembler code;
  private final int mostRows;
  private final boolean atPlaces;

  private ProductCode(Vectors vectors, boolean atPlaces) {
    this.vectors = vectors;
    this.atPlaces = atPlaces;
    this.code = new Assembler(vectors);
    this.mostRows = rows(vectors);
  }

  /** Rows of a tile: what 16 or 32 vector registers hold beside the operands. */
  static int rows(Vectors vectors) {
    return vectors.masked() ? 12 : 6;
  }

  /** Columns of a tile. */
  static int columns(Vectors vectors) {
    return 2 * vectors.lanes();
  }

  /** The bytes of the kernel. */
  static byte[] write(Vectors vectors) {
    return write(vectors, false);
  }

  /** The bytes of the kernel for rows of B at places. */
  static byte[] writeAtPlaces(Vectors vectors) {
    return write(vectors, true);
  }

  private static byte[] write(Vectors vectors, boolean atPlaces) {
    ProductCode product = new ProductCode(vectors, atPlaces);
    product.function();
    return product.code.code();
  }

  private void function() {
    for (Register register : SAVED) {
      code.push(register);
    }
    code.add(LEFT, Parameter.LEFT_START.in(BLOCK));
    code.store(Parameter.LEFT_START.in(BLOCK), LEFT);
    code.add(RIGHT, Parameter.RIGHT_START.in(BLOCK));
    code.add(RESULT, Parameter.RESULT_START.in(BLOCK));
    if (atPlaces) {
      code.move(SECOND, RIGHT);
      code.add(SECOND, Parameter.RIGHT_PANEL.in(BLOCK));
      code.move(AHEAD, Register.R9);
      code.add(AHEAD, Parameter.AHEAD_START.in(BLOCK));
      code.load(AHEAD_STEP, Parameter.AHEAD_STEP.in(BLOCK));
    } else {
      code.load(LEFT_ROW, Parameter.LEFT_ROW.in(BLOCK));
      code.load(RIGHT_DEPTH, Parameter.RIGHT_DEPTH.in(BLOCK));
    }
    code.load(LEFT_DEPTH, Parameter.LEFT_DEPTH.in(BLOCK));
    code.load(RESULT_ROW, Parameter.RESULT_ROW.in(BLOCK));
    panels();
    code.zeroUpper();
    for (int i = SAVED.length - 1; i >= 0; i--) {
      code.pop(SAVED[i]);
    }
    code.ret();
  }

  private void panels() {
    Label next = code.label();
    Label rest = code.label();
    Label within = code.label();
    Label done = code.label();
    Address columns = Parameter.COLUMNS.in(BLOCK);
    code.bind(next);
    code.compare(columns, columns(vectors));
    code.jump(Condition.LESS, rest);
    tiles(Width.WHOLE);
    code.add(RIGHT, Parameter.RIGHT_PANEL.in(BLOCK));
    code.add(RESULT, 2 * vectors.bytes());
    code.subtract(columns, columns(vectors));
    code.jump(next);
    code.bind(rest);
    code.compare(columns, 0);
    code.jump(Condition.EQUAL, done);
    code.compare(columns, vectors.lanes());
    code.jump(Condition.AT_MOST, within);
    tiles(Width.MORE_THAN_ONE_VECTOR);
    code.jump(done);
    code.bind(within);
    tiles(Width.WITHIN_ONE_VECTOR);
    code.bind(done);
  }

  private void tiles(Width width) {
    Label next = code.label();
    Label rest = code.label();
    Label done = code.label();
    Address left = Parameter.ROWS_LEFT.in(BLOCK);
    code.load(LEFT, Parameter.LEFT_START.in(BLOCK));
    code.move(RESULT_AT, RESULT);
    code.load(COUNT, Parameter.ROWS.in(BLOCK));
    code.store(left, COUNT);
    code.bind(next);
    code.compare(left, mostRows);
    code.jump(Condition.LESS, rest);
    tile(mostRows, width);
    code.add(LEFT, Parameter.LEFT_TILE.in(BLOCK));
    code.subtract(left, mostRows);
    code.jump(next);
    code.bind(rest);
    for (int rows = mostRows - 1; rows > 0; rows--) {
      Label fewer = code.label();
      code.compare(left, rows);
      code.jump(Condition.NOT_EQUAL, fewer);
      tile(rows, width);
      code.jump(done);
      code.bind(fewer);
    }
    code.bind(done);
  }

  private void tile(int rows, Width width) {
    int wide = width == Width.WITHIN_ONE_VECTOR ? 1 : 2;
    code.move(LEFT_AT[0], LEFT);
    for (int i = 1; !atPlaces && i < Math.ceilDiv(rows, 3); i++) {
      code.address(LEFT_AT[i], Address.at(LEFT_AT[i - 1], LEFT_ROW, 2));
      code.add(LEFT_AT[i], LEFT_ROW);
    }
    code.move(RIGHT_AT, atPlaces ? PLACES : RIGHT);
    code.move(COUNT, RESULT_AT);
    for (int row = 0; row < rows; row++) {
      code.prefetch(Address.at(COUNT));
      code.add(COUNT, RESULT_ROW);
    }
    for (int row = 0; row < rows; row++) {
      for (int v = 0; v < wide; v++) {
        code.zero(sum(row, v));
      }
    }
    code.load(COUNT, Parameter.DEPTH.in(BLOCK));
    if (rows == mostRows && width == Width.WHOLE) {
      Label fewer = code.label();
      Label more = code.label();
      code.subtract(COUNT, UNROLLED);
      code.jump(Condition.LESS, fewer);
      code.bind(more);
      for (int i = 0; i < UNROLLED; i++) {
        step(rows, wide);
      }
      code.subtract(COUNT, UNROLLED);
      code.jump(Condition.AT_LEAST, more);
      code.bind(fewer);
      code.add(COUNT, UNROLLED);
    }
    Label end = code.label();
    Label again = code.label();
    code.bind(again);
    code.subtract(COUNT, 1);
    code.jump(Condition.LESS, end);
    step(rows, wide);
    code.jump(again);
    code.bind(end);
    finish(rows, width);
  }

  /** One column of A times one row of B. */
  private void step(int rows, int wide) {
    if (atPlaces) {
      stepAtPlace(rows, wide);
      return;
    }
    for (int v = 0; v < wide; v++) {
      code.loadVector(right(v), Address.at(RIGHT_AT, v * vectors.bytes()));
    }
    code.add(RIGHT_AT, RIGHT_DEPTH);
    // Where columns of A are adjacent these are the next tile's: pages apart, so that the processor
    // does not see by itself that they will be read.
    code.prefetchFar(Address.at(LEFT_AT[0], (rows + mostRows - 1) * vectors.elementBytes()));
    for (int row = 0; row < rows; row++) {
      Register at = LEFT_AT[row / 3];
      code.broadcast(left(row), row % 3 == 0 ? Address.at(at) : Address.at(at, LEFT_ROW, row % 3));
      if (row % 3 == 2 || row == rows - 1) {
        code.add(at, LEFT_DEPTH);
      }
      for (int v = 0; v < wide; v++) {
        code.multiplyAdd(sum(row, v), left(row), right(v));
      }
    }
  }

  private void stepAtPlace(int rows, int wide) {
    int element = vectors.elementBytes();
    code.loadInt(PLACE, Address.at(RIGHT_AT));
    code.add(RIGHT_AT, Integer.BYTES);
    code.prefetchFar(Address.at(AHEAD));
    code.add(AHEAD, AHEAD_STEP);
    for (int v = 0; v < wide; v++) {
      code.loadVector(right(v), Address.at(v == 0 ? RIGHT : SECOND, PLACE, element));
    }
    for (int row = 0; row < rows; row++) {
      code.broadcast(left(row), Address.at(LEFT_AT[0], row * element));
      for (int v = 0; v < wide; v++) {
        code.multiplyAdd(sum(row, v), left(row), right(v));
      }
    }
    code.add(LEFT_AT[0], LEFT_DEPTH);
  }

  /** Adds C where it is wanted, and writes it. */
  private void finish(int rows, Width width) {
    Label write = code.label();
    Label done = code.label();
    masks(width);
    code.compare(Parameter.ACCUMULATE.in(BLOCK), 0);
    code.jump(Condition.EQUAL, write);
    write(rows, width, true);
    code.jump(done);
    code.bind(write);
    write(rows, width, false);
    code.bind(done);
  }

  private void masks(Width width) {
    if (width == Width.WHOLE) {
      return;
    }
    int vector = width == Width.WITHIN_ONE_VECTOR ? 0 : 1;
    int at = Parameter.MASKS.index() * Long.BYTES;
    if (vectors.masked()) {
      code.load(COUNT, Address.at(BLOCK, at + vector * Long.BYTES));
      code.loadMask(mask(), COUNT);
    } else {
      code.loadVector(mask(), Address.at(BLOCK, at + vector * vectors.bytes()));
    }
  }

  private void write(int rows, Width width, boolean accumulate) {
    int wide = width == Width.WITHIN_ONE_VECTOR ? 1 : 2;
    for (int row = 0; row < rows; row++) {
      for (int v = 0; v < wide; v++) {
        Address at = Address.at(RESULT_AT, v * vectors.bytes());
        boolean masked = width != Width.WHOLE && v == wide - 1;
        if (accumulate) {
          if (masked) {
            code.loadVector(left(0), at, mask());
          } else {
            code.loadVector(left(0), at);
          }
          code.addVectors(sum(row, v), left(0), sum(row, v));
        }
        if (masked) {
          code.storeVector(at, sum(row, v), mask());
        } else {
          code.storeVector(at, sum(row, v));
        }
      }
      code.add(RESULT_AT, RESULT_ROW);
    }
  }

  private int sum(int row, int vector) {
    return 2 * row + vector;
  }

  private int right(int vector) {
    return 2 * mostRows + vector;
  }

  /** The registers that are left take turns. */
  private int left(int row) {
    int first = 2 * mostRows + 2;
    return first + row % ((vectors.masked() ? 32 : 16) - first);
  }

  /** Where the mask is while a tile is written: the operands are no longer needed. */
  private int mask() {
    return vectors.masked() ? 1 : right(0);
  }
}
