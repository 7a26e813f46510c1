package dev.espalier.backend.cpu.machine;

import dev.espalier.backend.cpu.machine.Assembler.Address;
import dev.espalier.backend.cpu.machine.Assembler.Condition;
import dev.espalier.backend.cpu.machine.Assembler.Label;
import dev.espalier.backend.cpu.machine.Assembler.Register;

/**
 * Writes the code that copies every second float of lines, 8 of them at a time, with AVX2.
 *
 * <p>A function of the System V calling convention with the arguments source (RDI), target (RSI),
 * the places of the lines in a plane of the source (RDX), a block of {@link Parameter}s (RCX) and
 * the places in a plane of the target (R8). The last 8 of a line are copied once more than the
 * others where they overlap.
 */
final class EverySecondCode {
  /** Floats that are written at a time; a line has as many at least. */
  static final int SIZE = 8;

  /** How many planes there are. */
  static final Parameter PLANES = Parameter.ROWS;

  /** How many lines a plane has. */
  static final Parameter LINES = Parameter.DEPTH;

  /** Bytes from the beginning of a line in the target to its last floats, in the source twice. */
  static final Parameter LAST = Parameter.COLUMNS;

  private static final Register SOURCE = Register.RDI;
  private static final Register TARGET = Register.RSI;
  private static final Register FROM = Register.RDX;
  private static final Register BLOCK = Register.RCX;
  private static final Register TO = Register.R8;
  private static final Register LINE = Register.RAX;
  private static final Register READ = Register.R9;
  private static final Register WRITTEN = Register.R10;
  private static final Register AT = Register.R11;

  private static final int VECTOR = 32;

  /** Of two vectors' halves the lanes 0 and 2. */
  private static final int EVEN_LANES = 0x88;

  /** Pairs of floats 0, 2, 1, 3. */
  private static final int PAIRS_IN_ORDER = 0xD8;

  private EverySecondCode() {}

  /** The bytes of the function. */
  static byte[] write() {
    Assembler code = new Assembler(Vectors.FLOATS_AVX2);
    code.add(SOURCE, Parameter.LEFT_START.in(BLOCK));
    code.add(TARGET, Parameter.RESULT_START.in(BLOCK));
    Label plane = code.label();
    Label line = code.label();
    Label group = code.label();
    Label last = code.label();
    code.bind(plane);
    code.load(LINE, LINES.in(BLOCK));
    code.bind(line);
    code.subtract(LINE, 1);
    code.loadInt(READ, Address.at(FROM, LINE, Integer.BYTES));
    code.loadInt(WRITTEN, Address.at(TO, LINE, Integer.BYTES));
    code.address(READ, Address.at(SOURCE, READ, Float.BYTES));
    code.address(WRITTEN, Address.at(TARGET, WRITTEN, Float.BYTES));
    code.move(AT, READ);
    code.add(AT, Parameter.LEFT_ROW.in(BLOCK));
    code.prefetch(Address.at(AT));
    code.load(AT, LAST.in(BLOCK));
    code.bind(group);
    code.compare(AT, 0);
    code.jump(Condition.AT_MOST, last);
    copy(code);
    code.add(READ, 2 * VECTOR);
    code.add(WRITTEN, VECTOR);
    code.subtract(AT, VECTOR);
    code.jump(group);
    code.bind(last);
    // Back to where the last floats begin, if that was passed.
    code.add(WRITTEN, AT);
    code.add(AT, AT);
    code.add(READ, AT);
    copy(code);
    code.compare(LINE, 0);
    code.jump(Condition.NOT_EQUAL, line);
    code.add(SOURCE, Parameter.LEFT_ROW.in(BLOCK));
    code.add(TARGET, Parameter.RESULT_ROW.in(BLOCK));
    code.subtract(PLANES.in(BLOCK), 1);
    code.jump(Condition.GREATER, plane);
    code.zeroUpper();
    code.ret();
    return code.code();
  }

  private static void copy(Assembler code) {
    code.loadVector(0, Address.at(READ));
    code.loadVector(1, Address.at(READ, VECTOR));
    code.shuffle(0, 0, 1, EVEN_LANES);
    code.permutePairs(0, 0, PAIRS_IN_ORDER);
    code.storeVector(Address.at(WRITTEN), 0);
  }
}
