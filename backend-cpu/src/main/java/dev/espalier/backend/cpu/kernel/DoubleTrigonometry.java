package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sine, cosine and tangent of blocks of doubles: the polynomials of fdlibm's k_sin.c and k_cos.c
 * (Sun Microsystems 1993) after a reduction modulo pi / 2.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class DoubleTrigonometry {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private static final double MAGIC = 0x1.8p52;
  private static final double TWO_OVER_PI = 0.6366197723675814;

  /** pi / 2 in three parts of 53 bits. */
  private static final double HALF_PI_1 = 1.5707963267948966;

  private static final double HALF_PI_2 = 6.123233995736766e-17;
  private static final double HALF_PI_3 = -1.4973849048591833e-33;

  /** Beyond this the remainder modulo pi / 2 is left to {@link LargeAngle}. */
  private static final double FAR = 0x1p20;

  private DoubleTrigonometry() {}

  /** The sine of x in radians, within 1 ULP; NaN at the infinities. */
  public static void sin(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector t =
          v.fma(DoubleVector.broadcast(S, TWO_OVER_PI), DoubleVector.broadcast(S, MAGIC));
      DoubleVector k = t.sub(MAGIC);
      DoubleVector r0 = k.fma(DoubleVector.broadcast(S, -HALF_PI_1), v);
      // r0 is exact, and so are y + low but for the last bit of low, however much is cancelled.
      DoubleVector part = k.mul(HALF_PI_2);
      DoubleVector y = r0.sub(part);
      DoubleVector back = y.sub(r0);
      DoubleVector low = r0.sub(y.sub(back)).sub(part.add(back));
      low = low.sub(k.fma(DoubleVector.broadcast(S, HALF_PI_2), part.neg()));
      low = k.fma(DoubleVector.broadcast(S, -HALF_PI_3), low);
      DoubleVector z = y.mul(y);
      DoubleVector sq =
          z.fma(
              DoubleVector.broadcast(S, 1.58969099521155e-10),
              DoubleVector.broadcast(S, -2.5050760253406863e-08));
      sq = sq.fma(z, DoubleVector.broadcast(S, 2.7557313707070068e-06));
      sq = sq.fma(z, DoubleVector.broadcast(S, -0.0001984126982985795));
      sq = sq.fma(z, DoubleVector.broadcast(S, 0.00833333333332249));
      DoubleVector zy = z.mul(y);
      DoubleVector sine =
          y.sub(low.mul(0.5).sub(zy.mul(sq)).mul(z).sub(low).sub(zy.mul(-0.16666666666666632)));
      DoubleVector cq =
          z.fma(
              DoubleVector.broadcast(S, -1.1359647557788195e-11),
              DoubleVector.broadcast(S, 2.087572321298175e-09));
      cq = cq.fma(z, DoubleVector.broadcast(S, -2.7557314351390663e-07));
      cq = cq.fma(z, DoubleVector.broadcast(S, 2.480158728947673e-05));
      cq = cq.fma(z, DoubleVector.broadcast(S, -0.001388888888887411));
      cq = cq.fma(z, DoubleVector.broadcast(S, 0.0416666666666666));
      DoubleVector half = z.mul(0.5);
      DoubleVector head = DoubleVector.broadcast(S, 1).sub(half);
      DoubleVector cosine =
          head.add(
              DoubleVector.broadcast(S, 1)
                  .sub(head)
                  .sub(half)
                  .add(z.mul(cq).mul(z).sub(y.mul(low))));
      LongVector quadrant = t.reinterpretAsLongs();
      var odd = quadrant.and(1).compare(VectorOperators.NE, 0).cast(S);
      DoubleVector turned =
          sine.blend(cosine, odd)
              .reinterpretAsLongs()
              .lanewise(VectorOperators.XOR, quadrant.and(2).lanewise(VectorOperators.LSHL, 62))
              .reinterpretAsDoubles();
      DoubleVector result = turned.blend(v, v.abs().compare(VectorOperators.LT, 0x1p-27));

      // Large arguments one by one, by way of the result's own place.
      var far = v.abs().compare(VectorOperators.GT, FAR);
      if (far.anyTrue()) {
        for (int at = i; at < Math.min(i + L, n); at++) {
          if (Math.abs(x[xo + at]) > FAR) {
            out[oo + at] = LargeAngle.sine(x[xo + at], 0);
          }
        }
        DoubleVector large =
            whole
                ? DoubleVector.fromArray(S, out, oo + i)
                : DoubleVector.fromArray(S, out, oo + i, FirstLanes.doubles(n - i));
        result = result.blend(large, far);
      }
      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }

  /** The cosine of x in radians, within 1 ULP; NaN at the infinities. */
  public static void cos(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector t =
          v.fma(DoubleVector.broadcast(S, TWO_OVER_PI), DoubleVector.broadcast(S, MAGIC));
      DoubleVector k = t.sub(MAGIC);
      DoubleVector r0 = k.fma(DoubleVector.broadcast(S, -HALF_PI_1), v);
      // r0 is exact, and so are y + low but for the last bit of low, however much is cancelled.
      DoubleVector part = k.mul(HALF_PI_2);
      DoubleVector y = r0.sub(part);
      DoubleVector back = y.sub(r0);
      DoubleVector low = r0.sub(y.sub(back)).sub(part.add(back));
      low = low.sub(k.fma(DoubleVector.broadcast(S, HALF_PI_2), part.neg()));
      low = k.fma(DoubleVector.broadcast(S, -HALF_PI_3), low);
      DoubleVector z = y.mul(y);
      DoubleVector sq =
          z.fma(
              DoubleVector.broadcast(S, 1.58969099521155e-10),
              DoubleVector.broadcast(S, -2.5050760253406863e-08));
      sq = sq.fma(z, DoubleVector.broadcast(S, 2.7557313707070068e-06));
      sq = sq.fma(z, DoubleVector.broadcast(S, -0.0001984126982985795));
      sq = sq.fma(z, DoubleVector.broadcast(S, 0.00833333333332249));
      DoubleVector zy = z.mul(y);
      DoubleVector sine =
          y.sub(low.mul(0.5).sub(zy.mul(sq)).mul(z).sub(low).sub(zy.mul(-0.16666666666666632)));
      DoubleVector cq =
          z.fma(
              DoubleVector.broadcast(S, -1.1359647557788195e-11),
              DoubleVector.broadcast(S, 2.087572321298175e-09));
      cq = cq.fma(z, DoubleVector.broadcast(S, -2.7557314351390663e-07));
      cq = cq.fma(z, DoubleVector.broadcast(S, 2.480158728947673e-05));
      cq = cq.fma(z, DoubleVector.broadcast(S, -0.001388888888887411));
      cq = cq.fma(z, DoubleVector.broadcast(S, 0.0416666666666666));
      DoubleVector half = z.mul(0.5);
      DoubleVector head = DoubleVector.broadcast(S, 1).sub(half);
      DoubleVector cosine =
          head.add(
              DoubleVector.broadcast(S, 1)
                  .sub(head)
                  .sub(half)
                  .add(z.mul(cq).mul(z).sub(y.mul(low))));
      LongVector quadrant = t.reinterpretAsLongs().add(1);
      var odd = quadrant.and(1).compare(VectorOperators.NE, 0).cast(S);
      DoubleVector result =
          sine.blend(cosine, odd)
              .reinterpretAsLongs()
              .lanewise(VectorOperators.XOR, quadrant.and(2).lanewise(VectorOperators.LSHL, 62))
              .reinterpretAsDoubles();

      // Large arguments one by one, by way of the result's own place.
      var far = v.abs().compare(VectorOperators.GT, FAR);
      if (far.anyTrue()) {
        for (int at = i; at < Math.min(i + L, n); at++) {
          if (Math.abs(x[xo + at]) > FAR) {
            out[oo + at] = LargeAngle.sine(x[xo + at], 1);
          }
        }
        DoubleVector large =
            whole
                ? DoubleVector.fromArray(S, out, oo + i)
                : DoubleVector.fromArray(S, out, oo + i, FirstLanes.doubles(n - i));
        result = result.blend(large, far);
      }
      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }

  /** The tangent of x in radians, within 2 ULP; NaN at the infinities. */
  public static void tan(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector t =
          v.fma(DoubleVector.broadcast(S, TWO_OVER_PI), DoubleVector.broadcast(S, MAGIC));
      DoubleVector k = t.sub(MAGIC);
      DoubleVector r0 = k.fma(DoubleVector.broadcast(S, -HALF_PI_1), v);
      // r0 is exact, and so are y + low but for the last bit of low, however much is cancelled.
      DoubleVector part = k.mul(HALF_PI_2);
      DoubleVector y = r0.sub(part);
      DoubleVector back = y.sub(r0);
      DoubleVector low = r0.sub(y.sub(back)).sub(part.add(back));
      low = low.sub(k.fma(DoubleVector.broadcast(S, HALF_PI_2), part.neg()));
      low = k.fma(DoubleVector.broadcast(S, -HALF_PI_3), low);
      DoubleVector z = y.mul(y);
      DoubleVector sq =
          z.fma(
              DoubleVector.broadcast(S, 1.58969099521155e-10),
              DoubleVector.broadcast(S, -2.5050760253406863e-08));
      sq = sq.fma(z, DoubleVector.broadcast(S, 2.7557313707070068e-06));
      sq = sq.fma(z, DoubleVector.broadcast(S, -0.0001984126982985795));
      sq = sq.fma(z, DoubleVector.broadcast(S, 0.00833333333332249));
      DoubleVector zy = z.mul(y);
      DoubleVector sine =
          y.sub(low.mul(0.5).sub(zy.mul(sq)).mul(z).sub(low).sub(zy.mul(-0.16666666666666632)));
      DoubleVector cq =
          z.fma(
              DoubleVector.broadcast(S, -1.1359647557788195e-11),
              DoubleVector.broadcast(S, 2.087572321298175e-09));
      cq = cq.fma(z, DoubleVector.broadcast(S, -2.7557314351390663e-07));
      cq = cq.fma(z, DoubleVector.broadcast(S, 2.480158728947673e-05));
      cq = cq.fma(z, DoubleVector.broadcast(S, -0.001388888888887411));
      cq = cq.fma(z, DoubleVector.broadcast(S, 0.0416666666666666));
      DoubleVector half = z.mul(0.5);
      DoubleVector head = DoubleVector.broadcast(S, 1).sub(half);
      DoubleVector cosine =
          head.add(
              DoubleVector.broadcast(S, 1)
                  .sub(head)
                  .sub(half)
                  .add(z.mul(cq).mul(z).sub(y.mul(low))));
      LongVector quadrant = t.reinterpretAsLongs();
      var odd = quadrant.and(1).compare(VectorOperators.NE, 0).cast(S);
      DoubleVector quotient = sine.blend(cosine, odd).div(cosine.blend(sine.neg(), odd));
      DoubleVector result = quotient.blend(v, v.abs().compare(VectorOperators.LT, 0x1p-27));

      // Large arguments one by one, by way of the result's own place.
      var far = v.abs().compare(VectorOperators.GT, FAR);
      if (far.anyTrue()) {
        for (int at = i; at < Math.min(i + L, n); at++) {
          if (Math.abs(x[xo + at]) > FAR) {
            out[oo + at] = LargeAngle.tangent(x[xo + at]);
          }
        }
        DoubleVector large =
            whole
                ? DoubleVector.fromArray(S, out, oo + i)
                : DoubleVector.fromArray(S, out, oo + i, FirstLanes.doubles(n - i));
        result = result.blend(large, far);
      }
      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }
}
