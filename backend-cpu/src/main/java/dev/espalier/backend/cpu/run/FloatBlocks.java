package dev.espalier.backend.cpu.run;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Unary;
import dev.espalier.backend.cpu.kernel.FloatArithmetic;
import dev.espalier.backend.cpu.kernel.FloatComparison;
import dev.espalier.backend.cpu.kernel.FloatErrorFunctions;
import dev.espalier.backend.cpu.kernel.FloatErrorInverse;
import dev.espalier.backend.cpu.kernel.FloatExponentials;
import dev.espalier.backend.cpu.kernel.FloatGamma;
import dev.espalier.backend.cpu.kernel.FloatHyperbolics;
import dev.espalier.backend.cpu.kernel.FloatInverseTrigonometry;
import dev.espalier.backend.cpu.kernel.FloatLogarithms;
import dev.espalier.backend.cpu.kernel.FloatPower;
import dev.espalier.backend.cpu.kernel.FloatRemainder;
import dev.espalier.backend.cpu.kernel.FloatRounding;
import dev.espalier.backend.cpu.kernel.FloatTrigonometry;

/** The block kernels of floats by the kinds of the operations. */
final class FloatBlocks {
  private FloatBlocks() {}

  static void unary(Unary.Kind kind, float[] x, int xo, float[] z, int zo, int n) {
    switch (kind) {
      case NEG -> FloatRounding.neg(x, xo, z, zo, n);
      case ABS -> FloatRounding.abs(x, xo, z, zo, n);
      case SIGN -> FloatRounding.sign(x, xo, z, zo, n);
      case SQRT -> FloatRounding.sqrt(x, xo, z, zo, n);
      case RSQRT -> FloatRounding.rsqrt(x, xo, z, zo, n);
      case FLOOR -> FloatRounding.floor(x, xo, z, zo, n);
      case CEIL -> FloatRounding.ceil(x, xo, z, zo, n);
      case ROUND -> FloatRounding.round(x, xo, z, zo, n);
      case EXP -> FloatExponentials.exp(x, xo, z, zo, n);
      case EXPM1 -> FloatExponentials.expm1(x, xo, z, zo, n);
      case LOGISTIC -> FloatExponentials.logistic(x, xo, z, zo, n);
      case TANH -> FloatExponentials.tanh(x, xo, z, zo, n);
      case ERF -> FloatErrorFunctions.erf(x, xo, z, zo, n);
      case LOG -> FloatLogarithms.log(x, xo, z, zo, n);
      case LOG1P -> FloatLogarithms.log1p(x, xo, z, zo, n);
      case SIN -> FloatTrigonometry.sin(x, xo, z, zo, n);
      case COS -> FloatTrigonometry.cos(x, xo, z, zo, n);
      case CBRT -> FloatPower.cbrt(x, xo, z, zo, n);
      case TAN -> FloatTrigonometry.tan(x, xo, z, zo, n);
      case ASIN -> FloatInverseTrigonometry.asin(x, xo, z, zo, n);
      case ACOS -> FloatInverseTrigonometry.acos(x, xo, z, zo, n);
      case ATAN -> FloatInverseTrigonometry.atan(x, xo, z, zo, n);
      case SINH -> FloatHyperbolics.sinh(x, xo, z, zo, n);
      case COSH -> FloatHyperbolics.cosh(x, xo, z, zo, n);
      case ASINH -> FloatHyperbolics.asinh(x, xo, z, zo, n);
      case ACOSH -> FloatHyperbolics.acosh(x, xo, z, zo, n);
      case ATANH -> FloatHyperbolics.atanh(x, xo, z, zo, n);
      case ERFC -> FloatErrorFunctions.erfc(x, xo, z, zo, n);
      case ERFINV -> FloatErrorInverse.erfinv(x, xo, z, zo, n);
      case LGAMMA -> FloatGamma.lgamma(x, xo, z, zo, n);
      case NOT -> throw new AssertionError(kind);
    }
  }

  static void binary(
      Binary.Kind kind, float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    switch (kind) {
      case ADD -> FloatArithmetic.add(x, xo, y, yo, z, zo, n);
      case SUB -> FloatArithmetic.sub(x, xo, y, yo, z, zo, n);
      case MUL -> FloatArithmetic.mul(x, xo, y, yo, z, zo, n);
      case DIV -> FloatArithmetic.div(x, xo, y, yo, z, zo, n);
      case REM -> FloatRemainder.rem(x, xo, y, yo, z, zo, n);
      case MAX -> FloatArithmetic.max(x, xo, y, yo, z, zo, n);
      case MIN -> FloatArithmetic.min(x, xo, y, yo, z, zo, n);
      case POW -> FloatPower.pow(x, xo, y, yo, z, zo, n);
      case ATAN2 -> FloatInverseTrigonometry.atan2(x, xo, y, yo, z, zo, n);
      case AND, OR, XOR, SHL, SHR, USHR -> throw new AssertionError(kind);
    }
  }

  /** The second operand is one value. */
  static void binaryRight(Binary.Kind kind, float[] x, int xo, float y, float[] z, int zo, int n) {
    switch (kind) {
      case ADD -> FloatArithmetic.add(x, xo, y, z, zo, n);
      case SUB -> FloatArithmetic.sub(x, xo, y, z, zo, n);
      case MUL -> FloatArithmetic.mul(x, xo, y, z, zo, n);
      case DIV -> FloatArithmetic.div(x, xo, y, z, zo, n);
      case REM -> FloatRemainder.rem(x, xo, y, z, zo, n);
      case MAX -> FloatArithmetic.max(x, xo, y, z, zo, n);
      case MIN -> FloatArithmetic.min(x, xo, y, z, zo, n);
      case POW -> FloatPower.pow(x, xo, y, z, zo, n);
      case ATAN2 -> FloatInverseTrigonometry.atan2(x, xo, y, z, zo, n);
      case AND, OR, XOR, SHL, SHR, USHR -> throw new AssertionError(kind);
    }
  }

  /** The first operand is one value. */
  static void binaryLeft(Binary.Kind kind, float x, float[] y, int yo, float[] z, int zo, int n) {
    switch (kind) {
      case ADD -> FloatArithmetic.add(x, y, yo, z, zo, n);
      case SUB -> FloatArithmetic.sub(x, y, yo, z, zo, n);
      case MUL -> FloatArithmetic.mul(x, y, yo, z, zo, n);
      case DIV -> FloatArithmetic.div(x, y, yo, z, zo, n);
      case REM -> FloatRemainder.rem(x, y, yo, z, zo, n);
      case MAX -> FloatArithmetic.max(x, y, yo, z, zo, n);
      case MIN -> FloatArithmetic.min(x, y, yo, z, zo, n);
      case POW -> FloatPower.pow(x, y, yo, z, zo, n);
      case ATAN2 -> FloatInverseTrigonometry.atan2(x, y, yo, z, zo, n);
      case AND, OR, XOR, SHL, SHR, USHR -> throw new AssertionError(kind);
    }
  }

  static void compare(
      Compare.Kind kind, float[] x, int xo, float[] y, int yo, byte[] z, int zo, int n) {
    switch (kind) {
      case EQ -> FloatComparison.eq(x, xo, y, yo, z, zo, n);
      case NE -> FloatComparison.ne(x, xo, y, yo, z, zo, n);
      case LT -> FloatComparison.lt(x, xo, y, yo, z, zo, n);
      case LE -> FloatComparison.le(x, xo, y, yo, z, zo, n);
      case GT -> FloatComparison.gt(x, xo, y, yo, z, zo, n);
      case GE -> FloatComparison.ge(x, xo, y, yo, z, zo, n);
    }
  }

  /** The second operand is one value. */
  static void compareRight(Compare.Kind kind, float[] x, int xo, float y, byte[] z, int zo, int n) {
    switch (kind) {
      case EQ -> FloatComparison.eq(x, xo, y, z, zo, n);
      case NE -> FloatComparison.ne(x, xo, y, z, zo, n);
      case LT -> FloatComparison.lt(x, xo, y, z, zo, n);
      case LE -> FloatComparison.le(x, xo, y, z, zo, n);
      case GT -> FloatComparison.gt(x, xo, y, z, zo, n);
      case GE -> FloatComparison.ge(x, xo, y, z, zo, n);
    }
  }

  /** The first operand is one value. */
  static void compareLeft(Compare.Kind kind, float x, float[] y, int yo, byte[] z, int zo, int n) {
    switch (kind) {
      case EQ -> FloatComparison.eq(x, y, yo, z, zo, n);
      case NE -> FloatComparison.ne(x, y, yo, z, zo, n);
      case LT -> FloatComparison.lt(x, y, yo, z, zo, n);
      case LE -> FloatComparison.le(x, y, yo, z, zo, n);
      case GT -> FloatComparison.gt(x, y, yo, z, zo, n);
      case GE -> FloatComparison.ge(x, y, yo, z, zo, n);
    }
  }
}
