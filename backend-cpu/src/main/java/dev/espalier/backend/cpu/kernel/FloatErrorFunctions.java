package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Error functions of blocks of floats.
 *
 * <p>The coefficients come from Remez exchanges in 40 digits for the relative error, rounded to
 * floats. All those of the quotients are positive, so that nothing cancels.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class FloatErrorFunctions {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /**
   * 1.5 * 2^23 + 127 + 64: added to a number, it leaves the nearest whole number in the low bits,
   * with the bias of an exponent that is 64 too large.
   */
  private static final float MAGIC = 0x1.8p23f + 127 + 64;

  private static final float LOG2_E = 1.442695f;

  /** ln 2 in two parts; the product of the first, of 15 bits, with an exponent is exact. */
  private static final float LN2_HIGH = 0x1.62e4p-1f;

  private static final float LN2_LOW = 1.4286068e-06f;

  private static final int SIGN = 0x80000000;
  private static final int ONE_BITS = 0x3f800000;

  private FloatErrorFunctions() {}

  /**
   * The error function, within 6.5 ULP, as {@code x P(x^2) / Q(x^2)}, P and Q of degree 5, up to
   * |x| = 3.92, beyond which it rounds to 1 (relative error 2^-23.8).
   */
  public static void erf(float[] x, int xo, float[] out, int oo, int n) {
    FloatVector high = FloatVector.broadcast(S, 15.3664f);
    FloatVector p5 = FloatVector.broadcast(S, 2.1901092e-06f);
    FloatVector p4 = FloatVector.broadcast(S, 0.00028301406f);
    FloatVector p3 = FloatVector.broadcast(S, 0.003421436f);
    FloatVector p2 = FloatVector.broadcast(S, 0.051684957f);
    FloatVector p1 = FloatVector.broadcast(S, 0.18156832f);
    FloatVector p0 = FloatVector.broadcast(S, 1.1283792f);
    FloatVector q5 = FloatVector.broadcast(S, 3.9457012e-05f);
    FloatVector q4 = FloatVector.broadcast(S, 0.0010905445f);
    FloatVector q3 = FloatVector.broadcast(S, 0.014267436f);
    FloatVector q2 = FloatVector.broadcast(S, 0.1105529f);
    FloatVector q1 = FloatVector.broadcast(S, 0.49424404f);
    FloatVector q0 = FloatVector.broadcast(S, 1f);
    FloatVector one = FloatVector.broadcast(S, 1f);
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector z = v.mul(v);
      z = z.blend(high, z.compare(VectorOperators.GT, high));
      FloatVector p = z.fma(p5, p4);
      p = p.fma(z, p3);
      p = p.fma(z, p2);
      p = p.fma(z, p1);
      p = p.fma(z, p0);
      FloatVector q = z.fma(q5, q4);
      q = q.fma(z, q3);
      q = q.fma(z, q2);
      q = q.fma(z, q1);
      q = q.fma(z, q0);
      FloatVector w = p.mul(v).div(q);
      FloatVector limit = v.reinterpretAsInts().and(SIGN).or(ONE_BITS).reinterpretAsFloats();
      FloatVector result = w.blend(limit, w.abs().compare(VectorOperators.GT, one));
      result.intoArray(out, oo + i);
    }
    if (i < n) {
      LastFloats.apply(FloatErrorFunctions::erf, x, xo + i, out, oo + i, n - i);
    }
  }

  /**
   * The complementary error function {@code 1 - erf(x)}, within 7.5 ULP, subnormal results
   * included; exact at 0.
   *
   * <p>With a = |x| it is {@code e^(-a^2) P(a) / Q(a)}, or 2 less that for negative x. P and Q are
   * of degrees 4 and 5 for {@code e^(a^2) erfc(a)} up to 10.25 (relative error 2^-27), where the
   * result vanishes. The square is exact in the sum that takes the whole powers of two away; what
   * is left of it is the argument of a polynomial of degree 5 (2^-23.2). 2^-64 is in P, so that
   * only the last product rounds to a subnormal number.
   */
  public static void erfc(float[] x, int xo, float[] out, int oo, int n) {
    FloatVector high = FloatVector.broadcast(S, 10.25f);
    FloatVector log2E = FloatVector.broadcast(S, LOG2_E);
    FloatVector magic = FloatVector.broadcast(S, MAGIC);
    FloatVector minusLn2High = FloatVector.broadcast(S, -LN2_HIGH);
    FloatVector minusLn2Low = FloatVector.broadcast(S, -LN2_LOW);
    FloatVector e5 = FloatVector.broadcast(S, 0.008312494f);
    FloatVector e4 = FloatVector.broadcast(S, 0.0418904f);
    FloatVector e3 = FloatVector.broadcast(S, 0.16667116f);
    FloatVector e2 = FloatVector.broadcast(S, 0.4999923f);
    FloatVector e1 = FloatVector.broadcast(S, 1f);
    FloatVector e0 = FloatVector.broadcast(S, 1f);
    FloatVector p4 = FloatVector.broadcast(S, 0.032682054f * 0x1p-64f);
    FloatVector p3 = FloatVector.broadcast(S, 0.22876069f * 0x1p-64f);
    FloatVector p2 = FloatVector.broadcast(S, 0.7307343f * 0x1p-64f);
    FloatVector p1 = FloatVector.broadcast(S, 1.237681f * 0x1p-64f);
    FloatVector p0 = FloatVector.broadcast(S, 0x1p-64f);
    FloatVector q5 = FloatVector.broadcast(S, 0.05792674f);
    FloatVector q4 = FloatVector.broadcast(S, 0.4054941f);
    FloatVector q3 = FloatVector.broadcast(S, 1.3237253f);
    FloatVector q2 = FloatVector.broadcast(S, 2.4005399f);
    FloatVector q1 = FloatVector.broadcast(S, 2.3660605f);
    FloatVector q0 = FloatVector.broadcast(S, 1f);
    FloatVector two = FloatVector.broadcast(S, 2f);
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector a = v.abs();
      a = a.blend(high, a.compare(VectorOperators.GT, high));
      FloatVector minus = a.neg();
      FloatVector t = minus.mul(a).fma(log2E, magic);
      FloatVector k = t.sub(magic);
      FloatVector r = minus.fma(a, k.mul(minusLn2High));
      r = k.fma(minusLn2Low, r);
      FloatVector e = r.fma(e5, e4);
      e = e.fma(r, e3);
      e = e.fma(r, e2);
      e = e.fma(r, e1);
      e = e.fma(r, e0);
      FloatVector p = a.fma(p4, p3);
      p = p.fma(a, p2);
      p = p.fma(a, p1);
      p = p.fma(a, p0);
      FloatVector q = a.fma(q5, q4);
      q = q.fma(a, q3);
      q = q.fma(a, q2);
      q = q.fma(a, q1);
      q = q.fma(a, q0);
      FloatVector power =
          t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector w = e.mul(p).div(q).mul(power);
      FloatVector result = w.blend(two.sub(w), v.compare(VectorOperators.LT, 0));
      result.intoArray(out, oo + i);
    }
    if (i < n) {
      LastFloats.apply(FloatErrorFunctions::erfc, x, xo + i, out, oo + i, n - i);
    }
  }
}
