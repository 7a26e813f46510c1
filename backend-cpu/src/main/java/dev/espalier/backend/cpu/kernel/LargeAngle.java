package dev.espalier.backend.cpu.kernel;

/**
 * Sine, cosine and tangent of single numbers from 2^20 on, with the reduction modulo pi / 2 of
 * Payne and Hanek (1983): of 2 / pi only the bits that matter are multiplied, exactly, in integers.
 *
 * <p>Only integer and correctly rounded operations: the same bits everywhere. Allocates nothing.
 */
final class LargeAngle {
  /** 2 / pi after 64 zeros, in words of 64 bits. */
  private static final long[] TWO_OVER_PI = {
    0L,
    0xa2f9836e4e441529L,
    0xfc2757d1f534ddc0L,
    0xdb6295993c439041L,
    0xfe5163abdebbc561L,
    0xb7246e3a424dd2e0L,
    0x06492eea09d1921cL,
    0xfe1deb1cb129a73eL,
    0xe88235f52ebb4484L,
    0xe99c7026b45f7e41L,
    0x3991d639835339f4L,
    0x9c845f8bbdf9283bL,
    0x1ff897ffde05980fL,
    0xef2f118b5a0a6d1fL,
    0x6d367ecf27cb09b7L,
    0x4f463f669e5fea2dL,
    0x7527bac7ebe5f17bL,
    0x3d0739f78a5292eaL,
    0x6bfb5fb11f8d5d08L,
    0x56033046fc7b6babL,
    0xf0cfbc209af4361dL
  };

  /** pi / 2 in two parts. */
  private static final double HALF_PI_1 = 1.5707963267948966;

  private static final double HALF_PI_2 = 6.123233995736766e-17;

  private LargeAngle() {}

  /** {@code sin(x + turns pi / 2)}; NaN at the infinities. */
  static double sine(double x, int turns) {
    if (!(Math.abs(x) < Double.POSITIVE_INFINITY)) {
      return Double.NaN;
    }
    int exponent = Math.getExponent(x) - 52;
    long mantissa = (Double.doubleToRawLongBits(x) & 0xfffffffffffffL) | 0x10000000000000L;
    // Bits of 2 / pi before this one give multiples of four quarters.
    int first = exponent - 2 + 64;
    long w0 = word(first);
    long w1 = word(first + 64);
    long w2 = word(first + 128);
    long low = mantissa * w2;
    long carry = Math.unsignedMultiplyHigh(mantissa, w2);
    long middle = mantissa * w1 + carry;
    long high =
        mantissa * w0
            + Math.unsignedMultiplyHigh(mantissa, w1)
            + (Long.compareUnsigned(middle, carry) < 0 ? 1 : 0);
    // Two bits of quarter turns, then the fraction; above a half it is taken from the next one.
    int quadrant = (int) (high >>> 62);
    long f0 = high << 2 | middle >>> 62;
    long f1 = middle << 2 | low >>> 62;
    boolean below = f0 < 0;
    if (below) {
      quadrant++;
      f1 = -f1;
      f0 = ~f0 + (f1 == 0 ? 1 : 0);
    }
    int zeros = Long.numberOfLeadingZeros(f0);
    long g0 = zeros == 0 ? f0 : f0 << zeros | f1 >>> (64 - zeros);
    long g1 = f1 << zeros;
    double head = (g0 >>> 11) * 0x1p-53;
    double tail = ((g0 << 53 | g1 >>> 11) >>> 1) * 0x1p-116;
    double scale = Double.longBitsToDouble((long) (1023 - zeros) << 52);
    double y = head * HALF_PI_1;
    double rest = Math.fma(head, HALF_PI_1, -y) + Math.fma(head, HALF_PI_2, tail * HALF_PI_1);
    double sum = y + rest;
    rest = (rest - (sum - y)) * scale;
    sum *= scale;
    // sin(-x + turns) = -sin(x - turns)
    int turned = x < 0 ? quadrant - turns : quadrant + turns;
    double value =
        (turned & 1) == 0
            ? sinKernel(below ? -sum : sum, below ? -rest : rest)
            : cosKernel(sum, rest);
    boolean flip = ((turned & 2) != 0) != x < 0;
    return flip ? -value : value;
  }

  /** The tangent; NaN at the infinities. */
  static double tangent(double x) {
    return sine(x, 0) / sine(x, 1);
  }

  private static long word(int bit) {
    int index = bit >> 6;
    int shift = bit & 63;
    return shift == 0
        ? TWO_OVER_PI[index]
        : TWO_OVER_PI[index] << shift | TWO_OVER_PI[index + 1] >>> (64 - shift);
  }

  /** The sine of y + low, |y| up to pi / 4; coefficients of fdlibm. */
  private static double sinKernel(double y, double low) {
    double z = y * y;
    double p = Math.fma(z, 1.58969099521155e-10, -2.5050760253406863e-08);
    p = Math.fma(p, z, 2.7557313707070068e-06);
    p = Math.fma(p, z, -0.0001984126982985795);
    p = Math.fma(p, z, 0.00833333333332249);
    double zy = z * y;
    return y - ((low * 0.5 - zy * p) * z - low - zy * -0.16666666666666632);
  }

  /** The cosine of y + low, |y| up to pi / 4; coefficients of fdlibm. */
  private static double cosKernel(double y, double low) {
    double z = y * y;
    double p = Math.fma(z, -1.1359647557788195e-11, 2.087572321298175e-09);
    p = Math.fma(p, z, -2.7557314351390663e-07);
    p = Math.fma(p, z, 2.480158728947673e-05);
    p = Math.fma(p, z, -0.001388888888887411);
    p = Math.fma(p, z, 0.0416666666666666);
    double half = z * 0.5;
    double head = 1 - half;
    return head + (1 - head - half + (z * p * z - y * low));
  }
}
