package dev.espalier.engine.reference;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.engine.random.Philox;
import java.util.function.DoubleUnaryOperator;

/** Functions of the elements at one place, and random bits. */
final class ElementwiseReference {
  private ElementwiseReference() {}

  static NdArray unary(Unary.Kind kind, NdArray x) {
    TensorType type = x.type();
    if (type.dtype().isFloat()) {
      return map(x, v -> unary(kind, v));
    }
    long[] values = x.toLongs();
    for (int i = 0; i < values.length; i++) {
      values[i] = unary(kind, values[i], type.dtype());
    }
    return Elements.ofLongs(type, values);
  }

  private static NdArray map(NdArray x, DoubleUnaryOperator f) {
    double[] values = x.toDoubles();
    for (int i = 0; i < values.length; i++) {
      values[i] = f.applyAsDouble(values[i]);
    }
    return Elements.ofDoubles(x.type(), values);
  }

  private static double unary(Unary.Kind kind, double x) {
    return switch (kind) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      case EXP -> Math.exp(x);
      case EXPM1 -> Math.expm1(x);
      case LOG -> Math.log(x);
      case LOG1P -> Math.log1p(x);
      case SQRT -> Math.sqrt(x);
      case RSQRT -> 1 / Math.sqrt(x);
      case CBRT -> Math.cbrt(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TAN -> Math.tan(x);
      case ASIN -> Math.asin(x);
      case ACOS -> Math.acos(x);
      case ATAN -> Math.atan(x);
      case SINH -> Math.sinh(x);
      case COSH -> Math.cosh(x);
      case TANH -> Math.tanh(x);
      case ASINH -> SpecialFunctions.asinh(x);
      case ACOSH -> SpecialFunctions.acosh(x);
      case ATANH -> SpecialFunctions.atanh(x);
      case ERF -> SpecialFunctions.erf(x);
      case ERFC -> SpecialFunctions.erfc(x);
      case ERFINV -> SpecialFunctions.erfinv(x);
      case LOGISTIC -> SpecialFunctions.logistic(x);
      case LGAMMA -> SpecialFunctions.lgamma(x);
      case FLOOR -> Math.floor(x);
      case CEIL -> Math.ceil(x);
      case ROUND -> Math.rint(x);
      case NOT -> throw new AssertionError("the type rule refuses not on floats");
    };
  }

  private static long unary(Unary.Kind kind, long x, DType dtype) {
    return switch (kind) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case SIGN -> Long.signum(x);
      case NOT -> dtype == DType.BOOL ? 1 - x : ~x;
      case EXP,
          EXPM1,
          LOG,
          LOG1P,
          SQRT,
          RSQRT,
          CBRT,
          SIN,
          COS,
          TAN,
          ASIN,
          ACOS,
          ATAN,
          SINH,
          COSH,
          TANH,
          ASINH,
          ACOSH,
          ATANH,
          ERF,
          ERFC,
          ERFINV,
          LOGISTIC,
          LGAMMA,
          FLOOR,
          CEIL,
          ROUND ->
          throw new AssertionError("the type rule refuses " + kind + " on integers");
    };
  }

  static NdArray polygamma(int order, NdArray x) {
    return map(x, v -> SpecialFunctions.polygamma(order, v));
  }

  static NdArray binary(Binary.Kind kind, NdArray x, NdArray y) {
    TensorType type = x.type();
    int size = type.shape().size();
    if (type.dtype().isFloat()) {
      double[] values = new double[size];
      for (int i = 0; i < size; i++) {
        values[i] = binary(kind, x.getDouble(i), y.getDouble(i));
      }
      return Elements.ofDoubles(type, values);
    }
    int bits = 8 * type.dtype().bytes();
    long[] values = new long[size];
    for (int i = 0; i < size; i++) {
      values[i] = binary(kind, x.getLong(i), y.getLong(i), bits);
    }
    return Elements.ofLongs(type, values);
  }

  private static double binary(Binary.Kind kind, double x, double y) {
    return switch (kind) {
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> x / y;
      case REM -> x % y;
      case POW -> Math.pow(x, y);
      case ATAN2 -> Math.atan2(x, y);
      case MAX -> Math.max(x, y);
      case MIN -> Math.min(x, y);
      case AND, OR, XOR, SHL, SHR, USHR ->
          throw new AssertionError("the type rule refuses " + kind + " on floats");
    };
  }

  /** Integers of {@code bits} bits, sign-extended; only the low bits of the result count. */
  private static long binary(Binary.Kind kind, long x, long y, int bits) {
    boolean inRange = y >= 0 && y < bits;
    long unsigned = bits == 32 ? x & 0xffffffffL : x;
    return switch (kind) {
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> y == 0 ? -1 : x / y;
      case REM -> y == 0 ? x : x % y;
      case MAX -> Math.max(x, y);
      case MIN -> Math.min(x, y);
      case AND -> x & y;
      case OR -> x | y;
      case XOR -> x ^ y;
      case SHL -> inRange ? x << y : 0;
      case SHR -> x >> (inRange ? y : 63);
      case USHR -> inRange ? unsigned >>> y : 0;
      case POW, ATAN2 -> throw new AssertionError("the type rule refuses " + kind + " on integers");
    };
  }

  static NdArray compare(Compare.Kind kind, NdArray x, NdArray y) {
    TensorType type = x.type().withDType(DType.BOOL);
    boolean isFloat = x.type().dtype().isFloat();
    long[] values = new long[type.shape().size()];
    for (int i = 0; i < values.length; i++) {
      boolean holds =
          isFloat
              ? compare(kind, x.getDouble(i), y.getDouble(i))
              : compare(kind, x.getLong(i), y.getLong(i));
      values[i] = holds ? 1 : 0;
    }
    return Elements.ofLongs(type, values);
  }

  private static boolean compare(Compare.Kind kind, double x, double y) {
    return switch (kind) {
      case EQ -> x == y;
      case NE -> x != y;
      case LT -> x < y;
      case LE -> x <= y;
      case GT -> x > y;
      case GE -> x >= y;
    };
  }

  private static boolean compare(Compare.Kind kind, long x, long y) {
    return switch (kind) {
      case EQ -> x == y;
      case NE -> x != y;
      case LT -> x < y;
      case LE -> x <= y;
      case GT -> x > y;
      case GE -> x >= y;
    };
  }

  static NdArray select(NdArray condition, NdArray x, NdArray y) {
    Object to = NdArray.allocate(x.type());
    for (int i = 0; i < x.type().shape().size(); i++) {
      Elements.copy((condition.getLong(i) != 0 ? x : y).storage(), i, to, i);
    }
    return NdArray.wrap(x.type(), to);
  }

  static NdArray randomBits(TensorType type, NdArray key, NdArray counter) {
    int keys = key.type().shape().size();
    int[] bits = new int[type.shape().size()];
    int each = keys == 0 ? 0 : bits.length / keys;
    for (int i = 0; i < keys; i++) {
      int[] part = new int[each];
      Philox.fill(key.getLong(i), counter.getLong(i), part, 0, each);
      System.arraycopy(part, 0, bits, i * each, each);
    }
    return NdArray.wrap(type, bits);
  }
}
