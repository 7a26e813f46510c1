package dev.espalier.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.Bitcast;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ConversionReferenceTest {
  private static NdArray convert(NdArray x, DType to) {
    return Samples.one(new Convert(to), x);
  }

  @Test
  void floatsBecomeIntegersAsByAJavaCast() {
    double[] values = {
      0.9,
      -0.9,
      2.5,
      -2.5,
      1e10,
      -1e10,
      1e300,
      -1e300,
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      2147483647.5,
      -0.0
    };
    NdArray x = NdArray.of(values, values.length);
    for (int i = 0; i < values.length; i++) {
      assertThat(convert(x, DType.I32).getLong(i)).isEqualTo((int) values[i]);
      assertThat(convert(x, DType.I64).getLong(i)).isEqualTo((long) values[i]);
      float narrow = (float) values[i];
      assertThat(convert(x.convert(DType.F32), DType.I32).getLong(i)).isEqualTo((int) narrow);
      assertThat(convert(x.convert(DType.F32), DType.I64).getLong(i)).isEqualTo((long) narrow);
    }
  }

  @Test
  void integersKeepTheirLowBitsAndTheirSign() {
    long[] values = {0, -1, 1L << 31, 1L << 32, Long.MIN_VALUE, Long.MAX_VALUE, -(1L << 33) - 5};
    NdArray narrow = convert(NdArray.of(values, values.length), DType.I32);
    for (int i = 0; i < values.length; i++) {
      int low = (int) values[i];
      assertThat(narrow.getLong(i)).isEqualTo(low);
      assertThat(convert(narrow, DType.I64).getLong(i)).isEqualTo(low);
    }
  }

  @Test
  void anythingButZeroIsTrue() {
    NdArray x = Samples.of(DType.F64, 0, -0.0, Double.NaN, Double.MIN_VALUE, 0.3, -7);
    assertThat(convert(x, DType.BOOL).toLongs()).containsExactly(0, 0, 1, 1, 1, 1);
    NdArray longs = NdArray.of(new long[] {0, 1L << 40, Long.MIN_VALUE}, 3);
    assertThat(convert(longs, DType.BOOL).toLongs()).containsExactly(0, 1, 1);
    for (DType to : DType.values()) {
      NdArray truth = NdArray.of(new boolean[] {true, false}, 2);
      assertThat(convert(truth, to).toDoubles()).containsExactly(1, 0);
    }
  }

  @Test
  void longsAreRoundedToFloatOnce() {
    Random random = new Random(8);
    for (int i = 0; i < 2000; i++) {
      long value = random.nextLong() >> random.nextInt(63);
      NdArray x = NdArray.scalar(value);
      assertThat(convert(x, DType.F32).getDouble(0)).isEqualTo((float) value);
      assertThat(convert(x, DType.F64).getDouble(0)).isEqualTo((double) value);
    }
    // One above the middle of two bfloat16, which a double or a float would have lost.
    long above = (1L << 62) + (1L << 54) + 1;
    assertThat(convert(NdArray.scalar(above), DType.BF16).getDouble(0)).isEqualTo(0x1p62 + 0x1p55);
    assertThat(convert(NdArray.scalar(above - 1), DType.BF16).getDouble(0)).isEqualTo(0x1p62);
  }

  /** The nearest of all finite values of a 16-bit type, ties to the even bits. */
  private static double nearest(double value, short[] bits, NdArray all) {
    int best = -1;
    for (int i = 0; i < bits.length; i++) {
      if (!Double.isFinite(all.getDouble(i)) || Math.signum(value) * all.getDouble(i) < 0) {
        continue;
      }
      if (best < 0) {
        best = i;
        continue;
      }
      BigDecimal here = new BigDecimal(all.getDouble(i)).subtract(new BigDecimal(value)).abs();
      BigDecimal held = new BigDecimal(all.getDouble(best)).subtract(new BigDecimal(value)).abs();
      int order = here.compareTo(held);
      if (order < 0 || (order == 0 && (bits[i] & 1) == 0)) {
        best = i;
      }
    }
    return all.getDouble(best);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BF16", "F16"})
  void doublesAreRoundedTo16BitsOnceToNearestEven(DType dtype) {
    // The neighbourhood of 1 to 1.04 in bits, exhaustively enough to search.
    short[] bits = new short[24];
    short one = (short) (dtype == DType.BF16 ? 0x3f80 : 0x3c00);
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) (one + i);
    }
    NdArray all = NdArray.wrap(TensorType.of(dtype, bits.length), bits);
    double step = all.getDouble(1) - all.getDouble(0);
    for (int i = 0; i < 20; i++) {
      for (double part : new double[] {0, 0.25, 0.5, 0.75}) {
        for (double nudge : new double[] {-0x1p-50, -0x1p-30, 0, 0x1p-30, 0x1p-50}) {
          double value = 1 + step * (i + part) + nudge;
          assertThat(convert(NdArray.of(new double[] {value}), dtype).getDouble(0))
              .as("%s", value)
              .isEqualTo(value < 1 ? 1 : nearest(value, bits, all));
        }
      }
    }
  }

  @Test
  void narrowFloatsOverflowToInfinityAndUnderflowThroughSubnormals() {
    NdArray x = Samples.of(DType.F64, 65504, 65519.999, 65520, -1e6, 0x1p-24, 0x1p-25, -0x1p-26);
    assertThat(convert(x, DType.F16).toDoubles())
        .containsExactly(
            65504, 65504, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0x1p-24, 0, -0.0);
    double most = 0x1.fep127;
    NdArray y = Samples.of(DType.F64, most, 0x1.fefffep127, 0x1.ffp127, -1e300, -1e-60);
    assertThat(convert(y, DType.BF16).toDoubles())
        .containsExactly(most, most, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0);
    for (DType dtype : new DType[] {DType.F16, DType.BF16, DType.F32, DType.F64}) {
      assertThat(convert(Samples.of(DType.F64, Double.NaN), dtype).getDouble(0)).isNaN();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"BF16", "F16"})
  void every16BitFloatSurvivesTheWayThroughWiderTypes(DType dtype) {
    short[] bits = new short[1 << 16];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) i;
    }
    NdArray x = NdArray.wrap(TensorType.of(dtype, bits.length), bits);
    for (DType wide : new DType[] {DType.F32, DType.F64}) {
      NdArray back = convert(convert(x, wide), dtype);
      for (int i = 0; i < bits.length; i++) {
        assertThat(Double.compare(back.getDouble(i), x.getDouble(i))).isZero();
      }
    }
  }

  @Test
  void aBitcastKeepsEveryBit() {
    int[] ints = {0, 1, -1, 0x7fc0dead, 0xff800001, 0x80000000, 0x3f800000};
    NdArray x = NdArray.of(ints, ints.length);
    NdArray floats = Samples.one(new Bitcast(DType.F32), x);
    assertThat(floats.getDouble(6)).isEqualTo(1);
    assertThat(Samples.one(new Bitcast(DType.I32), floats)).isEqualTo(x);
    long[] longs = {0, -1, 0x7ff8dead0000beefL, Long.MIN_VALUE, 0x3ff0000000000000L};
    NdArray y = NdArray.of(longs, longs.length);
    NdArray doubles = Samples.one(new Bitcast(DType.F64), y);
    assertThat(doubles.getDouble(4)).isEqualTo(1);
    assertThat(Samples.one(new Bitcast(DType.I64), doubles)).isEqualTo(y);
    NdArray brain = NdArray.wrap(TensorType.of(DType.BF16, 2), new short[] {0x3c00, -1});
    NdArray half = Samples.one(new Bitcast(DType.F16), brain);
    assertThat(half.getDouble(0)).isEqualTo(1);
    assertThat(Samples.one(new Bitcast(DType.BF16), half)).isEqualTo(brain);
  }
}
