package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The exponential function of blocks of floats and what is made of it: expm1, tanh, the logistic
 * function.
 *
 * <p>Method: {@code x = k ln 2 + r}, {@code e^r = 1 + r + r^2 Q(r)} with a minimax polynomial Q for
 * |r| up to ln(2) / 2, scaled by 2^k. Q comes from Remez exchanges in 50 digits for the relative
 * error of e^r (2^-28) or e^r - 1 (2^-30), its coefficients rounded to floats one after another.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class FloatExponentials {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /**
   * 1.5 * 2^23 + 254: added to a number, it leaves the nearest whole number plus twice the bias of
   * an exponent in the low bits, to be halved.
   */
  private static final float MAGIC_TWICE = 0x1.8p23f + 254;

  /** The same with the bias of half a power of two. */
  private static final float MAGIC_HALF = 0x1.8p23f + 126;

  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6931472f;
  private static final float LN2_LOW = -1.9046542e-09f;

  /** Below this the function is its argument, to the last bit. */
  private static final float TINY = 0x1p-26f;

  private static final int SIGN = 0x80000000;

  private FloatExponentials() {}

  /** {@code e^x}, within 1 ULP, subnormal results included. */
  public static void exp(float[] x, int xo, float[] out, int oo, int n) {
    FloatVector high = FloatVector.broadcast(S, 89f);
    FloatVector low = FloatVector.broadcast(S, -104f);
    FloatVector log2E = FloatVector.broadcast(S, LOG2_E);
    FloatVector magic = FloatVector.broadcast(S, MAGIC_TWICE);
    FloatVector minusLn2High = FloatVector.broadcast(S, -LN2_HIGH);
    FloatVector minusLn2Low = FloatVector.broadcast(S, -LN2_LOW);
    FloatVector p6 = FloatVector.broadcast(S, 0.0013827113f);
    FloatVector p5 = FloatVector.broadcast(S, 0.0083685145f);
    FloatVector p4 = FloatVector.broadcast(S, 0.041668188f);
    FloatVector p3 = FloatVector.broadcast(S, 0.16666523f);
    FloatVector p2 = FloatVector.broadcast(S, 0.49999994f);
    FloatVector p1 = FloatVector.broadcast(S, 1.0f);
    FloatVector p0 = FloatVector.broadcast(S, 1.0f);
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector c = v.blend(high, v.compare(VectorOperators.GT, high));
      c = c.blend(low, v.compare(VectorOperators.LT, low));
      FloatVector t = c.fma(log2E, magic);
      FloatVector k = t.sub(magic);
      FloatVector r = k.fma(minusLn2High, c);
      r = k.fma(minusLn2Low, r);
      FloatVector p = r.fma(p6, p5);
      p = p.fma(r, p4);
      p = p.fma(r, p3);
      p = p.fma(r, p2);
      p = p.fma(r, p1);
      p = p.fma(r, p0);
      IntVector bits = t.reinterpretAsInts();
      IntVector first = bits.lanewise(VectorOperators.LSHR, 1);
      IntVector second = bits.sub(first);
      FloatVector result =
          p.mul(first.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
              .mul(second.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      result.intoArray(out, oo + i);
    }
    if (i < n) {
      LastFloats.apply(FloatExponentials::exp, x, xo + i, out, oo + i, n - i);
    }
  }

  /** {@code e^x - 1}, within 2 ULP. */
  public static void expm1(float[] x, int xo, float[] out, int oo, int n) {
    FloatVector high = FloatVector.broadcast(S, 89f);
    FloatVector low = FloatVector.broadcast(S, -30f);
    FloatVector log2E = FloatVector.broadcast(S, LOG2_E);
    FloatVector magic = FloatVector.broadcast(S, MAGIC_HALF);
    FloatVector minusLn2High = FloatVector.broadcast(S, -LN2_HIGH);
    FloatVector minusLn2Low = FloatVector.broadcast(S, -LN2_LOW);
    FloatVector q5 = FloatVector.broadcast(S, 0.00019781374f);
    FloatVector q4 = FloatVector.broadcast(S, 0.0013932904f);
    FloatVector q3 = FloatVector.broadcast(S, 0.008333528f);
    FloatVector q2 = FloatVector.broadcast(S, 0.041666497f);
    FloatVector q1 = FloatVector.broadcast(S, 0.16666666f);
    FloatVector q0 = FloatVector.broadcast(S, 0.5f);
    FloatVector half = FloatVector.broadcast(S, 0.5f);
    FloatVector tiny = FloatVector.broadcast(S, TINY);
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector c = v.blend(high, v.compare(VectorOperators.GT, high));
      c = c.blend(low, v.compare(VectorOperators.LT, low));
      FloatVector t = c.fma(log2E, magic);
      FloatVector k = t.sub(magic);
      FloatVector r = k.fma(minusLn2High, c);
      r = k.fma(minusLn2Low, r);
      FloatVector q = r.fma(q5, q4);
      q = q.fma(r, q3);
      q = q.fma(r, q2);
      q = q.fma(r, q1);
      q = q.fma(r, q0);
      FloatVector p = q.fma(r.mul(r), r);
      FloatVector s =
          t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector y = p.fma(s, s.sub(half));
      y = y.add(y);
      FloatVector result = y.blend(v, v.abs().compare(VectorOperators.LT, tiny));
      result.intoArray(out, oo + i);
    }
    if (i < n) {
      LastFloats.apply(FloatExponentials::expm1, x, xo + i, out, oo + i, n - i);
    }
  }

  /**
   * The hyperbolic tangent, within 2.5 ULP, as {@code y / (y + 2)} with {@code y = expm1(2|x|)}.
   */
  public static void tanh(float[] x, int xo, float[] out, int oo, int n) {
    FloatVector high = FloatVector.broadcast(S, 10f);
    FloatVector log2E = FloatVector.broadcast(S, LOG2_E);
    FloatVector magic = FloatVector.broadcast(S, MAGIC_HALF);
    FloatVector minusLn2High = FloatVector.broadcast(S, -LN2_HIGH);
    FloatVector minusLn2Low = FloatVector.broadcast(S, -LN2_LOW);
    FloatVector q5 = FloatVector.broadcast(S, 0.00019781374f);
    FloatVector q4 = FloatVector.broadcast(S, 0.0013932904f);
    FloatVector q3 = FloatVector.broadcast(S, 0.008333528f);
    FloatVector q2 = FloatVector.broadcast(S, 0.041666497f);
    FloatVector q1 = FloatVector.broadcast(S, 0.16666666f);
    FloatVector q0 = FloatVector.broadcast(S, 0.5f);
    FloatVector half = FloatVector.broadcast(S, 0.5f);
    FloatVector two = FloatVector.broadcast(S, 2f);
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector a = v.abs();
      a = a.blend(high, a.compare(VectorOperators.GT, high));
      FloatVector twice = a.add(a);
      FloatVector t = twice.fma(log2E, magic);
      FloatVector k = t.sub(magic);
      FloatVector r = k.fma(minusLn2High, twice);
      r = k.fma(minusLn2Low, r);
      FloatVector q = r.fma(q5, q4);
      q = q.fma(r, q3);
      q = q.fma(r, q2);
      q = q.fma(r, q1);
      q = q.fma(r, q0);
      FloatVector p = q.fma(r.mul(r), r);
      FloatVector s =
          t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector y = p.fma(s, s.sub(half));
      y = y.add(y);
      FloatVector result =
          y.div(y.add(two))
              .reinterpretAsInts()
              .or(v.reinterpretAsInts().and(SIGN))
              .reinterpretAsFloats();
      result.intoArray(out, oo + i);
    }
    if (i < n) {
      LastFloats.apply(FloatExponentials::tanh, x, xo + i, out, oo + i, n - i);
    }
  }

  /** {@code 1 / (1 + e^-x)}, within 2.5 ULP on both sides. */
  public static void logistic(float[] x, int xo, float[] out, int oo, int n) {
    FloatVector low = FloatVector.broadcast(S, -104f);
    FloatVector log2E = FloatVector.broadcast(S, LOG2_E);
    FloatVector magic = FloatVector.broadcast(S, MAGIC_TWICE);
    FloatVector minusLn2High = FloatVector.broadcast(S, -LN2_HIGH);
    FloatVector minusLn2Low = FloatVector.broadcast(S, -LN2_LOW);
    FloatVector p6 = FloatVector.broadcast(S, 0.0013827113f);
    FloatVector p5 = FloatVector.broadcast(S, 0.0083685145f);
    FloatVector p4 = FloatVector.broadcast(S, 0.041668188f);
    FloatVector p3 = FloatVector.broadcast(S, 0.16666523f);
    FloatVector p2 = FloatVector.broadcast(S, 0.49999994f);
    FloatVector p1 = FloatVector.broadcast(S, 1.0f);
    FloatVector p0 = FloatVector.broadcast(S, 1.0f);
    FloatVector one = FloatVector.broadcast(S, 1f);
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector c = v.abs().neg();
      c = c.blend(low, c.compare(VectorOperators.LT, low));
      FloatVector t = c.fma(log2E, magic);
      FloatVector k = t.sub(magic);
      FloatVector r = k.fma(minusLn2High, c);
      r = k.fma(minusLn2Low, r);
      FloatVector p = r.fma(p6, p5);
      p = p.fma(r, p4);
      p = p.fma(r, p3);
      p = p.fma(r, p2);
      p = p.fma(r, p1);
      p = p.fma(r, p0);
      IntVector bits = t.reinterpretAsInts();
      IntVector first = bits.lanewise(VectorOperators.LSHR, 1);
      IntVector second = bits.sub(first);
      FloatVector y =
          p.mul(first.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
              .mul(second.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      FloatVector result = y.blend(one, v.compare(VectorOperators.GE, 0)).div(y.add(one));
      result.intoArray(out, oo + i);
    }
    if (i < n) {
      LastFloats.apply(FloatExponentials::logistic, x, xo + i, out, oo + i, n - i);
    }
  }
}
