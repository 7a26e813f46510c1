package dev.espalier.backend.cpu.run;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Unary;
import dev.espalier.backend.cpu.kernel.IntArithmetic;
import dev.espalier.backend.cpu.kernel.IntBits;
import dev.espalier.backend.cpu.kernel.IntComparison;

/** The block kernels of ints by the kinds of the operations. */
final class IntBlocks {
  private IntBlocks() {}

  static void unary(Unary.Kind kind, int[] x, int xo, int[] z, int zo, int n) {
    switch (kind) {
      case NEG -> IntArithmetic.neg(x, xo, z, zo, n);
      case ABS -> IntArithmetic.abs(x, xo, z, zo, n);
      case SIGN -> IntArithmetic.sign(x, xo, z, zo, n);
      case NOT -> IntBits.not(x, xo, z, zo, n);
      default -> throw new AssertionError(kind);
    }
  }

  static void binary(Binary.Kind kind, int[] x, int xo, int[] y, int yo, int[] z, int zo, int n) {
    switch (kind) {
      case ADD -> IntArithmetic.add(x, xo, y, yo, z, zo, n);
      case SUB -> IntArithmetic.sub(x, xo, y, yo, z, zo, n);
      case MUL -> IntArithmetic.mul(x, xo, y, yo, z, zo, n);
      case DIV -> IntArithmetic.div(x, xo, y, yo, z, zo, n);
      case REM -> IntArithmetic.rem(x, xo, y, yo, z, zo, n);
      case MAX -> IntArithmetic.max(x, xo, y, yo, z, zo, n);
      case MIN -> IntArithmetic.min(x, xo, y, yo, z, zo, n);
      case AND -> IntBits.and(x, xo, y, yo, z, zo, n);
      case OR -> IntBits.or(x, xo, y, yo, z, zo, n);
      case XOR -> IntBits.xor(x, xo, y, yo, z, zo, n);
      case SHL -> IntBits.shl(x, xo, y, yo, z, zo, n);
      case SHR -> IntBits.shr(x, xo, y, yo, z, zo, n);
      case USHR -> IntBits.ushr(x, xo, y, yo, z, zo, n);
      case POW, ATAN2 -> throw new AssertionError(kind);
    }
  }

  /** The second operand is one value. */
  static void binaryRight(Binary.Kind kind, int[] x, int xo, int y, int[] z, int zo, int n) {
    switch (kind) {
      case ADD -> IntArithmetic.add(x, xo, y, z, zo, n);
      case SUB -> IntArithmetic.sub(x, xo, y, z, zo, n);
      case MUL -> IntArithmetic.mul(x, xo, y, z, zo, n);
      case DIV -> IntArithmetic.div(x, xo, y, z, zo, n);
      case REM -> IntArithmetic.rem(x, xo, y, z, zo, n);
      case MAX -> IntArithmetic.max(x, xo, y, z, zo, n);
      case MIN -> IntArithmetic.min(x, xo, y, z, zo, n);
      case AND -> IntBits.and(x, xo, y, z, zo, n);
      case OR -> IntBits.or(x, xo, y, z, zo, n);
      case XOR -> IntBits.xor(x, xo, y, z, zo, n);
      case SHL -> IntBits.shl(x, xo, y, z, zo, n);
      case SHR -> IntBits.shr(x, xo, y, z, zo, n);
      case USHR -> IntBits.ushr(x, xo, y, z, zo, n);
      case POW, ATAN2 -> throw new AssertionError(kind);
    }
  }

  /** The first operand is one value. */
  static void binaryLeft(Binary.Kind kind, int x, int[] y, int yo, int[] z, int zo, int n) {
    switch (kind) {
      case ADD -> IntArithmetic.add(x, y, yo, z, zo, n);
      case SUB -> IntArithmetic.sub(x, y, yo, z, zo, n);
      case MUL -> IntArithmetic.mul(x, y, yo, z, zo, n);
      case DIV -> IntArithmetic.div(x, y, yo, z, zo, n);
      case REM -> IntArithmetic.rem(x, y, yo, z, zo, n);
      case MAX -> IntArithmetic.max(x, y, yo, z, zo, n);
      case MIN -> IntArithmetic.min(x, y, yo, z, zo, n);
      case AND -> IntBits.and(x, y, yo, z, zo, n);
      case OR -> IntBits.or(x, y, yo, z, zo, n);
      case XOR -> IntBits.xor(x, y, yo, z, zo, n);
      case SHL -> IntBits.shl(x, y, yo, z, zo, n);
      case SHR -> IntBits.shr(x, y, yo, z, zo, n);
      case USHR -> IntBits.ushr(x, y, yo, z, zo, n);
      case POW, ATAN2 -> throw new AssertionError(kind);
    }
  }

  static void compare(
      Compare.Kind kind, int[] x, int xo, int[] y, int yo, byte[] z, int zo, int n) {
    switch (kind) {
      case EQ -> IntComparison.eq(x, xo, y, yo, z, zo, n);
      case NE -> IntComparison.ne(x, xo, y, yo, z, zo, n);
      case LT -> IntComparison.lt(x, xo, y, yo, z, zo, n);
      case LE -> IntComparison.le(x, xo, y, yo, z, zo, n);
      case GT -> IntComparison.gt(x, xo, y, yo, z, zo, n);
      case GE -> IntComparison.ge(x, xo, y, yo, z, zo, n);
    }
  }

  /** The second operand is one value. */
  static void compareRight(Compare.Kind kind, int[] x, int xo, int y, byte[] z, int zo, int n) {
    switch (kind) {
      case EQ -> IntComparison.eq(x, xo, y, z, zo, n);
      case NE -> IntComparison.ne(x, xo, y, z, zo, n);
      case LT -> IntComparison.lt(x, xo, y, z, zo, n);
      case LE -> IntComparison.le(x, xo, y, z, zo, n);
      case GT -> IntComparison.gt(x, xo, y, z, zo, n);
      case GE -> IntComparison.ge(x, xo, y, z, zo, n);
    }
  }

  /** The first operand is one value. */
  static void compareLeft(Compare.Kind kind, int x, int[] y, int yo, byte[] z, int zo, int n) {
    switch (kind) {
      case EQ -> IntComparison.eq(x, y, yo, z, zo, n);
      case NE -> IntComparison.ne(x, y, yo, z, zo, n);
      case LT -> IntComparison.lt(x, y, yo, z, zo, n);
      case LE -> IntComparison.le(x, y, yo, z, zo, n);
      case GT -> IntComparison.gt(x, y, yo, z, zo, n);
      case GE -> IntComparison.ge(x, y, yo, z, zo, n);
    }
  }
}
