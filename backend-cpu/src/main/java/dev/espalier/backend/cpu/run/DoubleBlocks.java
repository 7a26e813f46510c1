package dev.espalier.backend.cpu.run;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Unary;
import dev.espalier.backend.cpu.kernel.DoubleArithmetic;
import dev.espalier.backend.cpu.kernel.DoubleComparison;
import dev.espalier.backend.cpu.kernel.DoubleErrorFunctions;
import dev.espalier.backend.cpu.kernel.DoubleErrorInverse;
import dev.espalier.backend.cpu.kernel.DoubleExponentials;
import dev.espalier.backend.cpu.kernel.DoubleGamma;
import dev.espalier.backend.cpu.kernel.DoubleHyperbolics;
import dev.espalier.backend.cpu.kernel.DoubleInverseTrigonometry;
import dev.espalier.backend.cpu.kernel.DoubleLogarithms;
import dev.espalier.backend.cpu.kernel.DoublePower;
import dev.espalier.backend.cpu.kernel.DoubleRemainder;
import dev.espalier.backend.cpu.kernel.DoubleRounding;
import dev.espalier.backend.cpu.kernel.DoubleTrigonometry;

/** The block kernels of doubles by the kinds of the operations. */
final class DoubleBlocks {
  private DoubleBlocks() {}

  static void unary(Unary.Kind kind, double[] x, int xo, double[] z, int zo, int n) {
    switch (kind) {
      case NEG -> DoubleRounding.neg(x, xo, z, zo, n);
      case ABS -> DoubleRounding.abs(x, xo, z, zo, n);
      case SIGN -> DoubleRounding.sign(x, xo, z, zo, n);
      case SQRT -> DoubleRounding.sqrt(x, xo, z, zo, n);
      case RSQRT -> DoubleRounding.rsqrt(x, xo, z, zo, n);
      case FLOOR -> DoubleRounding.floor(x, xo, z, zo, n);
      case CEIL -> DoubleRounding.ceil(x, xo, z, zo, n);
      case ROUND -> DoubleRounding.round(x, xo, z, zo, n);
      case EXP -> DoubleExponentials.exp(x, xo, z, zo, n);
      case EXPM1 -> DoubleExponentials.expm1(x, xo, z, zo, n);
      case LOGISTIC -> DoubleExponentials.logistic(x, xo, z, zo, n);
      case TANH -> DoubleExponentials.tanh(x, xo, z, zo, n);
      case ERF -> DoubleErrorFunctions.erf(x, xo, z, zo, n);
      case LOG -> DoubleLogarithms.log(x, xo, z, zo, n);
      case LOG1P -> DoubleLogarithms.log1p(x, xo, z, zo, n);
      case SIN -> DoubleTrigonometry.sin(x, xo, z, zo, n);
      case COS -> DoubleTrigonometry.cos(x, xo, z, zo, n);
      case CBRT -> DoublePower.cbrt(x, xo, z, zo, n);
      case TAN -> DoubleTrigonometry.tan(x, xo, z, zo, n);
      case ASIN -> DoubleInverseTrigonometry.asin(x, xo, z, zo, n);
      case ACOS -> DoubleInverseTrigonometry.acos(x, xo, z, zo, n);
      case ATAN -> DoubleInverseTrigonometry.atan(x, xo, z, zo, n);
      case SINH -> DoubleHyperbolics.sinh(x, xo, z, zo, n);
      case COSH -> DoubleHyperbolics.cosh(x, xo, z, zo, n);
      case ASINH -> DoubleHyperbolics.asinh(x, xo, z, zo, n);
      case ACOSH -> DoubleHyperbolics.acosh(x, xo, z, zo, n);
      case ATANH -> DoubleHyperbolics.atanh(x, xo, z, zo, n);
      case ERFC -> DoubleErrorFunctions.erfc(x, xo, z, zo, n);
      case ERFINV -> DoubleErrorInverse.erfinv(x, xo, z, zo, n);
      case LGAMMA -> DoubleGamma.lgamma(x, xo, z, zo, n);
      case NOT -> throw new AssertionError(kind);
    }
  }

  static void binary(
      Binary.Kind kind, double[] x, int xo, double[] y, int yo, double[] z, int zo, int n) {
    switch (kind) {
      case ADD -> DoubleArithmetic.add(x, xo, y, yo, z, zo, n);
      case SUB -> DoubleArithmetic.sub(x, xo, y, yo, z, zo, n);
      case MUL -> DoubleArithmetic.mul(x, xo, y, yo, z, zo, n);
      case DIV -> DoubleArithmetic.div(x, xo, y, yo, z, zo, n);
      case REM -> DoubleRemainder.rem(x, xo, y, yo, z, zo, n);
      case MAX -> DoubleArithmetic.max(x, xo, y, yo, z, zo, n);
      case MIN -> DoubleArithmetic.min(x, xo, y, yo, z, zo, n);
      case POW -> DoublePower.pow(x, xo, y, yo, z, zo, n);
      case ATAN2 -> DoubleInverseTrigonometry.atan2(x, xo, y, yo, z, zo, n);
      case AND, OR, XOR, SHL, SHR, USHR -> throw new AssertionError(kind);
    }
  }

  /** The second operand is one value. */
  static void binaryRight(
      Binary.Kind kind, double[] x, int xo, double y, double[] z, int zo, int n) {
    switch (kind) {
      case ADD -> DoubleArithmetic.add(x, xo, y, z, zo, n);
      case SUB -> DoubleArithmetic.sub(x, xo, y, z, zo, n);
      case MUL -> DoubleArithmetic.mul(x, xo, y, z, zo, n);
      case DIV -> DoubleArithmetic.div(x, xo, y, z, zo, n);
      case REM -> DoubleRemainder.rem(x, xo, y, z, zo, n);
      case MAX -> DoubleArithmetic.max(x, xo, y, z, zo, n);
      case MIN -> DoubleArithmetic.min(x, xo, y, z, zo, n);
      case POW -> DoublePower.pow(x, xo, y, z, zo, n);
      case ATAN2 -> DoubleInverseTrigonometry.atan2(x, xo, y, z, zo, n);
      case AND, OR, XOR, SHL, SHR, USHR -> throw new AssertionError(kind);
    }
  }

  /** The first operand is one value. */
  static void binaryLeft(
      Binary.Kind kind, double x, double[] y, int yo, double[] z, int zo, int n) {
    switch (kind) {
      case ADD -> DoubleArithmetic.add(x, y, yo, z, zo, n);
      case SUB -> DoubleArithmetic.sub(x, y, yo, z, zo, n);
      case MUL -> DoubleArithmetic.mul(x, y, yo, z, zo, n);
      case DIV -> DoubleArithmetic.div(x, y, yo, z, zo, n);
      case REM -> DoubleRemainder.rem(x, y, yo, z, zo, n);
      case MAX -> DoubleArithmetic.max(x, y, yo, z, zo, n);
      case MIN -> DoubleArithmetic.min(x, y, yo, z, zo, n);
      case POW -> DoublePower.pow(x, y, yo, z, zo, n);
      case ATAN2 -> DoubleInverseTrigonometry.atan2(x, y, yo, z, zo, n);
      case AND, OR, XOR, SHL, SHR, USHR -> throw new AssertionError(kind);
    }
  }

  static void compare(
      Compare.Kind kind, double[] x, int xo, double[] y, int yo, byte[] z, int zo, int n) {
    switch (kind) {
      case EQ -> DoubleComparison.eq(x, xo, y, yo, z, zo, n);
      case NE -> DoubleComparison.ne(x, xo, y, yo, z, zo, n);
      case LT -> DoubleComparison.lt(x, xo, y, yo, z, zo, n);
      case LE -> DoubleComparison.le(x, xo, y, yo, z, zo, n);
      case GT -> DoubleComparison.gt(x, xo, y, yo, z, zo, n);
      case GE -> DoubleComparison.ge(x, xo, y, yo, z, zo, n);
    }
  }

  /** The second operand is one value. */
  static void compareRight(
      Compare.Kind kind, double[] x, int xo, double y, byte[] z, int zo, int n) {
    switch (kind) {
      case EQ -> DoubleComparison.eq(x, xo, y, z, zo, n);
      case NE -> DoubleComparison.ne(x, xo, y, z, zo, n);
      case LT -> DoubleComparison.lt(x, xo, y, z, zo, n);
      case LE -> DoubleComparison.le(x, xo, y, z, zo, n);
      case GT -> DoubleComparison.gt(x, xo, y, z, zo, n);
      case GE -> DoubleComparison.ge(x, xo, y, z, zo, n);
    }
  }

  /** The first operand is one value. */
  static void compareLeft(
      Compare.Kind kind, double x, double[] y, int yo, byte[] z, int zo, int n) {
    switch (kind) {
      case EQ -> DoubleComparison.eq(x, y, yo, z, zo, n);
      case NE -> DoubleComparison.ne(x, y, yo, z, zo, n);
      case LT -> DoubleComparison.lt(x, y, yo, z, zo, n);
      case LE -> DoubleComparison.le(x, y, yo, z, zo, n);
      case GT -> DoubleComparison.gt(x, y, yo, z, zo, n);
      case GE -> DoubleComparison.ge(x, y, yo, z, zo, n);
    }
  }
}
