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

  /** The bits of that, of 1, and of the root of a half. */
  private static final int MAGIC_BITS = 0x4b400000;

  private static final int ONE_BITS = 0x3f800000;

  /** ln 2 in two parts; the product of the first with an exponent is exact. */
  private static final float LOG2_HIGH = 0.6931381f;

  private static final float LOG2_LOW = 9.058001e-06f;
  private static final int ROOT_HALF_BITS = 0x3f3504f3;

  /** Below this the function is its argument, to the last bit. */
  private static final float TINY = 0x1p-26f;

  private FloatLogarithms() {}

  /** {@code ln x}, within 1 ULP; NaN below zero, minus infinity at both zeros. */
  public static void log(float[] x, int xo, float[] out, int oo, int n) {
    FloatVector least = FloatVector.broadcast(S, Float.MIN_NORMAL);
    FloatVector scale = FloatVector.broadcast(S, 0x1p25f);
    FloatVector one = FloatVector.broadcast(S, 1f);
    FloatVector magic = FloatVector.broadcast(S, MAGIC);
    FloatVector lift = FloatVector.broadcast(S, 25f);
    FloatVector two = FloatVector.broadcast(S, 2f);
    FloatVector q3 = FloatVector.broadcast(S, 0.24278815f);
    FloatVector q2 = FloatVector.broadcast(S, 0.28498793f);
    FloatVector q1 = FloatVector.broadcast(S, 0.40000972f);
    FloatVector q0 = FloatVector.broadcast(S, 0.6666666f);
    FloatVector half = FloatVector.broadcast(S, 0.5f);
    FloatVector log2Low = FloatVector.broadcast(S, LOG2_LOW);
    FloatVector log2High = FloatVector.broadcast(S, LOG2_HIGH);
    FloatVector minusInfinity = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
    FloatVector nan = FloatVector.broadcast(S, Float.NaN);
    FloatVector infinity = FloatVector.broadcast(S, Float.POSITIVE_INFINITY);
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      var small = v.compare(VectorOperators.LT, least);
      FloatVector u = v.blend(v.mul(scale), small);
      IntVector b = u.reinterpretAsInts();
      IntVector e = b.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
      FloatVector f = b.sub(e.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(one);
      FloatVector k = e.add(MAGIC_BITS).reinterpretAsFloats().sub(magic);
      k = k.blend(k.sub(lift), small);
      FloatVector s = f.div(f.add(two));
      FloatVector z = s.mul(s);
      FloatVector q = z.fma(q3, q2);
      q = q.fma(z, q1);
      q = q.fma(z, q0);
      FloatVector h = f.mul(f).mul(half);
      FloatVector l = s.fma(z.fma(q, h), k.mul(log2Low));
      FloatVector w = k.fma(log2High, f.sub(h.sub(l)));
      FloatVector result =
          w.blend(minusInfinity, v.compare(VectorOperators.EQ, 0))
              .blend(nan, v.compare(VectorOperators.LT, 0))
              .blend(v, v.compare(VectorOperators.LT, infinity).not());
      result.intoArray(out, oo + i);
    }
    if (i < n) {
      LastFloats.apply(FloatLogarithms::log, x, xo + i, out, oo + i, n - i);
    }
  }

  /**
   * {@code ln(1 + x)}, within 2 ULP; minus infinity at -1. The exponent k of 1 + x is taken from
   * the rounded sum, but the mantissa is {@code x 2^-k + (2^-k - 1)}, which loses nothing.
   */
  public static void log1p(float[] x, int xo, float[] out, int oo, int n) {
    FloatVector one = FloatVector.broadcast(S, 1f);
    FloatVector huge = FloatVector.broadcast(S, 0x1p100f);
    FloatVector magic = FloatVector.broadcast(S, MAGIC);
    FloatVector two = FloatVector.broadcast(S, 2f);
    FloatVector q3 = FloatVector.broadcast(S, 0.24278815f);
    FloatVector q2 = FloatVector.broadcast(S, 0.28498793f);
    FloatVector q1 = FloatVector.broadcast(S, 0.40000972f);
    FloatVector q0 = FloatVector.broadcast(S, 0.6666666f);
    FloatVector half = FloatVector.broadcast(S, 0.5f);
    FloatVector log2Low = FloatVector.broadcast(S, LOG2_LOW);
    FloatVector log2High = FloatVector.broadcast(S, LOG2_HIGH);
    FloatVector minusInfinity = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
    FloatVector minusOne = FloatVector.broadcast(S, -1f);
    FloatVector nan = FloatVector.broadcast(S, Float.NaN);
    FloatVector infinity = FloatVector.broadcast(S, Float.POSITIVE_INFINITY);
    FloatVector tiny = FloatVector.broadcast(S, TINY);
    int i = 0;
    for (; i <= n - L; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      IntVector b = v.add(one).reinterpretAsInts();
      IntVector e = b.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
      IntVector scaled = e.lanewise(VectorOperators.LSHL, 23);
      FloatVector inverse = scaled.neg().add(ONE_BITS).reinterpretAsFloats();
      FloatVector f = v.fma(inverse, inverse.sub(one));
      f =
          f.blend(
              b.sub(scaled).reinterpretAsFloats().sub(one), v.compare(VectorOperators.GT, huge));
      FloatVector k = e.add(MAGIC_BITS).reinterpretAsFloats().sub(magic);
      FloatVector s = f.div(f.add(two));
      FloatVector z = s.mul(s);
      FloatVector q = z.fma(q3, q2);
      q = q.fma(z, q1);
      q = q.fma(z, q0);
      FloatVector h = f.mul(f).mul(half);
      FloatVector l = s.fma(z.fma(q, h), k.mul(log2Low));
      FloatVector w = k.fma(log2High, f.sub(h.sub(l)));
      FloatVector result =
          w.blend(minusInfinity, v.compare(VectorOperators.EQ, minusOne))
              .blend(nan, v.compare(VectorOperators.LT, minusOne))
              .blend(
                  v,
                  v.compare(VectorOperators.LT, infinity)
                      .not()
                      .or(v.abs().compare(VectorOperators.LT, tiny)));
      result.intoArray(out, oo + i);
    }
    if (i < n) {
      LastFloats.apply(FloatLogarithms::log1p, x, xo + i, out, oo + i, n - i);
    }
  }
}
