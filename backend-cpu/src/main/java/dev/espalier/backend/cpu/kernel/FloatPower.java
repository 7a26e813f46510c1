package dev.espalier.backend.cpu.kernel;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Powers of blocks of floats: {@code e^(y ln x)} in doubles for a positive finite x and a finite y,
 * and {@link StrictMath#pow} for the special values. The result may be written over an operand.
 */
public final class FloatPower {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;

  /** As many floats as there are doubles in a vector. */
  private static final VectorSpecies<Float> H =
      VectorSpecies.of(float.class, VectorShape.forBitSize(S.vectorBitSize() / 2));

  private static final int L = S.length();
  private static final double MAGIC = 0x1.8p52;
  private static final long MAGIC_BITS = Double.doubleToRawLongBits(MAGIC);
  private static final double LOG2_E = 1.4426950408889634;
  private static final double LN2_HIGH = 0.6931471805599453;
  private static final double LN2_LOW = 2.3190468138462996E-17;
  private static final double LOG2_HIGH = 0.6931471803691238;
  private static final double LOG2_LOW = 1.9082149292705877e-10;
  private static final long ROOT_HALF_BITS = Double.doubleToRawLongBits(0.7071067811865476);

  private FloatPower() {}

  /** {@code x^y}, within 1 ULP of a float; special values as {@link StrictMath#pow}. */
  public static void pow(float[] x, int xo, float[] y, int yo, float[] out, int oo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector base = FloatVector.fromArray(H, x, xo + i);
      FloatVector power = FloatVector.fromArray(H, y, yo + i);
      boolean usual =
          base.compare(VectorOperators.GT, 0)
              .and(base.compare(VectorOperators.LT, Float.POSITIVE_INFINITY))
              .and(power.abs().compare(VectorOperators.LT, Float.POSITIVE_INFINITY))
              .allTrue();
      if (!usual) {
        special(x, xo + i, y, yo + i, out, oo + i);
        continue;
      }
      DoubleVector u = (DoubleVector) base.convertShape(VectorOperators.F2D, S, 0);
      DoubleVector o = (DoubleVector) power.convertShape(VectorOperators.F2D, S, 0);
      LongVector b = u.reinterpretAsLongs();
      LongVector e = b.sub(ROOT_HALF_BITS).lanewise(VectorOperators.ASHR, 52);
      DoubleVector m = b.sub(e.lanewise(VectorOperators.LSHL, 52)).reinterpretAsDoubles();
      DoubleVector k = e.add(MAGIC_BITS).reinterpretAsDoubles().sub(MAGIC);
      DoubleVector f = m.sub(1);
      DoubleVector s = f.div(f.add(2.0));
      DoubleVector z = s.mul(s);
      DoubleVector q =
          z.fma(
              DoubleVector.broadcast(S, 0.14798198605116586),
              DoubleVector.broadcast(S, 0.15313837699209373));
      q = q.fma(z, DoubleVector.broadcast(S, 0.1818357216161805));
      q = q.fma(z, DoubleVector.broadcast(S, 0.22222198432149784));
      q = q.fma(z, DoubleVector.broadcast(S, 0.2857142874366239));
      q = q.fma(z, DoubleVector.broadcast(S, 0.3999999999940942));
      q = q.fma(z, DoubleVector.broadcast(S, 0.6666666666666735));
      q = q.mul(z);
      DoubleVector h = f.mul(f).mul(0.5);
      DoubleVector l = s.fma(h.add(q), k.mul(LOG2_LOW));
      DoubleVector v = k.fma(DoubleVector.broadcast(S, LOG2_HIGH), f.sub(h.sub(l))).mul(o);
      DoubleVector xc = v.max(-746.0).min(710.0);
      DoubleVector xt = xc.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC));
      DoubleVector xk = xt.sub(MAGIC);
      DoubleVector xr = xk.fma(DoubleVector.broadcast(S, -LN2_HIGH), xc);
      xr = xk.fma(DoubleVector.broadcast(S, -LN2_LOW), xr);
      LongVector xe = xt.reinterpretAsLongs().sub(MAGIC_BITS);
      DoubleVector xp =
          xr.fma(
              DoubleVector.broadcast(S, 1.6059043836821613e-10),
              DoubleVector.broadcast(S, 2.08767569878681e-09));
      xp = xp.fma(xr, DoubleVector.broadcast(S, 2.505210838544172e-08));
      xp = xp.fma(xr, DoubleVector.broadcast(S, 2.755731922398589e-07));
      xp = xp.fma(xr, DoubleVector.broadcast(S, 2.7557319223985893e-06));
      xp = xp.fma(xr, DoubleVector.broadcast(S, 2.48015873015873e-05));
      xp = xp.fma(xr, DoubleVector.broadcast(S, 0.0001984126984126984));
      xp = xp.fma(xr, DoubleVector.broadcast(S, 0.001388888888888889));
      xp = xp.fma(xr, DoubleVector.broadcast(S, 0.008333333333333333));
      xp = xp.fma(xr, DoubleVector.broadcast(S, 0.041666666666666664));
      xp = xp.fma(xr, DoubleVector.broadcast(S, 0.16666666666666666));
      xp = xp.fma(xr, DoubleVector.broadcast(S, 0.5));
      xp = xp.fma(xr, DoubleVector.broadcast(S, 1.0));
      xp = xp.fma(xr, DoubleVector.broadcast(S, 1.0));
      LongVector xe1 = xe.lanewise(VectorOperators.ASHR, 1);
      LongVector xe2 = xe.sub(xe1);
      DoubleVector result =
          xp.mul(xe1.add(1023).lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles())
              .mul(xe2.add(1023).lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles());
      ((FloatVector) result.convertShape(VectorOperators.D2F, H, 0)).intoArray(out, oo + i);
    }
    if (bound < n) {
      float[] bases = new float[L];
      float[] powers = new float[L];
      Arrays.fill(bases, 1);
      System.arraycopy(x, xo + bound, bases, 0, n - bound);
      System.arraycopy(y, yo + bound, powers, 0, n - bound);
      pow(bases, 0, powers, 0, bases, 0, L);
      System.arraycopy(bases, 0, out, oo + bound, n - bound);
    }
  }

  /** One vector's worth with special values among them; the others go the usual way. */
  private static void special(float[] x, int xo, float[] y, int yo, float[] out, int oo) {
    float[] bases = new float[L];
    float[] powers = new float[L];
    float[] results = new float[L];
    for (int i = 0; i < L; i++) {
      boolean usual = x[xo + i] > 0 && Float.isFinite(x[xo + i]) && Float.isFinite(y[yo + i]);
      bases[i] = usual ? x[xo + i] : 1;
      powers[i] = usual ? y[yo + i] : 0;
      results[i] = usual ? 0 : (float) StrictMath.pow(x[xo + i], y[yo + i]);
    }
    pow(bases, 0, powers, 0, bases, 0, L);
    for (int i = 0; i < L; i++) {
      boolean usual = x[xo + i] > 0 && Float.isFinite(x[xo + i]) && Float.isFinite(y[yo + i]);
      out[oo + i] = usual ? bases[i] : results[i];
    }
  }

  /** {@code x^y} for one y. */
  public static void pow(float[] x, int xo, float y, float[] out, int oo, int n) {
    float[] powers = new float[Math.min(n, 256)];
    Arrays.fill(powers, y);
    for (int i = 0; i < n; i += 256) {
      pow(x, xo + i, powers, 0, out, oo + i, Math.min(256, n - i));
    }
  }

  /** {@code x^y} for one x. */
  public static void pow(float x, float[] y, int yo, float[] out, int oo, int n) {
    float[] bases = new float[Math.min(n, 256)];
    Arrays.fill(bases, x);
    for (int i = 0; i < n; i += 256) {
      pow(bases, 0, y, yo + i, out, oo + i, Math.min(256, n - i));
    }
  }
}
