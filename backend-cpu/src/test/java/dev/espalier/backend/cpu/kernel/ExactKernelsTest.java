package dev.espalier.backend.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** Operations with one right answer, bit for bit, on special values, odd lengths and offsets. */
class ExactKernelsTest {
  interface FloatBinary {
    void apply(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n);
  }

  interface FloatScalar {
    void apply(float[] x, int xo, float y, float[] z, int zo, int n);
  }

  interface DoubleBinary {
    void apply(double[] x, int xo, double[] y, int yo, double[] z, int zo, int n);
  }

  interface LongBinary {
    void apply(long[] x, int xo, long[] y, int yo, long[] z, int zo, int n);
  }

  interface IntBinary {
    void apply(int[] x, int xo, int[] y, int yo, int[] z, int zo, int n);
  }

  interface FloatUnary {
    void apply(float[] x, int xo, float[] z, int zo, int n);
  }

  interface DoubleUnary {
    void apply(double[] x, int xo, double[] z, int zo, int n);
  }

  interface LongUnary {
    void apply(long[] x, int xo, long[] z, int zo, int n);
  }

  static final int[] LENGTHS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15, 16, 17, 31, 32, 33, 257};
  static final float[] SPECIAL = {
    0,
    -0f,
    1,
    -1,
    0.5f,
    -0.5f,
    1.5f,
    2.5f,
    -2.5f,
    0.3f,
    -0.7f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MAX_VALUE,
    8388607.5f,
    8388609f,
    -4194304.5f,
    16777216f,
    3.7f,
    -3.2f
  };

  static float floatAt(Random random) {
    return random.nextInt(3) == 0
        ? SPECIAL[random.nextInt(SPECIAL.length)]
        : (float) (random.nextGaussian() * 10);
  }

  static long longAt(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> Long.MIN_VALUE;
      case 1 -> random.nextInt(5) - 2;
      case 2 -> random.nextInt(200) - 100;
      case 3 -> Integer.MIN_VALUE;
      default -> random.nextLong();
    };
  }

  static void check(FloatBinary k, FloatScalar s, DoubleBinary d, DoubleBinaryOperator exact) {
    Random random = new Random(11);
    for (int n : LENGTHS) {
      float[] x = new float[n + 4];
      float[] y = new float[n + 4];
      double[] xd = new double[n + 4];
      double[] yd = new double[n + 4];
      for (int i = 0; i < n + 4; i++) {
        xd[i] = x[i] = floatAt(random);
        yd[i] = y[i] = floatAt(random);
      }
      float[] z = new float[n + 3];
      float[] zs = new float[n + 3];
      double[] zd = new double[n + 3];
      k.apply(x, 1, y, 2, z, 3, n);
      s.apply(x, 1, y[0], zs, 3, n);
      d.apply(xd, 1, yd, 2, zd, 3, n);
      for (int i = 0; i < n; i++) {
        // Double arithmetic on floats, rounded once more, is correctly rounded for these
        // operations.
        float e = (float) exact.applyAsDouble(x[1 + i], y[2 + i]);
        assertThat(Float.compare(z[3 + i], e)).as("%s %s", x[1 + i], y[2 + i]).isZero();
        assertThat(Float.compare(zs[3 + i], (float) exact.applyAsDouble(x[1 + i], y[0]))).isZero();
        double ed = exact.applyAsDouble(xd[1 + i], yd[2 + i]);
        assertThat(Double.compare(zd[3 + i], ed)).isZero();
      }
    }
  }

  @Test
  void floatArithmeticIsThatOfJava() {
    check(FloatArithmetic::add, FloatArithmetic::add, DoubleArithmetic::add, (a, b) -> a + b);
    check(FloatArithmetic::sub, FloatArithmetic::sub, DoubleArithmetic::sub, (a, b) -> a - b);
    check(FloatArithmetic::mul, FloatArithmetic::mul, DoubleArithmetic::mul, (a, b) -> a * b);
    check(FloatArithmetic::div, FloatArithmetic::div, DoubleArithmetic::div, (a, b) -> a / b);
    check(FloatArithmetic::max, FloatArithmetic::max, DoubleArithmetic::max, Math::max);
    check(FloatArithmetic::min, FloatArithmetic::min, DoubleArithmetic::min, Math::min);
    check(FloatRemainder::rem, FloatRemainder::rem, DoubleRemainder::rem, (a, b) -> a % b);
    float[] z = new float[5];
    FloatArithmetic.sub(3f, new float[] {1, 2, 3, 4, 5}, 0, z, 0, 5);
    assertThat(z).containsExactly(2, 1, 0, -1, -2);
  }

  static void checkUnary(FloatUnary k, DoubleUnary d, DoubleUnaryOperator exact) {
    Random random = new Random(12);
    for (int n : LENGTHS) {
      float[] x = new float[n + 2];
      double[] xd = new double[n + 2];
      for (int i = 0; i < n + 2; i++) {
        xd[i] = x[i] = floatAt(random);
      }
      float[] z = new float[n + 1];
      double[] zd = new double[n + 1];
      k.apply(x, 2, z, 1, n);
      d.apply(xd, 2, zd, 1, n);
      for (int i = 0; i < n; i++) {
        double e = exact.applyAsDouble(x[2 + i]);
        assertThat(Float.compare(z[1 + i], (float) e)).as("of %s: %s", x[2 + i], z[1 + i]).isZero();
        assertThat(Double.compare(zd[1 + i], e)).as("of %s", x[2 + i]).isZero();
      }
    }
  }

  @Test
  void roundingIsThatOfJava() {
    checkUnary(FloatRounding::neg, DoubleRounding::neg, a -> -a);
    checkUnary(FloatRounding::abs, DoubleRounding::abs, Math::abs);
    checkUnary(FloatRounding::sqrt, DoubleRounding::sqrt, Math::sqrt);
    checkUnary(FloatRounding::reciprocal, DoubleRounding::reciprocal, a -> 1 / a);
    checkUnary(FloatRounding::sign, DoubleRounding::sign, Math::signum);
    checkUnary(FloatRounding::round, DoubleRounding::round, Math::rint);
    checkUnary(FloatRounding::floor, DoubleRounding::floor, Math::floor);
    checkUnary(FloatRounding::ceil, DoubleRounding::ceil, Math::ceil);
  }

  static void checkInts(IntBinary k, LongBinary l, LongBinaryOperator exact, boolean narrow) {
    Random random = new Random(13);
    for (int n : LENGTHS) {
      int[] x = new int[n + 1];
      int[] y = new int[n + 1];
      long[] xl = new long[n + 1];
      long[] yl = new long[n + 1];
      for (int i = 0; i <= n; i++) {
        xl[i] = longAt(random);
        yl[i] = longAt(random);
        x[i] = (int) xl[i];
        y[i] = (int) yl[i];
      }
      int[] z = new int[n + 2];
      long[] zl = new long[n + 2];
      k.apply(x, 1, y, 0, z, 2, n);
      l.apply(xl, 1, yl, 0, zl, 2, n);
      for (int i = 0; i < n; i++) {
        if (narrow) {
          assertThat(z[2 + i]).isEqualTo((int) exact.applyAsLong(x[1 + i], y[i]));
        }
        assertThat(zl[2 + i]).isEqualTo(exact.applyAsLong(xl[1 + i], yl[i]));
      }
    }
  }

  @Test
  void integerArithmeticWrapsAndDividesByZeroAsDefined() {
    checkInts(IntArithmetic::add, LongArithmetic::add, (a, b) -> a + b, true);
    checkInts(IntArithmetic::sub, LongArithmetic::sub, (a, b) -> a - b, true);
    checkInts(IntArithmetic::mul, LongArithmetic::mul, (a, b) -> a * b, true);
    checkInts(IntArithmetic::max, LongArithmetic::max, Math::max, true);
    checkInts(IntArithmetic::min, LongArithmetic::min, Math::min, true);
    checkInts(IntArithmetic::div, LongArithmetic::div, (a, b) -> b == 0 ? -1 : a / b, true);
    checkInts(IntArithmetic::rem, LongArithmetic::rem, (a, b) -> b == 0 ? a : a % b, true);
    checkInts(IntBits::and, LongBits::and, (a, b) -> a & b, true);
    checkInts(IntBits::or, LongBits::or, (a, b) -> a | b, true);
    checkInts(IntBits::xor, LongBits::xor, (a, b) -> a ^ b, true);
    checkInts(IntBits::shl, LongBits::shl, (a, b) -> b < 0 || b > 63 ? 0 : a << b, false);
    checkInts(IntBits::shr, LongBits::shr, (a, b) -> b < 0 || b > 63 ? a >> 63 : a >> b, false);
    checkInts(IntBits::ushr, LongBits::ushr, (a, b) -> b < 0 || b > 63 ? 0 : a >>> b, false);
    int[] z = new int[5];
    int[] x = {-8, -8, -8, -8, -8};
    int[] count = {1, 31, 32, -1, 0};
    IntBits.shl(x, 0, count, 0, z, 0, 5);
    assertThat(z).containsExactly(-16, 0, 0, 0, -8);
    IntBits.shr(x, 0, count, 0, z, 0, 5);
    assertThat(z).containsExactly(-4, -1, -1, -1, -8);
    IntBits.ushr(x, 0, count, 0, z, 0, 5);
    assertThat(z).containsExactly(0x7ffffffc, 1, 0, 0, -8);
    checkUnaryLong(LongArithmetic::neg, a -> -a);
    checkUnaryLong(LongArithmetic::abs, Math::abs);
    checkUnaryLong(LongArithmetic::sign, a -> Long.signum(a));
    checkUnaryLong(LongBits::not, a -> ~a);
  }

  static void checkUnaryLong(LongUnary k, LongUnaryOperator exact) {
    Random random = new Random(14);
    for (int n : LENGTHS) {
      long[] x = new long[n + 1];
      Arrays.setAll(x, i -> longAt(random));
      long[] z = new long[n + 1];
      k.apply(x, 1, z, 1, n);
      for (int i = 1; i <= n; i++) {
        assertThat(z[i]).isEqualTo(exact.applyAsLong(x[i]));
      }
    }
  }

  @Test
  void comparisonsAndSelectFollowIeee() {
    Random random = new Random(15);
    for (int n : LENGTHS) {
      float[] x = new float[n + 3];
      float[] y = new float[n + 3];
      double[] xd = new double[n + 3];
      double[] yd = new double[n + 3];
      for (int i = 0; i < n + 3; i++) {
        xd[i] = x[i] = floatAt(random);
        yd[i] = y[i] = random.nextInt(4) == 0 ? x[Math.max(0, i - 1)] : floatAt(random);
      }
      byte[] z = new byte[n + 2];
      FloatComparison.lt(x, 1, y, 2, z, 2, n);
      for (int i = 0; i < n; i++) {
        assertThat(z[2 + i] == 1).isEqualTo(x[1 + i] < y[2 + i]);
      }
      FloatComparison.ne(x, 1, y, 2, z, 2, n);
      for (int i = 0; i < n; i++) {
        assertThat(z[2 + i] == 1).isEqualTo(x[1 + i] != y[2 + i]);
      }
      FloatComparison.ge(0.5f, y, 2, z, 2, n);
      for (int i = 0; i < n; i++) {
        assertThat(z[2 + i] == 1).isEqualTo(0.5f >= y[2 + i]);
      }
      DoubleComparison.eq(xd, 1, yd, 2, z, 2, n);
      for (int i = 0; i < n; i++) {
        assertThat(z[2 + i] == 1).isEqualTo(xd[1 + i] == yd[2 + i]);
      }
      double[] wd = new double[n + 1];
      DoubleComparison.select(z, 2, xd, 1, yd, 3, wd, 1, n);
      float[] w = new float[n + 1];
      FloatComparison.select(z, 2, x, 1, y, 3, w, 1, n);
      for (int i = 0; i < n; i++) {
        assertThat(Double.compare(wd[1 + i], z[2 + i] == 1 ? xd[1 + i] : yd[3 + i])).isZero();
        assertThat(Float.compare(w[1 + i], z[2 + i] == 1 ? x[1 + i] : y[3 + i])).isZero();
      }
    }
  }

  @Test
  void remaindersAreExactWhateverTheQuotient() {
    Random random = new Random(17);
    int n = 999;
    float[] x = new float[n];
    float[] y = new float[n];
    double[] xd = new double[n];
    double[] yd = new double[n];
    for (int round = 0; round < 60; round++) {
      for (int i = 0; i < n; i++) {
        y[i] = Float.intBitsToFloat(random.nextInt());
        yd[i] = Double.longBitsToDouble(random.nextLong());
        switch (i % 3) {
          case 0 -> {
            x[i] = Float.intBitsToFloat(random.nextInt());
            xd[i] = Double.longBitsToDouble(random.nextLong());
          }
          case 1 -> {
            // At a multiple, or a bit below.
            x[i] = y[i] * random.nextInt(1 << random.nextInt(1, 31));
            xd[i] = yd[i] * (random.nextLong() >>> random.nextInt(1, 63));
            if (random.nextBoolean()) {
              x[i] = Math.nextDown(x[i]);
              xd[i] = Math.nextDown(xd[i]);
            }
          }
          default -> {
            x[i] = random.nextFloat() * 1000 - 500;
            y[i] = random.nextFloat() * 10 - 5;
            xd[i] = random.nextDouble() * 1e17;
            yd[i] = random.nextDouble() * 10 - 5;
          }
        }
      }
      float[] z = x.clone();
      double[] zd = yd.clone();
      FloatRemainder.rem(z, 0, y, 0, z, 0, n);
      DoubleRemainder.rem(xd, 0, zd, 0, zd, 0, n);
      for (int i = 0; i < n; i++) {
        assertThat(Float.compare(z[i], x[i] % y[i])).as("%s %% %s", x[i], y[i]).isZero();
        assertThat(Double.compare(zd[i], xd[i] % yd[i])).as("%s %% %s", xd[i], yd[i]).isZero();
      }
      float left = x[round];
      float[] zl = new float[n];
      FloatRemainder.rem(left, y, 0, zl, 0, n);
      DoubleRemainder.rem(xd, 0, yd[round], zd, 0, n);
      for (int i = 0; i < n; i++) {
        assertThat(Float.compare(zl[i], left % y[i])).as("%s %% %s", left, y[i]).isZero();
        assertThat(Double.compare(zd[i], xd[i] % yd[round])).isZero();
      }
    }
  }

  @Test
  void blocksOfBfloat16ConvertAsSingleValuesDo() {
    Random random = new Random(18);
    for (int n : LENGTHS) {
      float[] x = new float[n + 1];
      for (int i = 0; i <= n; i++) {
        x[i] = i % 5 == 0 ? floatAt(random) : Float.intBitsToFloat(random.nextInt());
      }
      short[] z = new short[n + 2];
      FloatConversion.f32ToBf16(x, 1, z, 2, n);
      float[] back = new float[n + 3];
      HalfConversion.bf16ToF32(z, 2, back, 3, n);
      for (int i = 0; i < n; i++) {
        assertThat(z[2 + i]).as("%s", x[1 + i]).isEqualTo(HalfPrecision.floatToBf16(x[1 + i]));
        assertThat(Float.compare(back[3 + i], HalfPrecision.bf16ToFloat(z[2 + i]))).isZero();
      }
    }
  }

  @Test
  void conversionsRoundOnce() {
    Random random = new Random(16);
    for (int i = 0; i < 20_000; i++) {
      float f = Float.intBitsToFloat(random.nextInt());
      short bf = HalfPrecision.floatToBf16(f);
      float back = HalfPrecision.bf16ToFloat(bf);
      if (Float.isNaN(f)) {
        assertThat(back).isNaN();
      } else if (Float.isFinite(back)) {
        float below = Float.intBitsToFloat(Float.floatToRawIntBits(f) & 0xffff0000);
        float above = Float.intBitsToFloat((Float.floatToRawIntBits(f) & 0xffff0000) + 0x10000);
        double distance = Math.abs((double) back - f);
        assertThat(distance).isLessThanOrEqualTo(Math.abs((double) below - f));
        if (Float.isFinite(above)) {
          assertThat(distance).isLessThanOrEqualTo(Math.abs((double) above - f));
        }
      }
    }
    // Halfway between two bfloat16 values, but for a bit no float can hold: only one rounding is
    // right.
    double d = 1 + 0x1p-8 + 0x1p-40;
    short[] s = new short[1];
    FloatConversion.f64ToBf16(new double[] {d}, 0, s, 0, 1);
    assertThat(HalfPrecision.bf16ToFloat(s[0])).isEqualTo(1 + 0x1p-7f);
    FloatConversion.f64ToF16(new double[] {1 + 0x1p-11 + 0x1p-45}, 0, s, 0, 1);
    assertThat(Float.float16ToFloat(s[0])).isEqualTo(1 + 0x1p-10f);
    IntegerConversion.i64ToBf16(new long[] {(1L << 62) + (1L << 54) + 1}, 0, s, 0, 1);
    assertThat(HalfPrecision.bf16ToFloat(s[0])).isEqualTo(0x1p62f + 0x1p55f);
    int[] z = new int[4];
    FloatConversion.f32ToI32(new float[] {Float.NaN, 1e20f, -2.9f, -1e20f}, 0, z, 0, 4);
    assertThat(z).containsExactly(0, Integer.MAX_VALUE, -2, Integer.MIN_VALUE);
    byte[] b = new byte[3];
    FloatConversion.f32ToBool(new float[] {-0f, Float.NaN, 3}, 0, b, 0, 3);
    assertThat(b).containsExactly(0, 1, 1);
    IntegerConversion.boolToBf16(new byte[] {1}, 0, s, 0, 1);
    assertThat(HalfPrecision.bf16ToFloat(s[0])).isEqualTo(1);
  }
}
