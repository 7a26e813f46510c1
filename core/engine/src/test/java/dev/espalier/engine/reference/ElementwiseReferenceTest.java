package dev.espalier.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Bitcast;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class ElementwiseReferenceTest {
  private static final int MIN = Integer.MIN_VALUE;
  private static final float NAN = Float.NaN;

  private static NdArray one(Op op, NdArray... in) {
    return Reference.evaluate(op, List.of(in)).getFirst();
  }

  private static NdArray ints(int... values) {
    return NdArray.of(values, values.length);
  }

  private static NdArray longs(long... values) {
    return NdArray.of(values, values.length);
  }

  private static NdArray floats(float... values) {
    return NdArray.of(values, values.length);
  }

  private static NdArray binary(Binary.Kind kind, NdArray x, NdArray y) {
    return one(new Binary(kind), x, y);
  }

  @Test
  void everyKindRunsOnEveryTypeThatItAccepts() {
    for (DType dtype : DType.values()) {
      for (int length : new int[] {0, 1, 7}) {
        NdArray x = NdArray.filled(TensorType.of(dtype, length), 1);
        for (Unary.Kind kind : Unary.Kind.values()) {
          if (kind.accepts(dtype)) {
            assertThat(one(new Unary(kind), x).type()).isEqualTo(x.type());
          }
        }
        for (Binary.Kind kind : Binary.Kind.values()) {
          if (kind.accepts(dtype)) {
            assertThat(binary(kind, x, x).type()).isEqualTo(x.type());
          }
        }
        for (Compare.Kind kind : Compare.Kind.values()) {
          assertThat(one(new Compare(kind), x, x).type()).isEqualTo(x.type().withDType(DType.BOOL));
        }
        for (Reduce.Kind kind : Reduce.Kind.values()) {
          boolean logical = kind == Reduce.Kind.AND || kind == Reduce.Kind.OR;
          if (logical == (dtype == DType.BOOL)) {
            assertThat(one(new Reduce(kind, List.of(0)), x).type()).isEqualTo(TensorType.of(dtype));
          }
        }
        for (Cumulative.Kind kind : Cumulative.Kind.values()) {
          if (dtype != DType.BOOL) {
            assertThat(one(new Cumulative(kind, 0, true), x).type()).isEqualTo(x.type());
          }
        }
        for (DType to : DType.values()) {
          assertThat(one(new Convert(to), x)).isEqualTo(NdArray.filled(x.type().withDType(to), 1));
        }
      }
    }
  }

  @Test
  void integersWrap() {
    int max = Integer.MAX_VALUE;
    assertThat(binary(Binary.Kind.ADD, ints(max, MIN), ints(1, -1))).isEqualTo(ints(MIN, max));
    assertThat(binary(Binary.Kind.SUB, ints(MIN), ints(1))).isEqualTo(ints(max));
    assertThat(binary(Binary.Kind.MUL, ints(0x10001, MIN), ints(0x10001, -1)))
        .isEqualTo(ints(0x20001, MIN));
    assertThat(binary(Binary.Kind.MUL, longs(0x100000001L), longs(0x100000001L)))
        .isEqualTo(longs(0x200000001L));
    assertThat(one(new Unary(Unary.Kind.ABS), ints(MIN, -3))).isEqualTo(ints(MIN, 3));
    assertThat(one(new Unary(Unary.Kind.NEG), ints(MIN, 3))).isEqualTo(ints(MIN, -3));
    assertThat(one(new Unary(Unary.Kind.SIGN), ints(MIN, 0, 9))).isEqualTo(ints(-1, 0, 1));
  }

  @Test
  void integerDivisionTruncatesAndIsDefinedForZero() {
    assertThat(binary(Binary.Kind.DIV, ints(7, -7, 7, 5, MIN), ints(2, 2, -2, 0, -1)))
        .isEqualTo(ints(3, -3, -3, -1, MIN));
    assertThat(binary(Binary.Kind.REM, ints(7, -7, 7, 5, MIN), ints(3, 3, -3, 0, -1)))
        .isEqualTo(ints(1, -1, 1, 5, 0));
    assertThat(binary(Binary.Kind.DIV, longs(Long.MIN_VALUE, 1), longs(-1, 0)))
        .isEqualTo(longs(Long.MIN_VALUE, -1));
  }

  @Test
  void shiftsOutsideTheWidthShiftEverythingOut() {
    NdArray by = ints(0, 1, 31, 32, -1, 63);
    NdArray x = ints(-8, -8, -8, -8, -8, -8);
    assertThat(binary(Binary.Kind.SHL, x, by)).isEqualTo(ints(-8, -16, 0, 0, 0, 0));
    assertThat(binary(Binary.Kind.SHR, x, by)).isEqualTo(ints(-8, -4, -1, -1, -1, -1));
    assertThat(binary(Binary.Kind.USHR, x, by)).isEqualTo(ints(-8, 0x7ffffffc, 1, 0, 0, 0));
    assertThat(binary(Binary.Kind.USHR, longs(-8, -8, -8), longs(63, 64, 1)))
        .isEqualTo(longs(1, 0, Long.MAX_VALUE - 3));
  }

  @Test
  void bitsAndTruth() {
    NdArray x = NdArray.of(new boolean[] {true, false}, 2);
    assertThat(one(new Unary(Unary.Kind.NOT), x))
        .isEqualTo(NdArray.of(new boolean[] {false, true}, 2));
    assertThat(one(new Unary(Unary.Kind.NOT), ints(0, 5))).isEqualTo(ints(-1, ~5));
    assertThat(binary(Binary.Kind.XOR, ints(6), ints(3))).isEqualTo(ints(5));
  }

  @Test
  void floatExtremesHandOnNotANumberAndOrderTheZeros() {
    NdArray x = floats(NAN, 1, 0f, -0f, 3);
    NdArray y = floats(1, NAN, -0f, 0f, 2);
    assertThat(binary(Binary.Kind.MAX, x, y)).isEqualTo(floats(NAN, NAN, 0f, 0f, 3));
    assertThat(binary(Binary.Kind.MIN, x, y)).isEqualTo(floats(NAN, NAN, -0f, -0f, 2));
  }

  @Test
  void remainderPowerAndAngleAreThoseOfJava() {
    assertThat(binary(Binary.Kind.REM, floats(-7.5f, 7.5f, 1), floats(2, -2, 0)).toDoubles())
        .containsExactly(-1.5, 1.5, NAN);
    assertThat(binary(Binary.Kind.POW, floats(2, 0, -8), floats(10, 0, 3)))
        .isEqualTo(floats(1024, 1, -512));
    assertThat(binary(Binary.Kind.ATAN2, floats(1, -0f), floats(0, -1)))
        .isEqualTo(floats((float) (Math.PI / 2), (float) -Math.PI));
  }

  @Test
  void roundingTiesGoToEven() {
    NdArray x = floats(0.5f, 1.5f, 2.5f, -0.5f, -1.2f);
    assertThat(one(new Unary(Unary.Kind.ROUND), x)).isEqualTo(floats(0, 2, 2, -0f, -1));
    assertThat(one(new Unary(Unary.Kind.FLOOR), x)).isEqualTo(floats(0, 1, 2, -1, -2));
    assertThat(one(new Unary(Unary.Kind.CEIL), x)).isEqualTo(floats(1, 2, 3, -0f, -1));
    assertThat(one(new Unary(Unary.Kind.SIGN), floats(-0f, 0, NAN, -3)))
        .isEqualTo(floats(-0f, 0, NAN, -1));
  }

  @Test
  void comparisonsAreThoseOfIeee754() {
    NdArray x = floats(NAN, 0f, 1);
    NdArray y = floats(NAN, -0f, 2);
    assertThat(one(new Compare(Compare.Kind.EQ), x, y).toLongs()).containsExactly(0, 1, 0);
    assertThat(one(new Compare(Compare.Kind.NE), x, y).toLongs()).containsExactly(1, 0, 1);
    assertThat(one(new Compare(Compare.Kind.LE), x, y).toLongs()).containsExactly(0, 1, 1);
    assertThat(one(new Compare(Compare.Kind.GT), x, y).toLongs()).containsExactly(0, 0, 0);
    NdArray big = longs((1L << 53) + 1);
    assertThat(one(new Compare(Compare.Kind.GT), big, longs(1L << 53)).getLong(0)).isEqualTo(1);
  }

  @Test
  void conversionsAreJavaCastsAndRoundOnce() {
    assertThat(one(new Convert(DType.I32), floats(NAN, 1e20f, -1e20f, -1.9f)))
        .isEqualTo(ints(0, Integer.MAX_VALUE, MIN, -1));
    assertThat(one(new Convert(DType.I32), longs(0x1_0000_0005L, -1))).isEqualTo(ints(5, -1));
    assertThat(one(new Convert(DType.BOOL), floats(0, -0f, NAN, 0.1f)).toLongs())
        .containsExactly(0, 0, 1, 1);
    // Just above the middle of two neighbours: rounding to double first would lose the 1.
    long middle = (1L << 62) + (1L << 54);
    assertThat(one(new Convert(DType.BF16), longs(middle, middle + 1, -middle - 1)).toDoubles())
        .containsExactly(0x1p62, 0x1.02p62, -0x1.02p62);
  }

  @Test
  void bitcastsKeepBits() {
    assertThat(one(new Bitcast(DType.I32), floats(1, -0f))).isEqualTo(ints(0x3f800000, MIN));
    assertThat(one(new Bitcast(DType.F32), ints(0x3f800000, MIN))).isEqualTo(floats(1, -0f));
    assertThat(one(new Bitcast(DType.F64), longs(0x3ff0000000000000L)).toDoubles())
        .containsExactly(1);
    NdArray half = NdArray.of(new float[] {1}, 1).convert(DType.F16);
    assertThat(one(new Bitcast(DType.BF16), half).storage()).isEqualTo(new short[] {0x3c00});
  }

  @Test
  void narrowFloatsRoundOnceFromDouble() {
    NdArray x = NdArray.of(new float[] {1, 256}, 2).convert(DType.BF16);
    NdArray y = NdArray.of(new float[] {0x1p-8f, 3}, 2).convert(DType.BF16);
    assertThat(binary(Binary.Kind.ADD, x, y).toDoubles()).containsExactly(1, 260);
  }
}
