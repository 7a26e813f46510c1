package dev.espalier.backend.cpu.machine;

import dev.espalier.backend.cpu.machine.Assembler.Address;
import dev.espalier.backend.cpu.machine.Assembler.Register;

/**
 * The numbers that a product kernel is called with, one after the other in a block of 64-bit
 * integers. Distances are in bytes.
 */
enum Parameter {
  /** Rows of C. */
  ROWS(0),
  /** Columns of C; the kernel counts them down. */
  COLUMNS(1),
  /** Columns of A, at least 1. */
  DEPTH(2),
  /** Where A begins. */
  LEFT_START(3),
  /** From a row of A to the next in a tile. */
  LEFT_ROW(4),
  /** From a column of A to the next. */
  LEFT_DEPTH(5),
  /** From a tile of A to the next. */
  LEFT_TILE(6),
  /** Where B begins. */
  RIGHT_START(7),
  /** From a row of B to the next, where B is packed. */
  RIGHT_DEPTH(8),
  /** From a panel of B to the next, or from the first vector of a row to the second. */
  RIGHT_PANEL(9),
  /** Where C begins. */
  RESULT_START(10),
  /** From a row of C to the next. */
  RESULT_ROW(11),
  /** Whether the product is added to C: 1, else 0. */
  ACCUMULATE(12),
  /** For the kernel: rows that are left. */
  ROWS_LEFT(13),
  /** Where memory begins that is wanted next. */
  AHEAD_START(14),
  /** How much further each step of the depth asks for. */
  AHEAD_STEP(15),
  /** The lanes of the last columns: with AVX2 vectors of all ones or zeros, else two bit masks. */
  MASKS(16);

  private final int index;

  Parameter(int index) {
    this.index = index;
  }

  /** Integers of a block: the last is followed by masks for two vectors of 32 bytes. */
  static final int BLOCK = MASKS.index + 2 * 32 / Long.BYTES;

  /** Which of the integers it is. */
  int index() {
    return index;
  }

  /** Where the number stands, given the register that holds the start of the block. */
  Address in(Register block) {
    return Address.at(block, index * Long.BYTES);
  }
}
