package dev.espalier.backend.cpu.machine;

/**
 * An instruction on vectors.
 *
 * @param map which table of opcodes: 1 for 0F, 2 for 0F 38, 3 for 0F 3A
 * @param prefix the mandatory prefix: 0 for none, 1 for 66, 2 for F3
 * @param wide whether the bit W is set, as with elements of 64 bits
 * @param code the opcode
 * @param zeroes whether lanes that a mask leaves out become zeros
 */
record Opcode(int map, int prefix, boolean wide, int code, boolean zeroes) {
  /** Exclusive or, with AVX. */
  static final Opcode XOR = of(1, 0, false, 0x57);

  /** Exclusive or, with AVX-512. */
  static final Opcode XOR_INTEGERS = of(1, 1, false, 0xEF);

  /** Floats of the lower quarters by turns. */
  static final Opcode UNPACK_LOW = of(1, 0, false, 0x14);

  /** Floats of the higher quarters by turns. */
  static final Opcode UNPACK_HIGH = of(1, 0, false, 0x15);

  /** Pairs of floats of the lower quarters by turns. */
  static final Opcode UNPACK_PAIRS_LOW = of(1, 1, false, 0x14);

  /** Pairs of floats of the higher quarters by turns. */
  static final Opcode UNPACK_PAIRS_HIGH = of(1, 1, false, 0x15);

  /** Two floats of each quarter of the one and two of the other. */
  static final Opcode SHUFFLE = of(1, 0, false, 0xC6);

  /** Pairs of floats in any order, with AVX2. */
  static final Opcode PERMUTE_PAIRS = of(3, 1, true, 0x01);

  static Opcode of(int map, int prefix, boolean wide, int code) {
    return new Opcode(map, prefix, wide, code, false);
  }

  Opcode zeroing() {
    return new Opcode(map, prefix, wide, code, true);
  }
}
