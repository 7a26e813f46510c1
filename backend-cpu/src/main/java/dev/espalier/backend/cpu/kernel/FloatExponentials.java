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
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      FloatVector v =
          whole
              ? FloatVector.fromArray(S, x, xo + i)
              : FloatVector.fromArray(S, x, xo + i, FirstLanes.floats(n - i));
      FloatVector c = v.blend(89f, v.compare(VectorOperators.GT, 89f));
      c = c.blend(-104f, v.compare(VectorOperators.LT, -104f));
      FloatVector t =
          c.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, MAGIC_TWICE));
      FloatVector k = t.sub(MAGIC_TWICE);
      FloatVector r = k.fma(FloatVector.broadcast(S, -LN2_HIGH), c);
      r = k.fma(FloatVector.broadcast(S, -LN2_LOW), r);
      FloatVector p =
          r.fma(FloatVector.broadcast(S, 0.0013827113f), FloatVector.broadcast(S, 0.0083685145f));
      p = p.fma(r, FloatVector.broadcast(S, 0.041668188f));
      p = p.fma(r, FloatVector.broadcast(S, 0.16666523f));
      p = p.fma(r, FloatVector.broadcast(S, 0.49999994f));
      p = p.fma(r, FloatVector.broadcast(S, 1.0f));
      p = p.fma(r, FloatVector.broadcast(S, 1.0f));
      IntVector bits = t.reinterpretAsInts();
      IntVector first = bits.lanewise(VectorOperators.LSHR, 1);
      IntVector second = bits.sub(first);
      FloatVector result =
          p.mul(first.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
              .mul(second.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.floats(n - i));
      }
    }
  }

  /** {@code e^x - 1}, within 2 ULP. */
  public static void expm1(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      FloatVector v =
          whole
              ? FloatVector.fromArray(S, x, xo + i)
              : FloatVector.fromArray(S, x, xo + i, FirstLanes.floats(n - i));
      FloatVector c = v.blend(89f, v.compare(VectorOperators.GT, 89f));
      c = c.blend(-30f, v.compare(VectorOperators.LT, -30f));
      FloatVector t = c.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, MAGIC_HALF));
      FloatVector k = t.sub(MAGIC_HALF);
      FloatVector r = k.fma(FloatVector.broadcast(S, -LN2_HIGH), c);
      r = k.fma(FloatVector.broadcast(S, -LN2_LOW), r);
      FloatVector q =
          r.fma(FloatVector.broadcast(S, 0.00019781374f), FloatVector.broadcast(S, 0.0013932904f));
      q = q.fma(r, FloatVector.broadcast(S, 0.008333528f));
      q = q.fma(r, FloatVector.broadcast(S, 0.041666497f));
      q = q.fma(r, FloatVector.broadcast(S, 0.16666666f));
      q = q.fma(r, FloatVector.broadcast(S, 0.5f));
      FloatVector p = q.fma(r.mul(r), r);
      FloatVector s =
          t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector y = p.fma(s, s.sub(0.5f));
      y = y.add(y);
      FloatVector result = y.blend(v, v.abs().compare(VectorOperators.LT, TINY));

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.floats(n - i));
      }
    }
  }

  /**
   * The hyperbolic tangent, within 2.5 ULP, as {@code y / (y + 2)} with {@code y = expm1(2|x|)}.
   */
  public static void tanh(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      FloatVector v =
          whole
              ? FloatVector.fromArray(S, x, xo + i)
              : FloatVector.fromArray(S, x, xo + i, FirstLanes.floats(n - i));
      FloatVector a = v.abs();
      a = a.blend(10f, a.compare(VectorOperators.GT, 10f));
      FloatVector twice = a.add(a);
      FloatVector t =
          twice.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, MAGIC_HALF));
      FloatVector k = t.sub(MAGIC_HALF);
      FloatVector r = k.fma(FloatVector.broadcast(S, -LN2_HIGH), twice);
      r = k.fma(FloatVector.broadcast(S, -LN2_LOW), r);
      FloatVector q =
          r.fma(FloatVector.broadcast(S, 0.00019781374f), FloatVector.broadcast(S, 0.0013932904f));
      q = q.fma(r, FloatVector.broadcast(S, 0.008333528f));
      q = q.fma(r, FloatVector.broadcast(S, 0.041666497f));
      q = q.fma(r, FloatVector.broadcast(S, 0.16666666f));
      q = q.fma(r, FloatVector.broadcast(S, 0.5f));
      FloatVector p = q.fma(r.mul(r), r);
      FloatVector s =
          t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector y = p.fma(s, s.sub(0.5f));
      y = y.add(y);
      FloatVector result =
          y.div(y.add(2f))
              .reinterpretAsInts()
              .or(v.reinterpretAsInts().and(SIGN))
              .reinterpretAsFloats();

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.floats(n - i));
      }
    }
  }

  /** {@code 1 / (1 + e^-x)}, within 2.5 ULP on both sides. */
  public static void logistic(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      FloatVector v =
          whole
              ? FloatVector.fromArray(S, x, xo + i)
              : FloatVector.fromArray(S, x, xo + i, FirstLanes.floats(n - i));
      FloatVector c = v.abs().neg();
      c = c.blend(-104f, c.compare(VectorOperators.LT, -104f));
      FloatVector t =
          c.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, MAGIC_TWICE));
      FloatVector k = t.sub(MAGIC_TWICE);
      FloatVector r = k.fma(FloatVector.broadcast(S, -LN2_HIGH), c);
      r = k.fma(FloatVector.broadcast(S, -LN2_LOW), r);
      FloatVector p =
          r.fma(FloatVector.broadcast(S, 0.0013827113f), FloatVector.broadcast(S, 0.0083685145f));
      p = p.fma(r, FloatVector.broadcast(S, 0.041668188f));
      p = p.fma(r, FloatVector.broadcast(S, 0.16666523f));
      p = p.fma(r, FloatVector.broadcast(S, 0.49999994f));
      p = p.fma(r, FloatVector.broadcast(S, 1.0f));
      p = p.fma(r, FloatVector.broadcast(S, 1.0f));
      IntVector bits = t.reinterpretAsInts();
      IntVector first = bits.lanewise(VectorOperators.LSHR, 1);
      IntVector second = bits.sub(first);
      FloatVector y =
          p.mul(first.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
              .mul(second.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      FloatVector result = y.blend(1f, v.compare(VectorOperators.GE, 0)).div(y.add(1f));

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.floats(n - i));
      }
    }
  }
}
