package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Hyperbolic functions of blocks of floats and their inverses, computed in doubles: within 1 ULP of
 * a float.
 *
 * <p>The exponential function is {@code 2^k (1 + r + r^2 Q(r))} with {@code x = k ln 2 + r}
 * (2^-34); the logarithm that of fdlibm with {@code s = (m - 1) / (m + 1)} and {@code 2 s + s^3
 * Q(s^2)} (2^-37). Their coefficients come from Remez exchanges in 40 digits for the quantity, the
 * interval and the relative error named beside them.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class FloatHyperbolics {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;

  /** Of its lanes the first are used, one for each double: see {@link VectorLanes}. */
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;

  private static final int L = S.length();

  /**
   * 1.5 * 2^52 + 1023: leaves the nearest whole number plus the bias of an exponent in the low
   * bits.
   */
  private static final double MAGIC = 0x1.8p52 + 1023;

  private static final double LOG2_E = 1.4426950408889634;

  /** 1.5 * 2^52 + 1023: takes the bias off an exponent that lies in the low bits. */
  private static final double EXPONENT = 0x1.8p52 + 1023;

  private static final long MAGIC_BITS = Double.doubleToRawLongBits(0x1.8p52);
  private static final long BIAS = 1023L << 52;

  /** Added to the bits of a number, it carries into the exponent from the root of 1/2 on. */
  private static final long CARRY = BIAS - Double.doubleToRawLongBits(0.7071067811865476);

  private static final double LN2 = 0.6931471805599453;

  private static final long SIGN = 0x8000000000000000L;

  private FloatHyperbolics() {}

  /**
   * The hyperbolic sine, correctly rounded but for one case in some millions. Below 1 it is {@code
   * x + x^3 P(x^2)}.
   */
  public static void sinh(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - F.length();
      FloatVector narrow =
          whole
              ? FloatVector.fromArray(F, x, xo + i)
              : FloatVector.fromArray(F, x, xo + i, FirstLanes.floats(n - i));
      DoubleVector v = (DoubleVector) narrow.convertShape(VectorOperators.F2D, S, 0);
      DoubleVector a = v.abs();
      DoubleVector c = a.blend(100, a.compare(VectorOperators.GT, 100));
      DoubleVector powerT =
          c.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC));
      DoubleVector powerR = powerT.sub(MAGIC).fma(DoubleVector.broadcast(S, -LN2), c);
      DoubleVector powerP =
          powerR.fma(
              DoubleVector.broadcast(S, 0.00019793213452687215),
              DoubleVector.broadcast(S, 0.0013944746575598641));
      powerP = powerP.fma(powerR, DoubleVector.broadcast(S, 0.008333493046265081));
      powerP = powerP.fma(powerR, DoubleVector.broadcast(S, 0.0416662937902763));
      powerP = powerP.fma(powerR, DoubleVector.broadcast(S, 0.16666665880624087));
      powerP = powerP.fma(powerR, DoubleVector.broadcast(S, 0.5000000067977549));
      powerP = powerP.fma(powerR, DoubleVector.broadcast(S, 1.0));
      powerP = powerP.fma(powerR, DoubleVector.broadcast(S, 1.0));
      DoubleVector power =
          powerP.mul(
              powerT
                  .reinterpretAsLongs()
                  .lanewise(VectorOperators.LSHL, 52)
                  .reinterpretAsDoubles());
      DoubleVector far =
          power
              .sub(DoubleVector.broadcast(S, 1).div(power))
              .mul(0.5)
              .reinterpretAsLongs()
              .or(v.reinterpretAsLongs().and(SIGN))
              .reinterpretAsDoubles();
      // (sinh(x) / x - 1) / x^2 for x^2 in [0, 1], 2^-34.
      DoubleVector z = v.mul(v);
      DoubleVector p =
          z.fma(
              DoubleVector.broadcast(S, 2.8174383252827505e-06),
              DoubleVector.broadcast(S, 0.00019836067033195305));
      p = p.fma(z, DoubleVector.broadcast(S, 0.008333350589259048));
      p = p.fma(z, DoubleVector.broadcast(S, 0.1666666648895748));
      DoubleVector near = p.mul(z).fma(v, v);
      DoubleVector result = far.blend(near, a.compare(VectorOperators.LT, 1));

      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }

  /** The hyperbolic cosine. */
  public static void cosh(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - F.length();
      FloatVector narrow =
          whole
              ? FloatVector.fromArray(F, x, xo + i)
              : FloatVector.fromArray(F, x, xo + i, FirstLanes.floats(n - i));
      DoubleVector v = (DoubleVector) narrow.convertShape(VectorOperators.F2D, S, 0);
      DoubleVector a = v.abs();
      DoubleVector c = a.blend(100, a.compare(VectorOperators.GT, 100));
      DoubleVector powerT =
          c.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC));
      DoubleVector powerR = powerT.sub(MAGIC).fma(DoubleVector.broadcast(S, -LN2), c);
      DoubleVector powerP =
          powerR.fma(
              DoubleVector.broadcast(S, 0.00019793213452687215),
              DoubleVector.broadcast(S, 0.0013944746575598641));
      powerP = powerP.fma(powerR, DoubleVector.broadcast(S, 0.008333493046265081));
      powerP = powerP.fma(powerR, DoubleVector.broadcast(S, 0.0416662937902763));
      powerP = powerP.fma(powerR, DoubleVector.broadcast(S, 0.16666665880624087));
      powerP = powerP.fma(powerR, DoubleVector.broadcast(S, 0.5000000067977549));
      powerP = powerP.fma(powerR, DoubleVector.broadcast(S, 1.0));
      powerP = powerP.fma(powerR, DoubleVector.broadcast(S, 1.0));
      DoubleVector power =
          powerP.mul(
              powerT
                  .reinterpretAsLongs()
                  .lanewise(VectorOperators.LSHL, 52)
                  .reinterpretAsDoubles());
      DoubleVector result = power.add(DoubleVector.broadcast(S, 1).div(power)).mul(0.5);

      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }

  /**
   * The inverse hyperbolic sine: {@code ln(|x| + sqrt(x^2 + 1))}, and {@code x - x^3 / 6} below
   * 2^-10.
   */
  public static void asinh(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - F.length();
      FloatVector narrow =
          whole
              ? FloatVector.fromArray(F, x, xo + i)
              : FloatVector.fromArray(F, x, xo + i, FirstLanes.floats(n - i));
      DoubleVector v = (DoubleVector) narrow.convertShape(VectorOperators.F2D, S, 0);
      DoubleVector a = v.abs();
      DoubleVector square = v.mul(v);
      DoubleVector u = a.add(square.add(1).sqrt());
      LongVector logBits = u.reinterpretAsLongs();
      LongVector logExponent = logBits.add(CARRY).lanewise(VectorOperators.LSHR, 52);
      DoubleVector logK = logExponent.add(MAGIC_BITS).reinterpretAsDoubles().sub(EXPONENT);
      DoubleVector logM =
          logBits
              .sub(logExponent.lanewise(VectorOperators.LSHL, 52))
              .add(BIAS)
              .reinterpretAsDoubles();
      DoubleVector logS = logM.sub(1).div(logM.add(1));
      DoubleVector logZ = logS.mul(logS);
      DoubleVector logQ =
          logZ.fma(
              DoubleVector.broadcast(S, 0.23582263890142788),
              DoubleVector.broadcast(S, 0.28537303581161));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.4000033525039442));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.6666666564528609));
      DoubleVector log =
          logK.fma(DoubleVector.broadcast(S, LN2), logS.mul(logZ).fma(logQ, logS.add(logS)));
      DoubleVector near = square.mul(-1.0 / 6).fma(v, v);
      log = log.blend(near, a.compare(VectorOperators.LT, 0x1p-10));
      DoubleVector result =
          log.reinterpretAsLongs()
              .or(v.reinterpretAsLongs().and(SIGN))
              .reinterpretAsDoubles()
              .blend(v, a.compare(VectorOperators.LT, Double.POSITIVE_INFINITY).not());

      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }

  /** The inverse hyperbolic cosine: {@code ln(x + sqrt(x^2 - 1))}; NaN below 1. */
  public static void acosh(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - F.length();
      FloatVector narrow =
          whole
              ? FloatVector.fromArray(F, x, xo + i)
              : FloatVector.fromArray(F, x, xo + i, FirstLanes.floats(n - i));
      DoubleVector v = (DoubleVector) narrow.convertShape(VectorOperators.F2D, S, 0);
      DoubleVector u = v.add(v.fma(v, DoubleVector.broadcast(S, -1)).sqrt());
      LongVector logBits = u.reinterpretAsLongs();
      LongVector logExponent = logBits.add(CARRY).lanewise(VectorOperators.LSHR, 52);
      DoubleVector logK = logExponent.add(MAGIC_BITS).reinterpretAsDoubles().sub(EXPONENT);
      DoubleVector logM =
          logBits
              .sub(logExponent.lanewise(VectorOperators.LSHL, 52))
              .add(BIAS)
              .reinterpretAsDoubles();
      DoubleVector logS = logM.sub(1).div(logM.add(1));
      DoubleVector logZ = logS.mul(logS);
      DoubleVector logQ =
          logZ.fma(
              DoubleVector.broadcast(S, 0.23582263890142788),
              DoubleVector.broadcast(S, 0.28537303581161));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.4000033525039442));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.6666666564528609));
      DoubleVector log =
          logK.fma(DoubleVector.broadcast(S, LN2), logS.mul(logZ).fma(logQ, logS.add(logS)));
      DoubleVector result =
          log.blend(Double.NaN, v.compare(VectorOperators.LT, 1))
              .blend(v, v.compare(VectorOperators.LT, Double.POSITIVE_INFINITY).not());

      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }

  /**
   * The inverse hyperbolic tangent: {@code ln((1 + x) / (1 - x)) / 2}, and {@code x + x^3 / 3}
   * below 2^-10; infinite at -1 and 1, NaN beyond.
   */
  public static void atanh(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - F.length();
      FloatVector narrow =
          whole
              ? FloatVector.fromArray(F, x, xo + i)
              : FloatVector.fromArray(F, x, xo + i, FirstLanes.floats(n - i));
      DoubleVector v = (DoubleVector) narrow.convertShape(VectorOperators.F2D, S, 0);
      DoubleVector a = v.abs();
      DoubleVector u = a.add(1).div(DoubleVector.broadcast(S, 1).sub(a));
      LongVector logBits = u.reinterpretAsLongs();
      LongVector logExponent = logBits.add(CARRY).lanewise(VectorOperators.LSHR, 52);
      DoubleVector logK = logExponent.add(MAGIC_BITS).reinterpretAsDoubles().sub(EXPONENT);
      DoubleVector logM =
          logBits
              .sub(logExponent.lanewise(VectorOperators.LSHL, 52))
              .add(BIAS)
              .reinterpretAsDoubles();
      DoubleVector logS = logM.sub(1).div(logM.add(1));
      DoubleVector logZ = logS.mul(logS);
      DoubleVector logQ =
          logZ.fma(
              DoubleVector.broadcast(S, 0.23582263890142788),
              DoubleVector.broadcast(S, 0.28537303581161));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.4000033525039442));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.6666666564528609));
      DoubleVector log =
          logK.fma(DoubleVector.broadcast(S, LN2), logS.mul(logZ).fma(logQ, logS.add(logS)));
      DoubleVector near = v.mul(v).mul(1.0 / 3).fma(v, v);
      DoubleVector far =
          log.mul(0.5).blend(Double.POSITIVE_INFINITY, a.compare(VectorOperators.EQ, 1));
      DoubleVector result =
          far.reinterpretAsLongs()
              .or(v.reinterpretAsLongs().and(SIGN))
              .reinterpretAsDoubles()
              .blend(near, a.compare(VectorOperators.LT, 0x1p-10))
              .blend(Double.NaN, a.compare(VectorOperators.LE, 1).not());

      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }
}
