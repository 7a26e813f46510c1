package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Natural logarithms of blocks of floats.
 *
 * <p>Method: fdlibm's: {@code x = 2^k m}, {@code s = f / (2 + f)} with {@code f = m - 1}, a
 * polynomial in s^2.
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

  /** ln 2 in two parts; the product of the first with an exponent is exact. */
  private static final float LOG2_HIGH = 0.6931381f;

  private static final float LOG2_LOW = 9.058001e-06f;
  private static final int ROOT_HALF_BITS = Float.floatToRawIntBits(0.70710677f);

  /** Below this the function is its argument, to the last bit. */
  private static final float TINY = 0x1p-26f;

  private FloatLogarithms() {}

  /** {@code ln x}, within 1 ULP; NaN below zero, minus infinity at both zeros. */
  public static void log(float[] x, int xo, float[] out, int oo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      var small = v.compare(VectorOperators.LT, Float.MIN_NORMAL);
      FloatVector u = v.mul(0x1p25f, small);
      IntVector b = u.reinterpretAsInts();
      IntVector e = b.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
      FloatVector m = b.sub(e.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
      FloatVector k = e.add(MAGIC_BITS).reinterpretAsFloats().sub(MAGIC);
      k = k.sub(25, small);
      FloatVector f = m.sub(1);
      FloatVector s = f.div(f.add(2f));
      FloatVector z = s.mul(s);
      FloatVector q =
          z.fma(
              FloatVector.broadcast(S, 0xf89e26.0p-26f), FloatVector.broadcast(S, 0x91e9ee.0p-25f));
      q = q.fma(z, FloatVector.broadcast(S, 0xccce13.0p-25f));
      q = q.fma(z, FloatVector.broadcast(S, 0xaaaaaa.0p-24f));
      q = q.mul(z);
      FloatVector h = f.mul(f).mul(0.5f);
      FloatVector l = s.fma(h.add(q), k.mul(LOG2_LOW));
      FloatVector w = k.fma(FloatVector.broadcast(S, LOG2_HIGH), f.sub(h.sub(l)));
      FloatVector result =
          w.blend(Float.NEGATIVE_INFINITY, v.compare(VectorOperators.EQ, 0))
              .blend(Float.NaN, v.compare(VectorOperators.LT, 0))
              .blend(v, v.compare(VectorOperators.LT, Float.POSITIVE_INFINITY).not());
      result.intoArray(out, oo + i);
    }
    if (bound < n) {
      float[] tail = new float[L];
      System.arraycopy(x, xo + bound, tail, 0, n - bound);
      log(tail, 0, tail, 0, L);
      System.arraycopy(tail, 0, out, oo + bound, n - bound);
    }
  }

  /** {@code ln(1 + x)}, within 3 ULP; minus infinity at -1. */
  public static void log1p(float[] x, int xo, float[] out, int oo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector u = v.add(1);
      IntVector b = u.reinterpretAsInts();
      IntVector e = b.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
      FloatVector m = b.sub(e.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats();
      FloatVector k = e.add(MAGIC_BITS).reinterpretAsFloats().sub(MAGIC);
      FloatVector lost =
          v.sub(u.sub(1)).blend(u.sub(v).neg().add(1), k.compare(VectorOperators.GE, 1)).div(u);
      var near =
          v.compare(VectorOperators.GT, -0.2928f).and(v.compare(VectorOperators.LT, 0.4142f));
      k = k.blend(0, near);
      FloatVector f = m.sub(1).blend(v, near);
      lost = lost.blend(0, near);
      FloatVector s = f.div(f.add(2f));
      FloatVector z = s.mul(s);
      FloatVector q =
          z.fma(
              FloatVector.broadcast(S, 0xf89e26.0p-26f), FloatVector.broadcast(S, 0x91e9ee.0p-25f));
      q = q.fma(z, FloatVector.broadcast(S, 0xccce13.0p-25f));
      q = q.fma(z, FloatVector.broadcast(S, 0xaaaaaa.0p-24f));
      q = q.mul(z);
      FloatVector h = f.mul(f).mul(0.5f);
      FloatVector l = s.fma(h.add(q), k.mul(LOG2_LOW).add(lost));
      FloatVector w = k.fma(FloatVector.broadcast(S, LOG2_HIGH), f.sub(h.sub(l)));
      FloatVector result =
          w.blend(Float.NEGATIVE_INFINITY, v.compare(VectorOperators.EQ, -1))
              .blend(Float.NaN, v.compare(VectorOperators.LT, -1))
              .blend(
                  v,
                  v.compare(VectorOperators.LT, Float.POSITIVE_INFINITY)
                      .not()
                      .or(v.abs().compare(VectorOperators.LT, TINY)));
      result.intoArray(out, oo + i);
    }
    if (bound < n) {
      float[] tail = new float[L];
      System.arraycopy(x, xo + bound, tail, 0, n - bound);
      log1p(tail, 0, tail, 0, L);
      System.arraycopy(tail, 0, out, oo + bound, n - bound);
    }
  }
}
