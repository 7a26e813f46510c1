package dev.espalier.api.tensor;

import java.util.Locale;

/** The element types of tensors. */
public enum DType {
  /** IEEE 754 binary32. */
  F32(4),
  /** IEEE 754 binary64. */
  F64(8),
  /**
   * bfloat16: the upper half of a binary32. Arithmetic is done in F32 and rounded to nearest even.
   */
  BF16(2),
  /** IEEE 754 binary16. Arithmetic is done in F32 and rounded to nearest even. */
  F16(2),
  /** Two's complement, 32 bits; arithmetic wraps. */
  I32(4),
  /** Two's complement, 64 bits; arithmetic wraps. */
  I64(8),
  /** False or true, one byte: 0 or 1. */
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** The size of an element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether this is F32, F64, BF16 or F16. */
  public boolean isFloat() {
    return this == F32 || this == F64 || this == BF16 || this == F16;
  }

  /** Whether this is I32 or I64. */
  public boolean isInteger() {
    return this == I32 || this == I64;
  }

  /** Lower case, as it is printed and written in files: {@code f32}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
