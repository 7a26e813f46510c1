package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Natural logarithms of blocks of floats.
 *
 * <p>Method: that of fdlibm: {@code x = 2^k (1 + f)}, {@code s = f / (2 + f)}, a polynomial in s^2
 * (a minimax polynomial by Remez exchange in 50 digits, relative error 2^-35, its coefficients
 * rounded to floats one after another).
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class FloatLogarithms {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** 1.5 * 2^23: added to a number, it leaves the nearest whole number in the low bits. */
  private static final float MAGIC = 0x1.8p23f;

  private static final int MAGIC_BITS = Float.floatToRawIntBits(MAGIC);
  private static final int ONE_BITS = Float.floatToRawIntBits(1);

  /** ln 2 in two parts; the product of the first with an exponent is exact. */
  private static final float LOG2_HIGH = 0.6931381f;

  private static final float LOG2_LOW = 9.058001e-06f;
  private static final int ROOT_HALF_BITS = Float.floatToRawIntBits(0.70710677f);

  /** Below this the function is its argument, to the last bit. */
  private static final float TINY = 0x1p-26f;

  private FloatLogarithms() {}

  /** {@code ln x}, within 1 ULP; NaN below zero, minus infinity at both zeros. */
  public static void log(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      FloatVector v =
          whole
              ? FloatVector.fromArray(S, x, xo + i)
              : FloatVector.fromArray(S, x, xo + i, FirstLanes.floats(n - i));
      var small = v.compare(VectorOperators.LT, Float.MIN_NORMAL);
      FloatVector u = v.blend(v.mul(0x1p25f), small);
      IntVector b = u.reinterpretAsInts();
      IntVector e = b.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
      FloatVector f = b.sub(e.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(1f);
      FloatVector k = e.add(MAGIC_BITS).reinterpretAsFloats().sub(MAGIC);
      k = k.blend(k.sub(25f), small);
      FloatVector s = f.div(f.add(2f));
      FloatVector z = s.mul(s);
      FloatVector q =
          z.fma(FloatVector.broadcast(S, 0.24278815f), FloatVector.broadcast(S, 0.28498793f));
      q = q.fma(z, FloatVector.broadcast(S, 0.40000972f));
      q = q.fma(z, FloatVector.broadcast(S, 0.6666666f));
      FloatVector h = f.mul(f).mul(0.5f);
      FloatVector l = s.fma(z.fma(q, h), k.mul(LOG2_LOW));
      FloatVector w = k.fma(FloatVector.broadcast(S, LOG2_HIGH), f.sub(h.sub(l)));
      FloatVector result =
          w.blend(Float.NEGATIVE_INFINITY, v.compare(VectorOperators.EQ, 0))
              .blend(Float.NaN, v.compare(VectorOperators.LT, 0))
              .blend(v, v.compare(VectorOperators.LT, Float.POSITIVE_INFINITY).not());

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.floats(n - i));
      }
    }
  }

  /**
   * {@code ln(1 + x)}, within 2 ULP; minus infinity at -1. The exponent k of 1 + x is taken from
   * the rounded sum, but the mantissa is {@code x 2^-k + (2^-k - 1)}, which loses nothing.
   */
  public static void log1p(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      FloatVector v =
          whole
              ? FloatVector.fromArray(S, x, xo + i)
              : FloatVector.fromArray(S, x, xo + i, FirstLanes.floats(n - i));
      IntVector b = v.add(1f).reinterpretAsInts();
      IntVector e = b.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
      IntVector scaled = e.lanewise(VectorOperators.LSHL, 23);
      FloatVector inverse = scaled.neg().add(ONE_BITS).reinterpretAsFloats();
      FloatVector f = v.fma(inverse, inverse.sub(1f));
      f =
          f.blend(
              b.sub(scaled).reinterpretAsFloats().sub(1f), v.compare(VectorOperators.GT, 0x1p100f));
      FloatVector k = e.add(MAGIC_BITS).reinterpretAsFloats().sub(MAGIC);
      FloatVector s = f.div(f.add(2f));
      FloatVector z = s.mul(s);
      FloatVector q =
          z.fma(FloatVector.broadcast(S, 0.24278815f), FloatVector.broadcast(S, 0.28498793f));
      q = q.fma(z, FloatVector.broadcast(S, 0.40000972f));
      q = q.fma(z, FloatVector.broadcast(S, 0.6666666f));
      FloatVector h = f.mul(f).mul(0.5f);
      FloatVector l = s.fma(z.fma(q, h), k.mul(LOG2_LOW));
      FloatVector w = k.fma(FloatVector.broadcast(S, LOG2_HIGH), f.sub(h.sub(l)));
      FloatVector result =
          w.blend(Float.NEGATIVE_INFINITY, v.compare(VectorOperators.EQ, -1f))
              .blend(Float.NaN, v.compare(VectorOperators.LT, -1f))
              .blend(
                  v,
                  v.compare(VectorOperators.LT, Float.POSITIVE_INFINITY)
                      .not()
                      .or(v.abs().compare(VectorOperators.LT, TINY)));

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.floats(n - i));
      }
    }
  }
}
