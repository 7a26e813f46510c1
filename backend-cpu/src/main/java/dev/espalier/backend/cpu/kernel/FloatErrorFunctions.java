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
   * The error function, within ERFULP ULP, as {@code x P(x^2) / Q(x^2)}, P and Q of degree 5, up to
   * |x| = 3.92, beyond which it rounds to 1 (relative error 2^-23.8).
   */
  public static void erf(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      FloatVector v =
          whole
              ? FloatVector.fromArray(S, x, xo + i)
              : FloatVector.fromArray(S, x, xo + i, FirstLanes.floats(n - i));
      FloatVector z = v.mul(v);
      z = z.blend(15.3664f, z.compare(VectorOperators.GT, 15.3664f));
      FloatVector p =
          z.fma(FloatVector.broadcast(S, 2.1901092e-06f), FloatVector.broadcast(S, 0.00028301406f));
      p = p.fma(z, FloatVector.broadcast(S, 0.003421436f));
      p = p.fma(z, FloatVector.broadcast(S, 0.051684957f));
      p = p.fma(z, FloatVector.broadcast(S, 0.18156832f));
      p = p.fma(z, FloatVector.broadcast(S, 1.1283792f));
      FloatVector q =
          z.fma(FloatVector.broadcast(S, 3.9457012e-05f), FloatVector.broadcast(S, 0.0010905445f));
      q = q.fma(z, FloatVector.broadcast(S, 0.014267436f));
      q = q.fma(z, FloatVector.broadcast(S, 0.1105529f));
      q = q.fma(z, FloatVector.broadcast(S, 0.49424404f));
      q = q.fma(z, FloatVector.broadcast(S, 1f));
      FloatVector w = p.mul(v).div(q);
      FloatVector one =
          v.reinterpretAsInts().and(SIGN).or(ONE_BITS).reinterpretAsFloats();
      FloatVector result = w.blend(one, w.abs().compare(VectorOperators.GT, 1f));

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.floats(n - i));
      }
    }
  }

  /**
   * The complementary error function {@code 1 - erf(x)}, within ERFCULP ULP, subnormal results
   * included; exact at 0.
   *
   * <p>With a = |x| it is {@code e^(-a^2) P(a) / Q(a)}, or 2 less that for negative x. P and Q are of
   * degrees 4 and 5 for {@code e^(a^2) erfc(a)} up to 10.25 (relative error 2^-27), where the result
   * vanishes. The square is exact in the sum that takes the whole powers of two away; what is left
   * of it is the argument of a polynomial of degree 5 (2^-23.2). 2^-64 is in P, so that only the last
   * product rounds to a subnormal number.
   */
  public static void erfc(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      FloatVector v =
          whole
              ? FloatVector.fromArray(S, x, xo + i)
              : FloatVector.fromArray(S, x, xo + i, FirstLanes.floats(n - i));
      FloatVector a = v.abs();
      a = a.blend(10.25f, a.compare(VectorOperators.GT, 10.25f));
      FloatVector minus = a.neg();
      FloatVector t =
          minus.mul(a).fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, MAGIC));
      FloatVector k = t.sub(MAGIC);
      FloatVector r = minus.fma(a, k.mul(-LN2_HIGH));
      r = k.fma(FloatVector.broadcast(S, -LN2_LOW), r);
      FloatVector e =
          r.fma(FloatVector.broadcast(S, 0.008312494f), FloatVector.broadcast(S, 0.0418904f));
      e = e.fma(r, FloatVector.broadcast(S, 0.16667116f));
      e = e.fma(r, FloatVector.broadcast(S, 0.4999923f));
      e = e.fma(r, FloatVector.broadcast(S, 1f));
      e = e.fma(r, FloatVector.broadcast(S, 1f));
      FloatVector p =
          a.fma(FloatVector.broadcast(S, 0.032682054f * 0x1p-64f), FloatVector.broadcast(S, 0.22876069f * 0x1p-64f));
      p = p.fma(a, FloatVector.broadcast(S, 0.7307343f * 0x1p-64f));
      p = p.fma(a, FloatVector.broadcast(S, 1.237681f * 0x1p-64f));
      p = p.fma(a, FloatVector.broadcast(S, 1f * 0x1p-64f));
      FloatVector q =
          a.fma(FloatVector.broadcast(S, 0.05792674f), FloatVector.broadcast(S, 0.4054941f));
      q = q.fma(a, FloatVector.broadcast(S, 1.3237253f));
      q = q.fma(a, FloatVector.broadcast(S, 2.4005399f));
      q = q.fma(a, FloatVector.broadcast(S, 2.3660605f));
      q = q.fma(a, FloatVector.broadcast(S, 1f));
      FloatVector power =
          t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector w = e.mul(p).div(q).mul(power);
      FloatVector result =
          w.blend(FloatVector.broadcast(S, 2f).sub(w), v.compare(VectorOperators.LT, 0));

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.floats(n - i));
      }
    }
  }
}
