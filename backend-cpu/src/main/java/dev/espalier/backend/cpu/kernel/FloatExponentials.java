package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The exponential function of blocks of floats and what is made of it: expm1, tanh, the logistic
 * function, erf.
 *
 * <p>Method: {@code x = k ln 2 + r}, the Taylor polynomial of degree 7 in r, scaled by 2^k.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class FloatExponentials {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** 1.5 * 2^23: added to a number, it leaves the nearest whole number in the low bits. */
  private static final float MAGIC = 0x1.8p23f;

  private static final int MAGIC_BITS = Float.floatToRawIntBits(MAGIC);
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6931472f;
  private static final float LN2_LOW = -1.9046542e-09f;

  /** Below this the function is its argument, to the last bit. */
  private static final float TINY = 0x1p-26f;

  private static final int SIGN = 0x80000000;

  private FloatExponentials() {}

  /** {@code e^x}, within 2 ULP, subnormal results included. */
  public static void exp(float[] x, int xo, float[] out, int oo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector c = v.max(-104.0f).min(89.0f);
      FloatVector t = c.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, MAGIC));
      FloatVector k = t.sub(MAGIC);
      FloatVector r = k.fma(FloatVector.broadcast(S, -LN2_HIGH), c);
      r = k.fma(FloatVector.broadcast(S, -LN2_LOW), r);
      IntVector e = t.reinterpretAsInts().sub(MAGIC_BITS);
      FloatVector p =
          r.fma(FloatVector.broadcast(S, 0.0001984127f), FloatVector.broadcast(S, 0.0013888889f));
      p = p.fma(r, FloatVector.broadcast(S, 0.008333334f));
      p = p.fma(r, FloatVector.broadcast(S, 0.041666668f));
      p = p.fma(r, FloatVector.broadcast(S, 0.16666667f));
      p = p.fma(r, FloatVector.broadcast(S, 0.5f));
      p = p.fma(r, FloatVector.broadcast(S, 1f));
      p = p.fma(r, FloatVector.broadcast(S, 1f));
      IntVector e1 = e.lanewise(VectorOperators.ASHR, 1);
      IntVector e2 = e.sub(e1);
      FloatVector result =
          p.mul(e1.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
              .mul(e2.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      result.intoArray(out, oo + i);
    }
    if (bound < n) {
      float[] tail = new float[L];
      System.arraycopy(x, xo + bound, tail, 0, n - bound);
      exp(tail, 0, tail, 0, L);
      System.arraycopy(tail, 0, out, oo + bound, n - bound);
    }
  }

  /** {@code e^x - 1}, within 3 ULP. */
  public static void expm1(float[] x, int xo, float[] out, int oo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector c = v.max(-30.0f).min(89.0f);
      FloatVector t = c.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, MAGIC));
      FloatVector k = t.sub(MAGIC);
      FloatVector r = k.fma(FloatVector.broadcast(S, -LN2_HIGH), c);
      r = k.fma(FloatVector.broadcast(S, -LN2_LOW), r);
      IntVector e = t.reinterpretAsInts().sub(MAGIC_BITS);
      FloatVector q =
          r.fma(FloatVector.broadcast(S, 2.4801588e-05f), FloatVector.broadcast(S, 0.0001984127f));
      q = q.fma(r, FloatVector.broadcast(S, 0.0013888889f));
      q = q.fma(r, FloatVector.broadcast(S, 0.008333334f));
      q = q.fma(r, FloatVector.broadcast(S, 0.041666668f));
      q = q.fma(r, FloatVector.broadcast(S, 0.16666667f));
      q = q.fma(r, FloatVector.broadcast(S, 0.5f));
      FloatVector p = q.fma(r.mul(r), r);
      FloatVector s = e.add(126).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector w = p.fma(s, s.sub(0.5f));
      w = w.add(w);
      FloatVector result = w.blend(v, v.abs().compare(VectorOperators.LT, TINY));
      result.intoArray(out, oo + i);
    }
    if (bound < n) {
      float[] tail = new float[L];
      System.arraycopy(x, xo + bound, tail, 0, n - bound);
      expm1(tail, 0, tail, 0, L);
      System.arraycopy(tail, 0, out, oo + bound, n - bound);
    }
  }

  /** The hyperbolic tangent, within 4 ULP, as {@code y / (y + 2)} with {@code y = expm1(2|x|)}. */
  public static void tanh(float[] x, int xo, float[] out, int oo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector a = v.abs().min(10f);
      FloatVector x2 = a.add(a);
      FloatVector t = x2.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, MAGIC));
      FloatVector k = t.sub(MAGIC);
      FloatVector r = k.fma(FloatVector.broadcast(S, -LN2_HIGH), x2);
      r = k.fma(FloatVector.broadcast(S, -LN2_LOW), r);
      IntVector e = t.reinterpretAsInts().sub(MAGIC_BITS);
      FloatVector q =
          r.fma(FloatVector.broadcast(S, 2.4801588e-05f), FloatVector.broadcast(S, 0.0001984127f));
      q = q.fma(r, FloatVector.broadcast(S, 0.0013888889f));
      q = q.fma(r, FloatVector.broadcast(S, 0.008333334f));
      q = q.fma(r, FloatVector.broadcast(S, 0.041666668f));
      q = q.fma(r, FloatVector.broadcast(S, 0.16666667f));
      q = q.fma(r, FloatVector.broadcast(S, 0.5f));
      FloatVector p = q.fma(r.mul(r), r);
      FloatVector s = e.add(126).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector y = p.fma(s, s.sub(0.5f));
      y = y.add(y);
      FloatVector w =
          y.div(y.add(2f))
              .reinterpretAsInts()
              .or(v.reinterpretAsInts().and(SIGN))
              .reinterpretAsFloats();
      FloatVector result =
          w.blend(
              v, v.abs().compare(VectorOperators.LT, TINY).or(v.compare(VectorOperators.NE, v)));
      result.intoArray(out, oo + i);
    }
    if (bound < n) {
      float[] tail = new float[L];
      System.arraycopy(x, xo + bound, tail, 0, n - bound);
      tanh(tail, 0, tail, 0, L);
      System.arraycopy(tail, 0, out, oo + bound, n - bound);
    }
  }

  /** {@code 1 / (1 + e^-x)}, within 4 ULP on both sides. */
  public static void logistic(float[] x, int xo, float[] out, int oo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector a = v.abs().neg();
      FloatVector c = a.max(-104.0f).min(89.0f);
      FloatVector t = c.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, MAGIC));
      FloatVector k = t.sub(MAGIC);
      FloatVector r = k.fma(FloatVector.broadcast(S, -LN2_HIGH), c);
      r = k.fma(FloatVector.broadcast(S, -LN2_LOW), r);
      IntVector e = t.reinterpretAsInts().sub(MAGIC_BITS);
      FloatVector p =
          r.fma(FloatVector.broadcast(S, 0.0001984127f), FloatVector.broadcast(S, 0.0013888889f));
      p = p.fma(r, FloatVector.broadcast(S, 0.008333334f));
      p = p.fma(r, FloatVector.broadcast(S, 0.041666668f));
      p = p.fma(r, FloatVector.broadcast(S, 0.16666667f));
      p = p.fma(r, FloatVector.broadcast(S, 0.5f));
      p = p.fma(r, FloatVector.broadcast(S, 1f));
      p = p.fma(r, FloatVector.broadcast(S, 1f));
      IntVector e1 = e.lanewise(VectorOperators.ASHR, 1);
      IntVector e2 = e.sub(e1);
      FloatVector y =
          p.mul(e1.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
              .mul(e2.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      FloatVector w = FloatVector.broadcast(S, 1f).div(y.add(1f));
      FloatVector result = y.mul(w).blend(w, v.compare(VectorOperators.GE, 0));
      result.intoArray(out, oo + i);
    }
    if (bound < n) {
      float[] tail = new float[L];
      System.arraycopy(x, xo + bound, tail, 0, n - bound);
      logistic(tail, 0, tail, 0, L);
      System.arraycopy(tail, 0, out, oo + bound, n - bound);
    }
  }

  /** The error function, within 3 ULP; coefficients by N. Juffa. */
  public static void erf(float[] x, int xo, float[] out, int oo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector a = v.abs().min(4f);
      FloatVector z = v.mul(v);
      FloatVector q1 =
          a.fma(
              FloatVector.broadcast(S, -1.72853470e-5f), FloatVector.broadcast(S, 0.00038319713f));
      FloatVector q2 =
          a.fma(FloatVector.broadcast(S, -0.0038839644f), FloatVector.broadcast(S, 0.024254622f));
      FloatVector g = q1.fma(a.mul(a), q2);
      g = g.fma(a, FloatVector.broadcast(S, -0.10677788f));
      g = g.fma(a, FloatVector.broadcast(S, -0.6348467f));
      g = g.fma(a, FloatVector.broadcast(S, -0.12871751f));
      g = g.fma(a, a.neg());
      FloatVector c = g.max(-104.0f).min(89.0f);
      FloatVector t = c.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, MAGIC));
      FloatVector k = t.sub(MAGIC);
      FloatVector r = k.fma(FloatVector.broadcast(S, -LN2_HIGH), c);
      r = k.fma(FloatVector.broadcast(S, -LN2_LOW), r);
      IntVector e = t.reinterpretAsInts().sub(MAGIC_BITS);
      FloatVector p =
          r.fma(FloatVector.broadcast(S, 0.0001984127f), FloatVector.broadcast(S, 0.0013888889f));
      p = p.fma(r, FloatVector.broadcast(S, 0.008333334f));
      p = p.fma(r, FloatVector.broadcast(S, 0.041666668f));
      p = p.fma(r, FloatVector.broadcast(S, 0.16666667f));
      p = p.fma(r, FloatVector.broadcast(S, 0.5f));
      p = p.fma(r, FloatVector.broadcast(S, 1f));
      p = p.fma(r, FloatVector.broadcast(S, 1f));
      IntVector e1 = e.lanewise(VectorOperators.ASHR, 1);
      IntVector e2 = e.sub(e1);
      FloatVector y =
          p.mul(e1.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
              .mul(e2.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      FloatVector far =
          y.neg()
              .add(1)
              .reinterpretAsInts()
              .or(v.reinterpretAsInts().and(SIGN))
              .reinterpretAsFloats();
      FloatVector near =
          z.fma(FloatVector.broadcast(S, -0.0005967617f), FloatVector.broadcast(S, 0.0049911942f));
      near = near.fma(z, FloatVector.broadcast(S, -0.026768135f));
      near = near.fma(z, FloatVector.broadcast(S, 1.12819925e-1f));
      near = near.fma(z, FloatVector.broadcast(S, -0.37612534f));
      near = near.fma(z, FloatVector.broadcast(S, 0.12837917f));
      near = near.fma(v, v);
      FloatVector result = near.blend(far, a.compare(VectorOperators.GT, 0.9277344f));
      result.intoArray(out, oo + i);
    }
    if (bound < n) {
      float[] tail = new float[L];
      System.arraycopy(x, xo + bound, tail, 0, n - bound);
      erf(tail, 0, tail, 0, L);
      System.arraycopy(tail, 0, out, oo + bound, n - bound);
    }
  }
}
