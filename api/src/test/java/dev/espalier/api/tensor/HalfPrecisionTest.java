package dev.espalier.api.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rounding to 16 bits, against exact decimal arithmetic over all finite values of the type. */
class HalfPrecisionTest {
  private static final int LARGEST_BFLOAT16 = 0x7f7f;
  private static final int LARGEST_FLOAT16 = 0x7bff;

  private static int largest(DType dtype) {
    return dtype == DType.BF16 ? LARGEST_BFLOAT16 : LARGEST_FLOAT16;
  }

  private static double value(DType dtype, int bits) {
    return NdArray.wrap(TensorType.of(dtype), new short[] {(short) bits}).getDouble(0);
  }

  private static int bits(NdArray array, DType to) {
    return ((short[]) array.convert(to).storage())[0] & 0xffff;
  }

  private static int bits(DType dtype, double value) {
    return bits(NdArray.of(new double[] {value}), dtype);
  }

  /** To nearest, ties to even, by search and exact comparison; infinite from half a step beyond. */
  private static int nearest(DType dtype, BigDecimal value) {
    int sign = value.signum() < 0 ? 0x8000 : 0;
    BigDecimal magnitude = value.abs();
    int low = 0;
    int high = largest(dtype) + 1;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (new BigDecimal(value(dtype, middle)).compareTo(magnitude) <= 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    BigDecimal below = new BigDecimal(value(dtype, low));
    BigDecimal above =
        low == largest(dtype)
            ? below.add(below.subtract(new BigDecimal(value(dtype, low - 1))))
            : new BigDecimal(value(dtype, high));
    int side = magnitude.subtract(below).compareTo(above.subtract(magnitude));
    return sign | (side < 0 || (side == 0 && (low & 1) == 0) ? low : high);
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void everyFiniteValueIsItsOwnRounding(DType dtype) {
    for (int bits = 0; bits <= largest(dtype); bits++) {
      for (int signed : new int[] {bits, bits | 0x8000}) {
        double value = value(dtype, signed);
        assertThat(bits(dtype, value)).isEqualTo(signed);
        assertThat(bits(NdArray.of(new float[] {(float) value}), dtype)).isEqualTo(signed);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void midpointsGoToEvenAndTheirNeighboursToTheirSide(DType dtype) {
    for (int low = 0; low < largest(dtype); low++) {
      double middle = (value(dtype, low) + value(dtype, low + 1)) / 2;
      assertThat(bits(dtype, middle)).isEqualTo((low & 1) == 0 ? low : low + 1);
      // Both are closer to the midpoint than a float can tell: a rounding by way of F32 errs.
      assertThat(bits(dtype, Math.nextDown(middle))).isEqualTo(low);
      assertThat(bits(dtype, Math.nextUp(middle))).isEqualTo(low + 1);
      assertThat(bits(dtype, -Math.nextUp(middle))).isEqualTo((low + 1) | 0x8000);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void anyDoubleIsRoundedOnce(DType dtype) {
    SplittableRandom random = new SplittableRandom(7);
    double top = value(dtype, largest(dtype));
    for (int i = 0; i < 5_000; i++) {
      int exponent = random.nextInt(Math.getExponent(top) * 2 + 30) - Math.getExponent(top) - 28;
      double value = Math.scalb(random.nextDouble(-2, 2), exponent);
      assertThat(bits(dtype, value))
          .as("%s", value)
          .isEqualTo(nearest(dtype, new BigDecimal(value)) | (value < 0 ? 0x8000 : 0));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void anyLongIsRoundedOnce(DType dtype) {
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 5_000; i++) {
      // A tie of bfloat16 and a little more or less, where a double would lose the little.
      int top = random.nextInt(55, 63);
      long tie = (1L << top) | ((long) random.nextInt(128) << (top - 7)) | (1L << (top - 8));
      long value = (tie + random.nextInt(-2, 3)) * (random.nextBoolean() ? 1 : -1);
      assertThat(bits(NdArray.of(new long[] {value}), dtype))
          .as("%d", value)
          .isEqualTo(nearest(dtype, new BigDecimal(value)));
    }
    for (long value : new long[] {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1}) {
      assertThat(bits(NdArray.of(new long[] {value}), dtype))
          .isEqualTo(nearest(dtype, new BigDecimal(value)));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void whatIsTooLargeIsInfiniteFromHalfAStepOn(DType dtype) {
    int top = largest(dtype);
    double step = value(dtype, top) - value(dtype, top - 1);
    double half = value(dtype, top) + step / 2;
    assertThat(bits(dtype, half)).isEqualTo(top + 1);
    assertThat(bits(dtype, Math.nextDown(half))).isEqualTo(top);
    assertThat(bits(dtype, Double.MAX_VALUE)).isEqualTo(top + 1);
    assertThat(bits(dtype, Double.NEGATIVE_INFINITY)).isEqualTo((top + 1) | 0x8000);
    assertThat(value(dtype, top + 1)).isInfinite();
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void whatIsTooSmallKeepsItsSign(DType dtype) {
    assertThat(bits(dtype, Double.MIN_VALUE)).isZero();
    assertThat(bits(dtype, -Double.MIN_VALUE)).isEqualTo(0x8000);
    assertThat(bits(dtype, -0.0)).isEqualTo(0x8000);
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void aNanStaysANanWhateverItsPayload(DType dtype) {
    for (int payload : new int[] {0x7fc00000, 0x7f800001, 0x7fffffff, 0xff800001, 0xffc01234}) {
      NdArray array = NdArray.of(new float[] {Float.intBitsToFloat(payload)});
      assertThat(array.convert(dtype).getDouble(0)).isNaN();
      assertThat(value(dtype, bits(dtype, Double.NaN))).isNaN();
    }
    assertThat(NdArray.bfloat16Value(NdArray.bfloat16Bits(Float.intBitsToFloat(0x7f800001))))
        .isNaN();
  }
}
