package dev.espalier.backend.cpu.machine;

/** The vectors of a kernel: elements of 4 or 8 bytes, registers of 32 (AVX2) or 64 (AVX-512). */
enum Vectors {
  /** 8 floats. */
  FLOATS_AVX2(Float.BYTES, false),
  /** 16 floats. */
  FLOATS_AVX512(Float.BYTES, true),
  /** 16 sums in floats of products of pairs of BF16 numbers. */
  BF16_PAIRS_AVX512(Float.BYTES, true),
  /** 4 doubles. */
  DOUBLES_AVX2(Double.BYTES, false),
  /** 8 doubles. */
  DOUBLES_AVX512(Double.BYTES, true);

  private final int elementBytes;
  private final boolean masked;

  Vectors(int elementBytes, boolean masked) {
    this.elementBytes = elementBytes;
    this.masked = masked;
  }

  int elementBytes() {
    return elementBytes;
  }

  /** Whether instructions take masks and there are 32 registers: AVX-512. */
  boolean masked() {
    return masked;
  }

  int bytes() {
    return masked ? 64 : 32;
  }

  int lanes() {
    return bytes() / elementBytes;
  }

  private boolean wide() {
    return elementBytes == Double.BYTES;
  }

  Opcode broadcast() {
    return Opcode.of(2, 1, wide() && masked, wide() ? 0x19 : 0x18);
  }

  Opcode load() {
    return Opcode.of(1, wide() ? 1 : 0, wide() && masked, 0x10);
  }

  Opcode store() {
    return Opcode.of(1, wide() ? 1 : 0, wide() && masked, 0x11);
  }

  Opcode maskedLoad() {
    return Opcode.of(2, 1, false, wide() ? 0x2D : 0x2C);
  }

  Opcode maskedStore() {
    return Opcode.of(2, 1, false, wide() ? 0x2F : 0x2E);
  }

  /** Of pairs, VDPBF16PS: the products of the upper halves are added first. */
  Opcode multiplyAdd() {
    return this == BF16_PAIRS_AVX512 ? Opcode.of(2, 2, false, 0x52) : Opcode.of(2, 1, wide(), 0xB8);
  }

  Opcode add() {
    return Opcode.of(1, wide() ? 1 : 0, wide() && masked, 0x58);
  }
}
