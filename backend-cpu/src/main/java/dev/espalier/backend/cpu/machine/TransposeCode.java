package dev.espalier.backend.cpu.machine;

import dev.espalier.backend.cpu.machine.Assembler.Address;
import dev.espalier.backend.cpu.machine.Assembler.Condition;
import dev.espalier.backend.cpu.machine.Assembler.Label;
import dev.espalier.backend.cpu.machine.Assembler.Register;

/**
 * Writes the code that transposes 8 rows of floats, 8 columns at a time, with AVX.
 *
 * <p>A function of the System V calling convention with the arguments source (RDI), target (RSI), a
 * block of {@link Parameter}s (RDX). Column k of the source becomes the 8 floats from {@code k *
 * RESULT_ROW} bytes on in the target.
 */
final class TransposeCode {
  /** Rows, and columns at a time. */
  static final int SIZE = 8;

  private static final int HALF = 16;

  /**
   * Bytes of a row that are asked for ahead, also of what comes behind the columns: it is wanted
   * next. Rows are often pages apart, where the processor does not see by itself what is read.
   */
  private static final int AHEAD = 256;

  private static final Register SOURCE = Register.RDI;
  private static final Register TARGET = Register.RSI;
  private static final Register BLOCK = Register.RDX;
  private static final Register STEP = Register.RCX;
  private static final Register THREE_STEPS = Register.R8;
  private static final Register LOWER = Register.R9;
  private static final Register TARGET_STEP = Register.R10;
  private static final Register COUNT = Register.RAX;

  private TransposeCode() {}

  /** The bytes of the function. */
  static byte[] write() {
    Assembler code = new Assembler(Vectors.FLOATS_AVX2);
    code.add(SOURCE, Parameter.LEFT_START.in(BLOCK));
    code.add(TARGET, Parameter.RESULT_START.in(BLOCK));
    code.load(STEP, Parameter.LEFT_ROW.in(BLOCK));
    code.load(TARGET_STEP, Parameter.RESULT_ROW.in(BLOCK));
    code.load(COUNT, Parameter.DEPTH.in(BLOCK));
    code.address(THREE_STEPS, Address.at(STEP, STEP, 2));
    code.address(LOWER, Address.at(SOURCE, STEP, 4));
    Label again = code.label();
    code.bind(again);
    for (int row = 0; row < 4; row++) {
      code.prefetchFar(row(SOURCE, row, AHEAD));
      code.prefetchFar(row(LOWER, row, AHEAD));
    }
    half(code, 0);
    half(code, HALF);
    code.add(SOURCE, 2 * HALF);
    code.add(LOWER, 2 * HALF);
    code.subtract(COUNT, SIZE);
    code.jump(Condition.GREATER, again);
    code.zeroUpper();
    code.ret();
    return code.code();
  }

  /** Four columns: rows 0 to 3 in the lower halves of vectors, rows 4 to 7 in the upper. */
  private static void half(Assembler code, int displacement) {
    for (int row = 0; row < 4; row++) {
      code.loadHalf(row, row(SOURCE, row, displacement));
    }
    for (int row = 0; row < 4; row++) {
      code.loadUpperHalf(row, row(LOWER, row, displacement));
    }
    code.interleaveLow(4, 0, 1);
    code.interleaveLow(5, 2, 3);
    code.interleaveHigh(6, 0, 1);
    code.interleaveHigh(7, 2, 3);
    code.interleavePairsLow(0, 4, 5);
    code.interleavePairsHigh(1, 4, 5);
    code.interleavePairsLow(2, 6, 7);
    code.interleavePairsHigh(3, 6, 7);
    for (int column = 0; column < 4; column++) {
      code.storeVector(Address.at(TARGET), column);
      code.add(TARGET, TARGET_STEP);
    }
  }

  private static Address row(Register base, int row, int displacement) {
    return switch (row) {
      case 0 -> Address.at(base, displacement);
      case 1 -> new Address(base, STEP, 1, displacement);
      case 2 -> new Address(base, STEP, 2, displacement);
      default -> new Address(base, THREE_STEPS, 1, displacement);
    };
  }
}
