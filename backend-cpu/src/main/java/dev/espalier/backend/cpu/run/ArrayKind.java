package dev.espalier.backend.cpu.run;

import dev.espalier.api.tensor.DType;

/** The classes of arrays that hold elements; several element types may share one. */
public enum ArrayKind {
  /** F32. */
  FLOATS(4),
  /** F64. */
  DOUBLES(8),
  /** BF16 and F16. */
  SHORTS(2),
  /** I32. */
  INTS(4),
  /** I64. */
  LONGS(8),
  /** BOOL. */
  BYTES(1);

  private final int bytes;

  ArrayKind(int bytes) {
    this.bytes = bytes;
  }

  /** The size of an element. */
  public int bytes() {
    return bytes;
  }

  /** The class that holds an element type. */
  public static ArrayKind of(DType dtype) {
    return switch (dtype) {
      case F32 -> FLOATS;
      case F64 -> DOUBLES;
      case BF16, F16 -> SHORTS;
      case I32 -> INTS;
      case I64 -> LONGS;
      case BOOL -> BYTES;
    };
  }

  /** A new array of zeros. */
  public Object allocate(int length) {
    return switch (this) {
      case FLOATS -> new float[length];
      case DOUBLES -> new double[length];
      case SHORTS -> new short[length];
      case INTS -> new int[length];
      case LONGS -> new long[length];
      case BYTES -> new byte[length];
    };
  }
}
