package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The exponential function of blocks of doubles and what is made of it: expm1, tanh, the logistic
 * function.
 *
 * <p>Method: {@code x = k ln 2 + r}, the Taylor polynomial of degree 13 in r, scaled by 2^k.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class DoubleExponentials {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** 1.5 * 2^52: added to a number, it leaves the nearest whole number in the low bits. */
  private static final double MAGIC = 0x1.8p52;

  private static final long MAGIC_BITS = Double.doubleToRawLongBits(MAGIC);
  private static final double LOG2_E = 1.4426950408889634;
  private static final double LN2_HIGH = 0.6931471805599453;
  private static final double LN2_LOW = 2.3190468138462996E-17;

  /** Below this the function is its argument, to the last bit. */
  private static final double TINY = 0x1p-55;

  private static final long SIGN = 0x8000000000000000L;

  private DoubleExponentials() {}

  /** {@code e^x}, within 2 ULP, subnormal results included. */
  public static void exp(double[] x, int xo, double[] out, int oo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector c = v.max(-746.0).min(710.0);
      DoubleVector t = c.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC));
      DoubleVector k = t.sub(MAGIC);
      DoubleVector r = k.fma(DoubleVector.broadcast(S, -LN2_HIGH), c);
      r = k.fma(DoubleVector.broadcast(S, -LN2_LOW), r);
      LongVector e = t.reinterpretAsLongs().sub(MAGIC_BITS);
      DoubleVector p =
          r.fma(
              DoubleVector.broadcast(S, 1.6059043836821613e-10),
              DoubleVector.broadcast(S, 2.08767569878681e-09));
      p = p.fma(r, DoubleVector.broadcast(S, 2.505210838544172e-08));
      p = p.fma(r, DoubleVector.broadcast(S, 2.755731922398589e-07));
      p = p.fma(r, DoubleVector.broadcast(S, 2.7557319223985893e-06));
      p = p.fma(r, DoubleVector.broadcast(S, 2.48015873015873e-05));
      p = p.fma(r, DoubleVector.broadcast(S, 0.0001984126984126984));
      p = p.fma(r, DoubleVector.broadcast(S, 0.001388888888888889));
      p = p.fma(r, DoubleVector.broadcast(S, 0.008333333333333333));
      p = p.fma(r, DoubleVector.broadcast(S, 0.041666666666666664));
      p = p.fma(r, DoubleVector.broadcast(S, 0.16666666666666666));
      p = p.fma(r, DoubleVector.broadcast(S, 0.5));
      p = p.fma(r, DoubleVector.broadcast(S, 1.0));
      p = p.fma(r, DoubleVector.broadcast(S, 1.0));
      LongVector e1 = e.lanewise(VectorOperators.ASHR, 1);
      LongVector e2 = e.sub(e1);
      DoubleVector result =
          p.mul(e1.add(1023).lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles())
              .mul(e2.add(1023).lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles());
      result.intoArray(out, oo + i);
    }
    if (bound < n) {
      double[] tail = new double[L];
      System.arraycopy(x, xo + bound, tail, 0, n - bound);
      exp(tail, 0, tail, 0, L);
      System.arraycopy(tail, 0, out, oo + bound, n - bound);
    }
  }

  /** {@code e^x - 1}, within 3 ULP. */
  public static void expm1(double[] x, int xo, double[] out, int oo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector c = v.max(-50.0).min(710.0);
      DoubleVector t = c.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC));
      DoubleVector k = t.sub(MAGIC);
      DoubleVector r = k.fma(DoubleVector.broadcast(S, -LN2_HIGH), c);
      r = k.fma(DoubleVector.broadcast(S, -LN2_LOW), r);
      LongVector e = t.reinterpretAsLongs().sub(MAGIC_BITS);
      DoubleVector q =
          r.fma(
              DoubleVector.broadcast(S, 1.1470745597729725e-11),
              DoubleVector.broadcast(S, 1.6059043836821613e-10));
      q = q.fma(r, DoubleVector.broadcast(S, 2.08767569878681e-09));
      q = q.fma(r, DoubleVector.broadcast(S, 2.505210838544172e-08));
      q = q.fma(r, DoubleVector.broadcast(S, 2.755731922398589e-07));
      q = q.fma(r, DoubleVector.broadcast(S, 2.7557319223985893e-06));
      q = q.fma(r, DoubleVector.broadcast(S, 2.48015873015873e-05));
      q = q.fma(r, DoubleVector.broadcast(S, 0.0001984126984126984));
      q = q.fma(r, DoubleVector.broadcast(S, 0.001388888888888889));
      q = q.fma(r, DoubleVector.broadcast(S, 0.008333333333333333));
      q = q.fma(r, DoubleVector.broadcast(S, 0.041666666666666664));
      q = q.fma(r, DoubleVector.broadcast(S, 0.16666666666666666));
      q = q.fma(r, DoubleVector.broadcast(S, 0.5));
      DoubleVector p = q.fma(r.mul(r), r);
      DoubleVector s = e.add(1022).lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles();
      DoubleVector w = p.fma(s, s.sub(0.5));
      w = w.add(w);
      DoubleVector result = w.blend(v, v.abs().compare(VectorOperators.LT, TINY));
      result.intoArray(out, oo + i);
    }
    if (bound < n) {
      double[] tail = new double[L];
      System.arraycopy(x, xo + bound, tail, 0, n - bound);
      expm1(tail, 0, tail, 0, L);
      System.arraycopy(tail, 0, out, oo + bound, n - bound);
    }
  }

  /** The hyperbolic tangent, within 4 ULP, as {@code y / (y + 2)} with {@code y = expm1(2|x|)}. */
  public static void tanh(double[] x, int xo, double[] out, int oo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector a = v.abs().min(22.0);
      DoubleVector x2 = a.add(a);
      DoubleVector t = x2.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC));
      DoubleVector k = t.sub(MAGIC);
      DoubleVector r = k.fma(DoubleVector.broadcast(S, -LN2_HIGH), x2);
      r = k.fma(DoubleVector.broadcast(S, -LN2_LOW), r);
      LongVector e = t.reinterpretAsLongs().sub(MAGIC_BITS);
      DoubleVector q =
          r.fma(
              DoubleVector.broadcast(S, 1.1470745597729725e-11),
              DoubleVector.broadcast(S, 1.6059043836821613e-10));
      q = q.fma(r, DoubleVector.broadcast(S, 2.08767569878681e-09));
      q = q.fma(r, DoubleVector.broadcast(S, 2.505210838544172e-08));
      q = q.fma(r, DoubleVector.broadcast(S, 2.755731922398589e-07));
      q = q.fma(r, DoubleVector.broadcast(S, 2.7557319223985893e-06));
      q = q.fma(r, DoubleVector.broadcast(S, 2.48015873015873e-05));
      q = q.fma(r, DoubleVector.broadcast(S, 0.0001984126984126984));
      q = q.fma(r, DoubleVector.broadcast(S, 0.001388888888888889));
      q = q.fma(r, DoubleVector.broadcast(S, 0.008333333333333333));
      q = q.fma(r, DoubleVector.broadcast(S, 0.041666666666666664));
      q = q.fma(r, DoubleVector.broadcast(S, 0.16666666666666666));
      q = q.fma(r, DoubleVector.broadcast(S, 0.5));
      DoubleVector p = q.fma(r.mul(r), r);
      DoubleVector s = e.add(1022).lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles();
      DoubleVector y = p.fma(s, s.sub(0.5));
      y = y.add(y);
      DoubleVector w =
          y.div(y.add(2.0))
              .reinterpretAsLongs()
              .or(v.reinterpretAsLongs().and(SIGN))
              .reinterpretAsDoubles();
      DoubleVector result =
          w.blend(
              v, v.abs().compare(VectorOperators.LT, TINY).or(v.compare(VectorOperators.NE, v)));
      result.intoArray(out, oo + i);
    }
    if (bound < n) {
      double[] tail = new double[L];
      System.arraycopy(x, xo + bound, tail, 0, n - bound);
      tanh(tail, 0, tail, 0, L);
      System.arraycopy(tail, 0, out, oo + bound, n - bound);
    }
  }

  /** {@code 1 / (1 + e^-x)}, within 4 ULP on both sides. */
  public static void logistic(double[] x, int xo, double[] out, int oo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector a = v.abs().neg();
      DoubleVector c = a.max(-746.0).min(710.0);
      DoubleVector t = c.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC));
      DoubleVector k = t.sub(MAGIC);
      DoubleVector r = k.fma(DoubleVector.broadcast(S, -LN2_HIGH), c);
      r = k.fma(DoubleVector.broadcast(S, -LN2_LOW), r);
      LongVector e = t.reinterpretAsLongs().sub(MAGIC_BITS);
      DoubleVector p =
          r.fma(
              DoubleVector.broadcast(S, 1.6059043836821613e-10),
              DoubleVector.broadcast(S, 2.08767569878681e-09));
      p = p.fma(r, DoubleVector.broadcast(S, 2.505210838544172e-08));
      p = p.fma(r, DoubleVector.broadcast(S, 2.755731922398589e-07));
      p = p.fma(r, DoubleVector.broadcast(S, 2.7557319223985893e-06));
      p = p.fma(r, DoubleVector.broadcast(S, 2.48015873015873e-05));
      p = p.fma(r, DoubleVector.broadcast(S, 0.0001984126984126984));
      p = p.fma(r, DoubleVector.broadcast(S, 0.001388888888888889));
      p = p.fma(r, DoubleVector.broadcast(S, 0.008333333333333333));
      p = p.fma(r, DoubleVector.broadcast(S, 0.041666666666666664));
      p = p.fma(r, DoubleVector.broadcast(S, 0.16666666666666666));
      p = p.fma(r, DoubleVector.broadcast(S, 0.5));
      p = p.fma(r, DoubleVector.broadcast(S, 1.0));
      p = p.fma(r, DoubleVector.broadcast(S, 1.0));
      LongVector e1 = e.lanewise(VectorOperators.ASHR, 1);
      LongVector e2 = e.sub(e1);
      DoubleVector y =
          p.mul(e1.add(1023).lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles())
              .mul(e2.add(1023).lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles());
      DoubleVector w = DoubleVector.broadcast(S, 1.0).div(y.add(1.0));
      DoubleVector result = y.mul(w).blend(w, v.compare(VectorOperators.GE, 0));
      result.intoArray(out, oo + i);
    }
    if (bound < n) {
      double[] tail = new double[L];
      System.arraycopy(x, xo + bound, tail, 0, n - bound);
      logistic(tail, 0, tail, 0, L);
      System.arraycopy(tail, 0, out, oo + bound, n - bound);
    }
  }
}
