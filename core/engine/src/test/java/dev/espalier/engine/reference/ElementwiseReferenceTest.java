package dev.espalier.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ElementwiseReferenceTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;
  private static final double TINY = Double.MIN_VALUE;

  private static final double[] SPECIAL = {
    0.0, -0.0, 1, -1, 0.5, -0.5, 2, -2.5, 3, 1e-30, -1e30, TINY, -TINY, INF, -INF, NAN, 65504
  };

  private static final int[] INTS = {
    0, 1, -1, 2, -2, 3, -7, 31, 32, 33, 100, Integer.MAX_VALUE, Integer.MIN_VALUE, 46341
  };

  private static final long[] LONGS = {
    0, 1, -1, 2, -7, 31, 32, 63, 64, 65, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, 3037000500L
  };

  static Stream<DType> floats() {
    return Arrays.stream(DType.values()).filter(DType::isFloat);
  }

  private static double unary(Unary.Kind kind, double x) {
    return Samples.one(new Unary(kind), Samples.of(DType.F64, x)).getDouble(0);
  }

  private static double binary(Binary.Kind kind, double x, double y) {
    return Samples.one(new Binary(kind), Samples.of(DType.F64, x), Samples.of(DType.F64, y))
        .getDouble(0);
  }

  @Test
  void aKindIsDefinedOnExactlyTheTypesThatItAccepts() {
    for (DType dtype : DType.values()) {
      NdArray x = NdArray.filled(TensorType.of(dtype, 3), 1);
      for (Unary.Kind kind : Unary.Kind.values()) {
        if (kind.accepts(dtype)) {
          assertThat(Samples.one(new Unary(kind), x).type()).isEqualTo(x.type());
        } else {
          assertThatThrownBy(() -> Samples.one(new Unary(kind), x))
              .isInstanceOf(EspalierException.class);
        }
      }
      for (Binary.Kind kind : Binary.Kind.values()) {
        if (kind.accepts(dtype)) {
          assertThat(Samples.one(new Binary(kind), x, x).type()).isEqualTo(x.type());
        } else {
          assertThatThrownBy(() -> Samples.one(new Binary(kind), x, x))
              .isInstanceOf(EspalierException.class);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Unary.Kind.class)
  void aNarrowFloatResultIsTheDoubleResultRoundedOnce(Unary.Kind kind) {
    if (kind.domain() == Unary.Domain.BITS) {
      return;
    }
    for (DType dtype : floats().toList()) {
      NdArray x = Samples.of(dtype, SPECIAL);
      NdArray wide = Samples.one(new Unary(kind), x.convert(DType.F64));
      assertThat(Samples.one(new Unary(kind), x)).isEqualTo(wide.convert(dtype));
    }
  }

  @ParameterizedTest
  @EnumSource(Unary.Kind.class)
  void aFunctionOfNaNIsNaN(Unary.Kind kind) {
    if (kind.domain() != Unary.Domain.BITS) {
      assertThat(unary(kind, NAN)).isNaN();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Unary.Kind.class,
      names = {
        "NEG", "SIGN", "EXPM1", "LOG1P", "SQRT", "CBRT", "SIN", "TAN", "ASIN", "ATAN", "SINH",
        "TANH", "ASINH", "ATANH", "ERF", "ERFINV", "FLOOR", "CEIL", "ROUND"
      })
  void functionsThatAreOddAtZeroKeepItsSign(Unary.Kind kind) {
    double sign = kind == Unary.Kind.NEG ? -1 : 1;
    assertThat(Double.compare(unary(kind, 0.0), sign * 0.0)).isZero();
    assertThat(Double.compare(unary(kind, -0.0), sign * -0.0)).isZero();
  }

  @Test
  void functionsHaveTheirLimitsAtInfinity() {
    Object[][] limits = {
      {Unary.Kind.NEG, INF, -INF},
      {Unary.Kind.ABS, INF, INF},
      {Unary.Kind.SIGN, -1.0, 1.0},
      {Unary.Kind.EXP, 0.0, INF},
      {Unary.Kind.EXPM1, -1.0, INF},
      {Unary.Kind.LOG, NAN, INF},
      {Unary.Kind.LOG1P, NAN, INF},
      {Unary.Kind.SQRT, NAN, INF},
      {Unary.Kind.RSQRT, NAN, 0.0},
      {Unary.Kind.CBRT, -INF, INF},
      {Unary.Kind.SIN, NAN, NAN},
      {Unary.Kind.COS, NAN, NAN},
      {Unary.Kind.TAN, NAN, NAN},
      {Unary.Kind.ASIN, NAN, NAN},
      {Unary.Kind.ACOS, NAN, NAN},
      {Unary.Kind.ATAN, -Math.PI / 2, Math.PI / 2},
      {Unary.Kind.SINH, -INF, INF},
      {Unary.Kind.COSH, INF, INF},
      {Unary.Kind.TANH, -1.0, 1.0},
      {Unary.Kind.ASINH, -INF, INF},
      {Unary.Kind.ACOSH, NAN, INF},
      {Unary.Kind.ATANH, NAN, NAN},
      {Unary.Kind.ERF, -1.0, 1.0},
      {Unary.Kind.ERFC, 2.0, 0.0},
      {Unary.Kind.ERFINV, NAN, NAN},
      {Unary.Kind.LOGISTIC, 0.0, 1.0},
      {Unary.Kind.LGAMMA, INF, INF},
      {Unary.Kind.FLOOR, -INF, INF},
      {Unary.Kind.CEIL, -INF, INF},
      {Unary.Kind.ROUND, -INF, INF},
    };
    for (Object[] row : limits) {
      Unary.Kind kind = (Unary.Kind) row[0];
      assertThat(unary(kind, -INF)).as("%s(-inf)", kind).isEqualTo(row[1]);
      assertThat(unary(kind, INF)).as("%s(inf)", kind).isEqualTo(row[2]);
    }
    assertThat(limits.length).isEqualTo(Unary.Kind.values().length - 1);
  }

  @Test
  void functionsHaveTheirPolesAndTheEdgesOfTheirDomains() {
    assertThat(unary(Unary.Kind.LOG, 0)).isEqualTo(-INF);
    assertThat(unary(Unary.Kind.LOG, -1)).isNaN();
    assertThat(unary(Unary.Kind.LOG1P, -1)).isEqualTo(-INF);
    assertThat(unary(Unary.Kind.RSQRT, 0)).isEqualTo(INF);
    assertThat(unary(Unary.Kind.ATANH, 1)).isEqualTo(INF);
    assertThat(unary(Unary.Kind.ATANH, -1)).isEqualTo(-INF);
    assertThat(unary(Unary.Kind.ERFINV, 1)).isEqualTo(INF);
    assertThat(unary(Unary.Kind.ERFINV, -1)).isEqualTo(-INF);
    assertThat(unary(Unary.Kind.ERFINV, 1.5)).isNaN();
    assertThat(unary(Unary.Kind.ACOSH, 1)).isZero();
    for (double below : new double[] {0.999, 0, -0.5, -1, -3, -1e5, -1e10, -1e200}) {
      assertThat(unary(Unary.Kind.ACOSH, below)).as("acosh(%s)", below).isNaN();
    }
    for (double outside : new double[] {1.01, -1.01, 1e20, -1e300}) {
      assertThat(unary(Unary.Kind.ATANH, outside)).as("atanh(%s)", outside).isNaN();
    }
    assertThat(unary(Unary.Kind.EXP, -1000)).isZero();
    assertThat(unary(Unary.Kind.LOGISTIC, -800)).isZero();
    assertThat(unary(Unary.Kind.LOGISTIC, 800)).isOne();
    assertThat(unary(Unary.Kind.LOGISTIC, 0)).isEqualTo(0.5);
  }

  @Test
  void roundingGoesToTheEvenOfTwoEquallyNear() {
    double[] x = {0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.4999999999999999, 4503599627370497.0};
    double[] rounded = {0, 2, 2, -0.0, -2, -2, 0, 4503599627370497.0};
    assertThat(Samples.one(new Unary(Unary.Kind.ROUND), Samples.of(DType.F64, x)))
        .isEqualTo(Samples.of(DType.F64, rounded));
  }

  @Test
  void unaryIntegersWrap() {
    NdArray x = NdArray.of(INTS, INTS.length);
    NdArray wide = NdArray.of(LONGS, LONGS.length);
    for (int i = 0; i < INTS.length; i++) {
      assertThat(Samples.one(new Unary(Unary.Kind.NEG), x).getLong(i)).isEqualTo(-INTS[i]);
      assertThat(Samples.one(new Unary(Unary.Kind.ABS), x).getLong(i)).isEqualTo(Math.abs(INTS[i]));
      assertThat(Samples.one(new Unary(Unary.Kind.SIGN), x).getLong(i))
          .isEqualTo(Integer.signum(INTS[i]));
      assertThat(Samples.one(new Unary(Unary.Kind.NOT), x).getLong(i)).isEqualTo(~INTS[i]);
    }
    for (int i = 0; i < LONGS.length; i++) {
      assertThat(Samples.one(new Unary(Unary.Kind.NEG), wide).getLong(i)).isEqualTo(-LONGS[i]);
      assertThat(Samples.one(new Unary(Unary.Kind.ABS), wide).getLong(i))
          .isEqualTo(Math.abs(LONGS[i]));
      assertThat(Samples.one(new Unary(Unary.Kind.SIGN), wide).getLong(i))
          .isEqualTo(Long.signum(LONGS[i]));
      assertThat(Samples.one(new Unary(Unary.Kind.NOT), wide).getLong(i)).isEqualTo(~LONGS[i]);
    }
    assertThat(Samples.one(new Unary(Unary.Kind.NOT), NdArray.of(new boolean[] {true, false}, 2)))
        .isEqualTo(NdArray.of(new boolean[] {false, true}, 2));
  }

  private static int onInts(Binary.Kind kind, int x, int y) {
    boolean inRange = y >= 0 && y < 32;
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
      case SHR -> inRange ? x >> y : (x < 0 ? -1 : 0);
      case USHR -> inRange ? x >>> y : 0;
      case POW, ATAN2 -> throw new AssertionError(kind);
    };
  }

  private static long onLongs(Binary.Kind kind, long x, long y) {
    boolean inRange = y >= 0 && y < 64;
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
      case SHL -> inRange ? x << (int) y : 0;
      case SHR -> inRange ? x >> (int) y : (x < 0 ? -1 : 0);
      case USHR -> inRange ? x >>> (int) y : 0;
      case POW, ATAN2 -> throw new AssertionError(kind);
    };
  }

  @ParameterizedTest
  @EnumSource(Binary.Kind.class)
  void integersAreThoseOfJavaButForDivisionByZeroAndFarShifts(Binary.Kind kind) {
    if (!kind.accepts(DType.I32)) {
      return;
    }
    for (int x : INTS) {
      for (int y : INTS) {
        NdArray found = Samples.one(new Binary(kind), NdArray.of(new int[] {x}), scalar(y));
        assertThat(found.getLong(0)).as("%s(%d, %d)", kind, x, y).isEqualTo(onInts(kind, x, y));
      }
    }
    for (long x : LONGS) {
      for (long y : LONGS) {
        NdArray found = Samples.one(new Binary(kind), NdArray.scalar(x), NdArray.scalar(y));
        assertThat(found.getLong(0)).as("%s(%d, %d)", kind, x, y).isEqualTo(onLongs(kind, x, y));
      }
    }
  }

  private static NdArray scalar(int value) {
    return NdArray.of(new int[] {value});
  }

  @Test
  void boolsAreCombinedByTheirTruthTables() {
    NdArray x = NdArray.of(new boolean[] {false, false, true, true}, 4);
    NdArray y = NdArray.of(new boolean[] {false, true, false, true}, 4);
    assertThat(Samples.one(new Binary(Binary.Kind.AND), x, y).toLongs())
        .containsExactly(0, 0, 0, 1);
    assertThat(Samples.one(new Binary(Binary.Kind.OR), x, y).toLongs()).containsExactly(0, 1, 1, 1);
    assertThat(Samples.one(new Binary(Binary.Kind.XOR), x, y).toLongs())
        .containsExactly(0, 1, 1, 0);
    assertThat(Samples.one(new Compare(Compare.Kind.LT), x, y).toLongs())
        .containsExactly(0, 1, 0, 0);
    assertThat(Samples.one(new Compare(Compare.Kind.GE), x, y).toLongs())
        .containsExactly(1, 0, 1, 1);
  }

  private static DoubleBinaryOperator onFloats(Binary.Kind kind) {
    return switch (kind) {
      case ADD -> (x, y) -> x + y;
      case SUB -> (x, y) -> x - y;
      case MUL -> (x, y) -> x * y;
      case DIV -> (x, y) -> x / y;
      case REM -> (x, y) -> x % y;
      case POW -> Math::pow;
      case ATAN2 -> Math::atan2;
      case MAX -> Math::max;
      case MIN -> Math::min;
      case AND, OR, XOR, SHL, SHR, USHR -> throw new AssertionError(kind);
    };
  }

  @ParameterizedTest
  @MethodSource("floats")
  void floatsAreThoseOfJavaRoundedOnceForAllPairsOfSpecialValues(DType dtype) {
    int n = SPECIAL.length;
    double[] left = new double[n * n];
    double[] right = new double[n * n];
    for (int i = 0; i < n * n; i++) {
      left[i] = SPECIAL[i / n];
      right[i] = SPECIAL[i % n];
    }
    NdArray x = Samples.of(dtype, left);
    NdArray y = Samples.of(dtype, right);
    for (Binary.Kind kind : Binary.Kind.values()) {
      if (kind.accepts(dtype)) {
        double[] wanted = new double[n * n];
        Arrays.setAll(wanted, i -> onFloats(kind).applyAsDouble(x.getDouble(i), y.getDouble(i)));
        double[] rounded = Samples.of(dtype, wanted).toDoubles();
        double[] found = Samples.one(new Binary(kind), x, y).toDoubles();
        for (int i = 0; i < found.length; i++) {
          assertThat(Double.compare(found[i], rounded[i]))
              .as("%s(%s, %s) = %s", kind, x.getDouble(i), y.getDouble(i), found[i])
              .isZero();
        }
      }
    }
  }

  @Test
  void theLargerAndTheSmallerKnowNaNAndTheSignOfZero() {
    assertThat(binary(Binary.Kind.MAX, NAN, 1)).isNaN();
    assertThat(binary(Binary.Kind.MIN, -INF, NAN)).isNaN();
    assertThat(Double.compare(binary(Binary.Kind.MAX, -0.0, 0.0), 0.0)).isZero();
    assertThat(Double.compare(binary(Binary.Kind.MIN, 0.0, -0.0), -0.0)).isZero();
  }

  @Test
  void powersAndAnglesHaveTheirSpecialValues() {
    assertThat(binary(Binary.Kind.POW, NAN, 0)).isOne();
    assertThat(binary(Binary.Kind.POW, 1, NAN)).isNaN();
    assertThat(binary(Binary.Kind.POW, -1, INF)).isNaN();
    assertThat(binary(Binary.Kind.POW, -2, 3)).isEqualTo(-8);
    assertThat(binary(Binary.Kind.POW, -2, 0.5)).isNaN();
    assertThat(binary(Binary.Kind.POW, -0.0, -3)).isEqualTo(-INF);
    assertThat(binary(Binary.Kind.POW, 0, 0)).isOne();
    assertThat(binary(Binary.Kind.ATAN2, 0.0, -1)).isEqualTo(Math.PI);
    assertThat(binary(Binary.Kind.ATAN2, -0.0, -1)).isEqualTo(-Math.PI);
    assertThat(binary(Binary.Kind.ATAN2, 1, 0)).isEqualTo(Math.PI / 2);
    assertThat(binary(Binary.Kind.ATAN2, INF, -INF)).isEqualTo(3 * Math.PI / 4);
  }

  @ParameterizedTest
  @MethodSource("floats")
  void comparisonsOfFloatsAreThoseOfIeee754(DType dtype) {
    for (double a : SPECIAL) {
      for (double b : SPECIAL) {
        NdArray x = Samples.of(dtype, a);
        NdArray y = Samples.of(dtype, b);
        double p = x.getDouble(0);
        double q = y.getDouble(0);

        for (Compare.Kind kind : Compare.Kind.values()) {
          assertThat(Samples.one(new Compare(kind), x, y).getLong(0) != 0)
              .as("%s(%s, %s)", kind, p, q)
              .isEqualTo(holds(kind, p, q));
        }
      }
    }
  }

  private static boolean holds(Compare.Kind kind, double p, double q) {
    return switch (kind) {
      case EQ -> p == q;
      case NE -> p != q;
      case LT -> p < q;
      case LE -> p <= q;
      case GT -> p > q;
      case GE -> p >= q;
    };
  }

  @Test
  void comparisonsOfLongsSeeEveryBit() {
    long big = Long.MAX_VALUE;
    NdArray x = NdArray.of(new long[] {big, big - 1, Long.MIN_VALUE}, 3);
    NdArray y = NdArray.of(new long[] {big - 1, big, Long.MIN_VALUE + 1}, 3);
    assertThat(Samples.one(new Compare(Compare.Kind.EQ), x, y).toLongs()).containsExactly(0, 0, 0);
    assertThat(Samples.one(new Compare(Compare.Kind.GT), x, y).toLongs()).containsExactly(1, 0, 0);
    assertThat(Samples.one(new Compare(Compare.Kind.LE), x, y).toLongs()).containsExactly(0, 1, 1);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void aSelectionTakesEachElementBitByBit(DType dtype) {
    Random random = new Random(3);
    NdArray condition = Samples.random(random, DType.BOOL, 4, 5);
    NdArray x = Samples.random(random, dtype, 4, 5);
    NdArray y = Samples.random(random, dtype, 4, 5);
    NdArray chosen = Samples.one(new Select(), condition, x, y);
    for (int i = 0; i < 20; i++) {
      NdArray from = condition.getLong(i) != 0 ? x : y;
      assertThat(chosen.getDouble(i)).isEqualTo(from.getDouble(i));
    }
    assertThat(chosen.type()).isEqualTo(x.type());
  }

  @Test
  void aSelectionKeepsThePayloadOfANaN() {
    double odd = Double.longBitsToDouble(0x7ff8dead0000beefL);
    NdArray x = NdArray.of(new double[] {odd, -0.0}, 2);
    NdArray chosen =
        Samples.one(
            new Select(),
            NdArray.of(new boolean[] {true, true}, 2),
            x,
            Samples.of(DType.F64, 1, 1));
    assertThat(chosen).isEqualTo(x);
  }

  @Test
  void anEmptyOperandGivesAnEmptyResult() {
    for (DType dtype : List.of(DType.F32, DType.I64)) {
      NdArray none = NdArray.filled(TensorType.of(dtype, 0, 3), 0);
      assertThat(Samples.one(new Unary(Unary.Kind.NEG), none)).isEqualTo(none);
      assertThat(Samples.one(new Binary(Binary.Kind.ADD), none, none)).isEqualTo(none);
    }
  }
}
