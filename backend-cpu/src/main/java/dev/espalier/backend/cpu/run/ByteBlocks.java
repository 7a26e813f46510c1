package dev.espalier.backend.cpu.run;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Compare;
import dev.espalier.backend.cpu.kernel.BooleanLogic;

/** The block kernels of booleans by the kinds of the operations. */
final class ByteBlocks {
  private ByteBlocks() {}

  static void binary(
      Binary.Kind kind, byte[] x, int xo, byte[] y, int yo, byte[] z, int zo, int n) {
    switch (kind) {
      case AND -> BooleanLogic.and(x, xo, y, yo, z, zo, n);
      case OR -> BooleanLogic.or(x, xo, y, yo, z, zo, n);
      case XOR -> BooleanLogic.xor(x, xo, y, yo, z, zo, n);
      default -> throw new AssertionError(kind);
    }
  }

  static void compare(
      Compare.Kind kind, byte[] x, int xo, byte[] y, int yo, byte[] z, int zo, int n) {
    switch (kind) {
      case EQ -> {
        for (int i = 0; i < n; i++) {
          z[zo + i] = (byte) (1 ^ x[xo + i] ^ y[yo + i]);
        }
      }
      case NE -> BooleanLogic.xor(x, xo, y, yo, z, zo, n);
      case LT -> less(x, xo, y, yo, z, zo, n);
      case GT -> less(y, yo, x, xo, z, zo, n);
      case LE -> lessOrEqual(x, xo, y, yo, z, zo, n);
      case GE -> lessOrEqual(y, yo, x, xo, z, zo, n);
    }
  }

  private static void less(byte[] x, int xo, byte[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) ((1 ^ x[xo + i]) & y[yo + i]);
    }
  }

  private static void lessOrEqual(byte[] x, int xo, byte[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) ((1 ^ x[xo + i]) | y[yo + i]);
    }
  }
}
