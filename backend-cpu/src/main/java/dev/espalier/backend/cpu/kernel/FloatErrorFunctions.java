package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Error functions of blocks of floats.
 *
 * <p>The exponential function is that of {@link FloatExponentials}.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class FloatErrorFunctions {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /**
   * 1.5 * 2^23 + 254: added to a number, it leaves the nearest whole number plus twice the bias of
   * an exponent in the low bits, to be halved.
   */
  private static final float MAGIC_TWICE = 0x1.8p23f + 254;

  /** The same with the bias once. */
  private static final float MAGIC = 0x1.8p23f + 127;

  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6931472f;
  private static final float LN2_LOW = -1.9046542e-09f;
  private static final int SIGN = 0x80000000;

  private FloatErrorFunctions() {}

  /** The error function, within 1 ULP; coefficients by N. Juffa. */
  public static void erf(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      FloatVector v =
          whole
              ? FloatVector.fromArray(S, x, xo + i)
              : FloatVector.fromArray(S, x, xo + i, FirstLanes.floats(n - i));
      FloatVector a = v.abs();
      a = a.blend(4f, a.compare(VectorOperators.GT, 4f));
      FloatVector z = v.mul(v);
      FloatVector g2 =
          a.fma(
              FloatVector.broadcast(S, -1.72853470e-5f), FloatVector.broadcast(S, 0.00038319713f));
      FloatVector g1 =
          a.fma(FloatVector.broadcast(S, -0.0038839644f), FloatVector.broadcast(S, 0.024254622f));
      FloatVector g = g2.fma(a.mul(a), g1);
      g = g.fma(a, FloatVector.broadcast(S, -0.10677788f));
      g = g.fma(a, FloatVector.broadcast(S, -0.6348467f));
      g = g.fma(a, FloatVector.broadcast(S, -0.12871751f));
      g = g.fma(a, a.neg());
      FloatVector t = g.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, MAGIC));
      FloatVector k = t.sub(MAGIC);
      FloatVector r = k.fma(FloatVector.broadcast(S, -LN2_HIGH), g);
      r = k.fma(FloatVector.broadcast(S, -LN2_LOW), r);
      FloatVector e =
          r.fma(FloatVector.broadcast(S, 0.0013827113f), FloatVector.broadcast(S, 0.0083685145f));
      e = e.fma(r, FloatVector.broadcast(S, 0.041668188f));
      e = e.fma(r, FloatVector.broadcast(S, 0.16666523f));
      e = e.fma(r, FloatVector.broadcast(S, 0.49999994f));
      e = e.fma(r, FloatVector.broadcast(S, 1.0f));
      e = e.fma(r, FloatVector.broadcast(S, 1.0f));
      FloatVector power =
          t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector far =
          FloatVector.broadcast(S, 1f)
              .sub(e.mul(power))
              .reinterpretAsInts()
              .or(v.reinterpretAsInts().and(SIGN))
              .reinterpretAsFloats();
      FloatVector near =
          z.fma(FloatVector.broadcast(S, -0.0005967617f), FloatVector.broadcast(S, 0.0049911942f));
      near = near.fma(z, FloatVector.broadcast(S, -0.026768135f));
      near = near.fma(z, FloatVector.broadcast(S, 0.112819925f));
      near = near.fma(z, FloatVector.broadcast(S, -0.37612534f));
      near = near.fma(z, FloatVector.broadcast(S, 0.12837917f));
      near = near.fma(v, v);
      FloatVector result = near.blend(far, a.compare(VectorOperators.GT, 0.9277344f));

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.floats(n - i));
      }
    }
  }

  /**
   * The complementary error function {@code 1 - erf(x)}, within 2.5 ULP, subnormal results
   * included.
   *
   * <p>Below 0.45 it is {@code 1 - x (1 + P(x^2))}. Above, with a = |x| and {@code y = 1 / (a +
   * 2)}, it is {@code e^(-a^2) y Q(y)}, or 2 less that for negative x; what the rounding of the
   * square, of a + 2, of the quotient and of the product takes away is put back. P and Q are
   * minimax polynomials (Remez exchanges in 34 digits, coefficients rounded to floats one after
   * another).
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
      FloatVector shifted = a.add(2f);
      FloatVector y = FloatVector.broadcast(S, 1f).div(shifted);
      FloatVector minus = a.mul(a.neg());
      FloatVector t =
          minus.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, MAGIC_TWICE));
      FloatVector k = t.sub(MAGIC_TWICE);
      FloatVector r = k.fma(FloatVector.broadcast(S, -LN2_HIGH), minus);
      r = k.fma(FloatVector.broadcast(S, -LN2_LOW), r);
      FloatVector e =
          r.fma(FloatVector.broadcast(S, 0.0013827113f), FloatVector.broadcast(S, 0.0083685145f));
      e = e.fma(r, FloatVector.broadcast(S, 0.041668188f));
      e = e.fma(r, FloatVector.broadcast(S, 0.16666523f));
      e = e.fma(r, FloatVector.broadcast(S, 0.49999994f));
      e = e.fma(r, FloatVector.broadcast(S, 1.0f));
      FloatVector above = e.mul(r);
      // erfcx(a) / y for a in [0.44, 10.1], 2^-28.
      FloatVector y2 = y.mul(y);
      FloatVector q8 =
          y.fma(FloatVector.broadcast(S, -25.453642f), FloatVector.broadcast(S, 22.539286f));
      FloatVector q6 =
          y.fma(FloatVector.broadcast(S, 26.591896f), FloatVector.broadcast(S, -40.100426f));
      FloatVector q4 =
          y.fma(FloatVector.broadcast(S, 11.408813f), FloatVector.broadcast(S, 0.254539f));
      FloatVector q = q8.fma(y2, q6).fma(y2, q4);
      q = q.fma(y, FloatVector.broadcast(S, 3.1324825f));
      q = q.fma(y, FloatVector.broadcast(S, 1.9502511f));
      q = q.fma(y, FloatVector.broadcast(S, 1.1294478f));
      q = q.fma(y, FloatVector.broadcast(S, 0.5641696f));
      // By how much y is too large, and how erfcx answers to that.
      FloatVector excess =
          y.fma(a.sub(shifted.sub(2f)), y.fma(shifted, FloatVector.broadcast(S, -1f)));
      FloatVector slope = y.fma(FloatVector.broadcast(S, 2.75f), FloatVector.broadcast(S, 1f));
      FloatVector correction = excess.fma(slope, a.fma(a, minus));
      FloatVector product = y.mul(q);
      FloatVector lost = y.fma(q, product.neg()).sub(correction.mul(product));
      FloatVector w = product.add(lost.fma(above.add(1f), product.mul(above)));
      IntVector bits = t.reinterpretAsInts();
      IntVector first = bits.lanewise(VectorOperators.LSHR, 1);
      IntVector second = bits.sub(first);
      w = w.mul(first.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      w = w.mul(second.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      w = w.blend(FloatVector.broadcast(S, 2f).sub(w), v.compare(VectorOperators.LT, 0));
      // erf(x) / x - 1 for x^2 in [0, 0.46^2], 2^-30.
      FloatVector z = v.mul(v);
      FloatVector near =
          z.fma(FloatVector.broadcast(S, 0.004776227f), FloatVector.broadcast(S, -0.026781049f));
      near = near.fma(z, FloatVector.broadcast(S, 0.11283121f));
      near = near.fma(z, FloatVector.broadcast(S, -0.3761262f));
      near = near.fma(z, FloatVector.broadcast(S, 0.12837917f));
      near = FloatVector.broadcast(S, 1f).sub(near.fma(v, v));
      FloatVector result = w.blend(near, a.compare(VectorOperators.LT, 0.45f));

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.floats(n - i));
      }
    }
  }
}
