package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Natural logarithms of blocks of doubles.
 *
 * <p>Method: fdlibm's: {@code x = 2^k m}, {@code s = f / (2 + f)} with {@code f = m - 1}, a
 * polynomial in s^2.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class DoubleLogarithms {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** 1.5 * 2^52: added to a number, it leaves the nearest whole number in the low bits. */
  private static final double MAGIC = 0x1.8p52;

  private static final long MAGIC_BITS = Double.doubleToRawLongBits(MAGIC);

  /** ln 2 in two parts; the product of the first with an exponent is exact. */
  private static final double LOG2_HIGH = 0.6931471803691238;

  private static final double LOG2_LOW = 1.9082149292705877e-10;
  private static final long ROOT_HALF_BITS = Double.doubleToRawLongBits(0.7071067811865476);

  /** Below this the function is its argument, to the last bit. */
  private static final double TINY = 0x1p-55;

  private DoubleLogarithms() {}

  /** {@code ln x}, within 1 ULP; NaN below zero, minus infinity at both zeros. */
  public static void log(double[] x, int xo, double[] out, int oo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      var small = v.compare(VectorOperators.LT, Double.MIN_NORMAL);
      DoubleVector u = v.mul(0x1p54, small);
      LongVector b = u.reinterpretAsLongs();
      LongVector e = b.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 52);
      DoubleVector m = b.sub(e.lanewise(VectorOperators.LSHL, 52)).reinterpretAsDoubles();
      DoubleVector k = e.add(MAGIC_BITS).reinterpretAsDoubles().sub(MAGIC);
      k = k.sub(54, small);
      DoubleVector f = m.sub(1);
      DoubleVector s = f.div(f.add(2.0));
      DoubleVector z = s.mul(s);
      DoubleVector q =
          z.fma(
              DoubleVector.broadcast(S, 0.14798198605116586),
              DoubleVector.broadcast(S, 0.15313837699209373));
      q = q.fma(z, DoubleVector.broadcast(S, 0.1818357216161805));
      q = q.fma(z, DoubleVector.broadcast(S, 0.22222198432149784));
      q = q.fma(z, DoubleVector.broadcast(S, 0.2857142874366239));
      q = q.fma(z, DoubleVector.broadcast(S, 0.3999999999940942));
      q = q.fma(z, DoubleVector.broadcast(S, 0.6666666666666735));
      q = q.mul(z);
      DoubleVector h = f.mul(f).mul(0.5);
      DoubleVector l = s.fma(h.add(q), k.mul(LOG2_LOW));
      DoubleVector w = k.fma(DoubleVector.broadcast(S, LOG2_HIGH), f.sub(h.sub(l)));
      DoubleVector result =
          w.blend(Double.NEGATIVE_INFINITY, v.compare(VectorOperators.EQ, 0))
              .blend(Double.NaN, v.compare(VectorOperators.LT, 0))
              .blend(v, v.compare(VectorOperators.LT, Double.POSITIVE_INFINITY).not());
      result.intoArray(out, oo + i);
    }
    if (bound < n) {
      double[] tail = new double[L];
      System.arraycopy(x, xo + bound, tail, 0, n - bound);
      log(tail, 0, tail, 0, L);
      System.arraycopy(tail, 0, out, oo + bound, n - bound);
    }
  }

  /** {@code ln(1 + x)}, within 3 ULP; minus infinity at -1. */
  public static void log1p(double[] x, int xo, double[] out, int oo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector u = v.add(1);
      LongVector b = u.reinterpretAsLongs();
      LongVector e = b.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 52);
      DoubleVector m = b.sub(e.lanewise(VectorOperators.LSHL, 52)).reinterpretAsDoubles();
      DoubleVector k = e.add(MAGIC_BITS).reinterpretAsDoubles().sub(MAGIC);
      DoubleVector lost =
          v.sub(u.sub(1)).blend(u.sub(v).neg().add(1), k.compare(VectorOperators.GE, 1)).div(u);
      var near = v.compare(VectorOperators.GT, -0.2928).and(v.compare(VectorOperators.LT, 0.4142));
      k = k.blend(0, near);
      DoubleVector f = m.sub(1).blend(v, near);
      lost = lost.blend(0, near);
      DoubleVector s = f.div(f.add(2.0));
      DoubleVector z = s.mul(s);
      DoubleVector q =
          z.fma(
              DoubleVector.broadcast(S, 0.14798198605116586),
              DoubleVector.broadcast(S, 0.15313837699209373));
      q = q.fma(z, DoubleVector.broadcast(S, 0.1818357216161805));
      q = q.fma(z, DoubleVector.broadcast(S, 0.22222198432149784));
      q = q.fma(z, DoubleVector.broadcast(S, 0.2857142874366239));
      q = q.fma(z, DoubleVector.broadcast(S, 0.3999999999940942));
      q = q.fma(z, DoubleVector.broadcast(S, 0.6666666666666735));
      q = q.mul(z);
      DoubleVector h = f.mul(f).mul(0.5);
      DoubleVector l = s.fma(h.add(q), k.mul(LOG2_LOW).add(lost));
      DoubleVector w = k.fma(DoubleVector.broadcast(S, LOG2_HIGH), f.sub(h.sub(l)));
      DoubleVector result =
          w.blend(Double.NEGATIVE_INFINITY, v.compare(VectorOperators.EQ, -1))
              .blend(Double.NaN, v.compare(VectorOperators.LT, -1))
              .blend(
                  v,
                  v.compare(VectorOperators.LT, Double.POSITIVE_INFINITY)
                      .not()
                      .or(v.abs().compare(VectorOperators.LT, TINY)));
      result.intoArray(out, oo + i);
    }
    if (bound < n) {
      double[] tail = new double[L];
      System.arraycopy(x, xo + bound, tail, 0, n - bound);
      log1p(tail, 0, tail, 0, L);
      System.arraycopy(tail, 0, out, oo + bound, n - bound);
    }
  }
}
