package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sine and cosine of blocks of doubles: fdlibm's polynomials after a reduction modulo pi / 2.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used: the same bits come out interpreted or
 * compiled. The result may be written over the operand.
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

  /** Beyond this the reduction modulo pi / 2 is left to {@link StrictMath}. */
  private static final double FAR = 0x1p20;

  private DoubleTrigonometry() {}

  /** The sine of x in radians, within 1 ULP; NaN at the infinities. */
  public static void sin(double[] x, int xo, double[] out, int oo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      if (v.abs().compare(VectorOperators.GT, FAR).anyTrue()) {
        sinFar(x, xo + i, out, oo + i);
        continue;
      }
      DoubleVector t =
          v.fma(DoubleVector.broadcast(S, TWO_OVER_PI), DoubleVector.broadcast(S, MAGIC));
      DoubleVector k = t.sub(MAGIC);
      DoubleVector r0 = k.fma(DoubleVector.broadcast(S, -HALF_PI_1), v);
      DoubleVector y = k.fma(DoubleVector.broadcast(S, -HALF_PI_2), r0);
      DoubleVector low = k.fma(DoubleVector.broadcast(S, -HALF_PI_2), r0.sub(y));
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
      DoubleVector head = half.neg().add(1);
      DoubleVector cosine =
          head.add(head.neg().add(1).sub(half).add(z.mul(cq).mul(z).sub(y.mul(low))));
      LongVector quadrant = t.reinterpretAsLongs();
      var odd = quadrant.and(1).compare(VectorOperators.NE, 0).cast(S);
      DoubleVector w =
          sine.blend(cosine, odd)
              .reinterpretAsLongs()
              .lanewise(VectorOperators.XOR, quadrant.and(2).lanewise(VectorOperators.LSHL, 62))
              .reinterpretAsDoubles();
      DoubleVector result = w.blend(v, v.abs().compare(VectorOperators.LT, 0x1p-27));
      result.intoArray(out, oo + i);
    }
    if (bound < n) {
      double[] tail = new double[L];
      System.arraycopy(x, xo + bound, tail, 0, n - bound);
      sin(tail, 0, tail, 0, L);
      System.arraycopy(tail, 0, out, oo + bound, n - bound);
    }
  }

  /**
   * One vector's worth with large arguments among them; the others go the usual way, each by
   * itself.
   */
  private static void sinFar(double[] x, int xo, double[] out, int oo) {
    double[] near = new double[L];
    for (int i = 0; i < L; i++) {
      near[i] = Math.abs(x[xo + i]) > FAR ? 0 : x[xo + i];
    }
    double[] far = new double[L];
    System.arraycopy(x, xo, far, 0, L);
    sin(near, 0, out, oo, L);
    for (int i = 0; i < L; i++) {
      if (Math.abs(far[i]) > FAR) {
        out[oo + i] = StrictMath.sin(far[i]);
      }
    }
  }

  /** The cosine of x in radians, within 1 ULP; NaN at the infinities. */
  public static void cos(double[] x, int xo, double[] out, int oo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      if (v.abs().compare(VectorOperators.GT, FAR).anyTrue()) {
        cosFar(x, xo + i, out, oo + i);
        continue;
      }
      DoubleVector t =
          v.fma(DoubleVector.broadcast(S, TWO_OVER_PI), DoubleVector.broadcast(S, MAGIC));
      DoubleVector k = t.sub(MAGIC);
      DoubleVector r0 = k.fma(DoubleVector.broadcast(S, -HALF_PI_1), v);
      DoubleVector y = k.fma(DoubleVector.broadcast(S, -HALF_PI_2), r0);
      DoubleVector low = k.fma(DoubleVector.broadcast(S, -HALF_PI_2), r0.sub(y));
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
      DoubleVector head = half.neg().add(1);
      DoubleVector cosine =
          head.add(head.neg().add(1).sub(half).add(z.mul(cq).mul(z).sub(y.mul(low))));
      LongVector quadrant = t.reinterpretAsLongs().add(1);
      var odd = quadrant.and(1).compare(VectorOperators.NE, 0).cast(S);
      DoubleVector w =
          sine.blend(cosine, odd)
              .reinterpretAsLongs()
              .lanewise(VectorOperators.XOR, quadrant.and(2).lanewise(VectorOperators.LSHL, 62))
              .reinterpretAsDoubles();
      DoubleVector result = w;
      result.intoArray(out, oo + i);
    }
    if (bound < n) {
      double[] tail = new double[L];
      System.arraycopy(x, xo + bound, tail, 0, n - bound);
      cos(tail, 0, tail, 0, L);
      System.arraycopy(tail, 0, out, oo + bound, n - bound);
    }
  }

  /**
   * One vector's worth with large arguments among them; the others go the usual way, each by
   * itself.
   */
  private static void cosFar(double[] x, int xo, double[] out, int oo) {
    double[] near = new double[L];
    for (int i = 0; i < L; i++) {
      near[i] = Math.abs(x[xo + i]) > FAR ? 0 : x[xo + i];
    }
    double[] far = new double[L];
    System.arraycopy(x, xo, far, 0, L);
    cos(near, 0, out, oo, L);
    for (int i = 0; i < L; i++) {
      if (Math.abs(far[i]) > FAR) {
        out[oo + i] = StrictMath.cos(far[i]);
      }
    }
  }
}
