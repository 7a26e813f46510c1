package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Error functions of blocks of floats.
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
   * an exponent in the low bits.
   */
  private static final float MAGIC = 0x1.8p23f + 254;

  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0.6931472f;
  private static final float LN2_LOW = -1.9046542e-09f;

  private FloatErrorFunctions() {}

  /**
   * The complementary error function {@code 1 - erf(x)}, within 2 ULP, subnormal results included.
   *
   * <p>Below 0.45 it is {@code 1 - x (1 + P(x^2))}. Above, with a = |x| and {@code y = 1 / (a +
   * 2)}, it is {@code e^(-a^2) y Q(y)}, or 2 less that for negative x; what the rounding of the
   * square, of a + 2 and of the quotient takes away is put back. P and Q are minimax polynomials
   * (Remez exchange in 34 digits, coefficients rounded one after another).
   */
  public static void erfc(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      FloatVector v =
          whole
              ? FloatVector.fromArray(S, x, xo + i)
              : FloatVector.fromArray(S, x, xo + i, S.indexInRange(i, n));
      FloatVector a = v.abs();
      a = a.blend(10.25f, a.compare(VectorOperators.GT, 10.25f));
      FloatVector shifted = a.add(2f);
      FloatVector y = FloatVector.broadcast(S, 1f).div(shifted);
      FloatVector square = a.mul(a);
      FloatVector t =
          square.fma(FloatVector.broadcast(S, -LOG2_E), FloatVector.broadcast(S, MAGIC));
      FloatVector k = t.sub(MAGIC);
      FloatVector r = k.fma(FloatVector.broadcast(S, -LN2_HIGH), square.neg());
      r = k.fma(FloatVector.broadcast(S, -LN2_LOW), r);
      FloatVector e =
          r.fma(FloatVector.broadcast(S, 0.0013827113f), FloatVector.broadcast(S, 0.0083685145f));
      e = e.fma(r, FloatVector.broadcast(S, 0.041668188f));
      e = e.fma(r, FloatVector.broadcast(S, 0.16666523f));
      e = e.fma(r, FloatVector.broadcast(S, 0.49999994f));
      FloatVector above = e.fma(r, FloatVector.broadcast(S, 1f)).mul(r);
      e = above.add(1f);
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
      FloatVector lost =
          y.neg().fma(shifted, FloatVector.broadcast(S, 1f)).add(shifted.sub(2f).sub(a).mul(y));
      FloatVector correction =
          lost.mul(y.fma(FloatVector.broadcast(S, 2.75f), FloatVector.broadcast(S, 1f)))
              .sub(a.fma(a, square.neg()));
      FloatVector yq = y.mul(q);
      FloatVector w = yq.mul(e);
      FloatVector rest = y.fma(q, yq.neg()).fma(e, yq.fma(e, w.neg()));
      rest = yq.fma(above.sub(e.sub(1f)), rest);
      w = w.add(correction.fma(w, rest));
      IntVector bits = t.reinterpretAsInts();
      IntVector first = bits.lanewise(VectorOperators.LSHR, 1);
      IntVector second = bits.sub(first);
      w = w.mul(first.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      w = w.mul(second.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      w = w.blend(w.neg().add(2f), v.compare(VectorOperators.LT, 0));
      FloatVector z = v.mul(v);
      FloatVector near =
          z.fma(FloatVector.broadcast(S, 0.004776227f), FloatVector.broadcast(S, -0.026781049f));
      near = near.fma(z, FloatVector.broadcast(S, 0.11283121f));
      near = near.fma(z, FloatVector.broadcast(S, -0.3761262f));
      near = near.fma(z, FloatVector.broadcast(S, 0.12837917f));
      near = near.fma(v, v).neg().add(1f);
      FloatVector result = w.blend(near, a.compare(VectorOperators.LT, 0.45f));
      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, S.indexInRange(i, n));
      }
    }
  }
}
