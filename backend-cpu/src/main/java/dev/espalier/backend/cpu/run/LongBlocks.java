package dev.espalier.backend.cpu.run;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Unary;
import dev.espalier.backend.cpu.kernel.LongArithmetic;
import dev.espalier.backend.cpu.kernel.LongBits;
import dev.espalier.backend.cpu.kernel.LongComparison;

/** The block kernels of longs by the kinds of the operations. */
final class LongBlocks {
  private LongBlocks() {}

  static void unary(Unary.Kind kind, long[] x, int xo, long[] z, int zo, int n) {
    switch (kind) {
      case NEG -> LongArithmetic.neg(x, xo, z, zo, n);
      case ABS -> LongArithmetic.abs(x, xo, z, zo, n);
      case SIGN -> LongArithmetic.sign(x, xo, z, zo, n);
      case NOT -> LongBits.not(x, xo, z, zo, n);
      default -> throw new AssertionError(kind);
    }
  }

  static void binary(
      Binary.Kind kind, long[] x, int xo, long[] y, int yo, long[] z, int zo, int n) {
    switch (kind) {
      case ADD -> LongArithmetic.add(x, xo, y, yo, z, zo, n);
      case SUB -> LongArithmetic.sub(x, xo, y, yo, z, zo, n);
      case MUL -> LongArithmetic.mul(x, xo, y, yo, z, zo, n);
      case DIV -> LongArithmetic.div(x, xo, y, yo, z, zo, n);
      case REM -> LongArithmetic.rem(x, xo, y, yo, z, zo, n);
      case MAX -> LongArithmetic.max(x, xo, y, yo, z, zo, n);
      case MIN -> LongArithmetic.min(x, xo, y, yo, z, zo, n);
      case AND -> LongBits.and(x, xo, y, yo, z, zo, n);
      case OR -> LongBits.or(x, xo, y, yo, z, zo, n);
      case XOR -> LongBits.xor(x, xo, y, yo, z, zo, n);
      case SHL -> LongBits.shl(x, xo, y, yo, z, zo, n);
      case SHR -> LongBits.shr(x, xo, y, yo, z, zo, n);
      case USHR -> LongBits.ushr(x, xo, y, yo, z, zo, n);
      case POW, ATAN2 -> throw new AssertionError(kind);
    }
  }

  /** The second operand is one value. */
  static void binaryRight(Binary.Kind kind, long[] x, int xo, long y, long[] z, int zo, int n) {
    switch (kind) {
      case ADD -> LongArithmetic.add(x, xo, y, z, zo, n);
      case SUB -> LongArithmetic.sub(x, xo, y, z, zo, n);
      case MUL -> LongArithmetic.mul(x, xo, y, z, zo, n);
      case DIV -> LongArithmetic.div(x, xo, y, z, zo, n);
      case REM -> LongArithmetic.rem(x, xo, y, z, zo, n);
      case MAX -> LongArithmetic.max(x, xo, y, z, zo, n);
      case MIN -> LongArithmetic.min(x, xo, y, z, zo, n);
      case AND -> LongBits.and(x, xo, y, z, zo, n);
      case OR -> LongBits.or(x, xo, y, z, zo, n);
      case XOR -> LongBits.xor(x, xo, y, z, zo, n);
      case SHL -> LongBits.shl(x, xo, y, z, zo, n);
      case SHR -> LongBits.shr(x, xo, y, z, zo, n);
      case USHR -> LongBits.ushr(x, xo, y, z, zo, n);
      case POW, ATAN2 -> throw new AssertionError(kind);
    }
  }

  /** The first operand is one value. */
  static void binaryLeft(Binary.Kind kind, long x, long[] y, int yo, long[] z, int zo, int n) {
    switch (kind) {
      case ADD -> LongArithmetic.add(x, y, yo, z, zo, n);
      case SUB -> LongArithmetic.sub(x, y, yo, z, zo, n);
      case MUL -> LongArithmetic.mul(x, y, yo, z, zo, n);
      case DIV -> LongArithmetic.div(x, y, yo, z, zo, n);
      case REM -> LongArithmetic.rem(x, y, yo, z, zo, n);
      case MAX -> LongArithmetic.max(x, y, yo, z, zo, n);
      case MIN -> LongArithmetic.min(x, y, yo, z, zo, n);
      case AND -> LongBits.and(x, y, yo, z, zo, n);
      case OR -> LongBits.or(x, y, yo, z, zo, n);
      case XOR -> LongBits.xor(x, y, yo, z, zo, n);
      case SHL -> LongBits.shl(x, y, yo, z, zo, n);
      case SHR -> LongBits.shr(x, y, yo, z, zo, n);
      case USHR -> LongBits.ushr(x, y, yo, z, zo, n);
      case POW, ATAN2 -> throw new AssertionError(kind);
    }
  }

  static void compare(
      Compare.Kind kind, long[] x, int xo, long[] y, int yo, byte[] z, int zo, int n) {
    switch (kind) {
      case EQ -> LongComparison.eq(x, xo, y, yo, z, zo, n);
      case NE -> LongComparison.ne(x, xo, y, yo, z, zo, n);
      case LT -> LongComparison.lt(x, xo, y, yo, z, zo, n);
      case LE -> LongComparison.le(x, xo, y, yo, z, zo, n);
      case GT -> LongComparison.gt(x, xo, y, yo, z, zo, n);
      case GE -> LongComparison.ge(x, xo, y, yo, z, zo, n);
    }
  }

  /** The second operand is one value. */
  static void compareRight(Compare.Kind kind, long[] x, int xo, long y, byte[] z, int zo, int n) {
    switch (kind) {
      case EQ -> LongComparison.eq(x, xo, y, z, zo, n);
      case NE -> LongComparison.ne(x, xo, y, z, zo, n);
      case LT -> LongComparison.lt(x, xo, y, z, zo, n);
      case LE -> LongComparison.le(x, xo, y, z, zo, n);
      case GT -> LongComparison.gt(x, xo, y, z, zo, n);
      case GE -> LongComparison.ge(x, xo, y, z, zo, n);
    }
  }

  /** The first operand is one value. */
  static void compareLeft(Compare.Kind kind, long x, long[] y, int yo, byte[] z, int zo, int n) {
    switch (kind) {
      case EQ -> LongComparison.eq(x, y, yo, z, zo, n);
      case NE -> LongComparison.ne(x, y, yo, z, zo, n);
      case LT -> LongComparison.lt(x, y, yo, z, zo, n);
      case LE -> LongComparison.le(x, y, yo, z, zo, n);
      case GT -> LongComparison.gt(x, y, yo, z, zo, n);
      case GE -> LongComparison.ge(x, y, yo, z, zo, n);
    }
  }
}
