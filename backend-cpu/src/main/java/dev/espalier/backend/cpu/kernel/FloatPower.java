package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Powers and cube roots of blocks of floats, computed in doubles.
 *
 * <p>A power is {@code e^(y ln |x|)}. The logarithm is that of fdlibm with {@code s = (m - 1) / (m
 * + 1)} and {@code 2 s + s^3 Q(s^2)} (2^-44), the exponential function {@code 2^k (1 + r + r^2
 * Q(r))} (2^-34). Their coefficients come from Remez exchanges in 40 digits for the quantity, the
 * interval and the relative error named beside them.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class FloatPower {
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

  /** 1.5 * 2^52: added to a number, it leaves the nearest whole number in the low bits. */
  private static final double WHOLE = 0x1.8p52;

  /** From here on every float is an even number. */
  private static final double EVEN = 0x1p24;

  private static final long SIGN = 0x8000000000000000L;

  private FloatPower() {}

  /** {@code x^y}, within 1 ULP of a float; special values as {@link Math#pow}. */
  public static void pow(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    pow(x, xo, 0, false, y, yo, 0, false, z, zo, n);
  }

  /**
   * {@code x^y}, within 1 ULP of a float; special values as {@link Math#pow}. The second operand is
   * one value.
   */
  public static void pow(float[] x, int xo, float y, float[] z, int zo, int n) {
    pow(x, xo, 0, false, x, xo, y, true, z, zo, n);
  }

  /**
   * {@code x^y}, within 1 ULP of a float; special values as {@link Math#pow}. The first operand is
   * one value.
   */
  public static void pow(float x, float[] y, int yo, float[] z, int zo, int n) {
    pow(y, yo, x, true, y, yo, 0, false, z, zo, n);
  }

  /** Of two blocks, or of a block and the value that stands for the other. */
  private static void pow(
      float[] x,
      int xo,
      float oneX,
      boolean scalarX,
      float[] y,
      int yo,
      float oneY,
      boolean scalarY,
      float[] out,
      int oo,
      int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - F.length();
      FloatVector first =
          scalarX
              ? FloatVector.broadcast(F, oneX)
              : whole
                  ? FloatVector.fromArray(F, x, xo + i)
                  : FloatVector.fromArray(F, x, xo + i, FirstLanes.floats(n - i));
      FloatVector second =
          scalarY
              ? FloatVector.broadcast(F, oneY)
              : whole
                  ? FloatVector.fromArray(F, y, yo + i)
                  : FloatVector.fromArray(F, y, yo + i, FirstLanes.floats(n - i));
      DoubleVector v = (DoubleVector) first.convertShape(VectorOperators.F2D, S, 0);
      DoubleVector w = (DoubleVector) second.convertShape(VectorOperators.F2D, S, 0);
      DoubleVector a = v.abs();
      LongVector logBits = a.reinterpretAsLongs();
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
              DoubleVector.broadcast(S, 0.19584179517662417),
              DoubleVector.broadcast(S, 0.22176186937653405));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.2857210919517418));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.39999995621530793));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.6666666667580197));
      DoubleVector log =
          logK.fma(DoubleVector.broadcast(S, LN2), logS.mul(logZ).fma(logQ, logS.add(logS)));
      boolean usual =
          v.compare(VectorOperators.GT, 0)
              .and(v.compare(VectorOperators.LT, Double.POSITIVE_INFINITY))
              .allTrue();
      if (!usual) {
        log =
            log.blend(Double.NEGATIVE_INFINITY, a.compare(VectorOperators.EQ, 0))
                .blend(a, a.compare(VectorOperators.LT, Double.POSITIVE_INFINITY).not());
      }
      DoubleVector o = log.mul(w);
      o = o.blend(200, o.compare(VectorOperators.GT, 200));
      o = o.blend(-200, o.compare(VectorOperators.LT, -200));
      DoubleVector resultT =
          o.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC));
      DoubleVector resultR = resultT.sub(MAGIC).fma(DoubleVector.broadcast(S, -LN2), o);
      DoubleVector resultP =
          resultR.fma(
              DoubleVector.broadcast(S, 0.00019793213452687215),
              DoubleVector.broadcast(S, 0.0013944746575598641));
      resultP = resultP.fma(resultR, DoubleVector.broadcast(S, 0.008333493046265081));
      resultP = resultP.fma(resultR, DoubleVector.broadcast(S, 0.0416662937902763));
      resultP = resultP.fma(resultR, DoubleVector.broadcast(S, 0.16666665880624087));
      resultP = resultP.fma(resultR, DoubleVector.broadcast(S, 0.5000000067977549));
      resultP = resultP.fma(resultR, DoubleVector.broadcast(S, 1.0));
      resultP = resultP.fma(resultR, DoubleVector.broadcast(S, 1.0));
      DoubleVector result =
          resultP.mul(
              resultT
                  .reinterpretAsLongs()
                  .lanewise(VectorOperators.LSHL, 52)
                  .reinterpretAsDoubles());
      if (!usual) {
        DoubleVector half = w.mul(0.5);
        var even = w.abs().compare(VectorOperators.LT, EVEN).not();
        var integer = w.add(WHOLE).sub(WHOLE).compare(VectorOperators.EQ, w).or(even);
        var odd =
            integer
                .and(half.add(WHOLE).sub(WHOLE).compare(VectorOperators.NE, half))
                .and(even.not());
        DoubleVector signed =
            result.reinterpretAsLongs().or(v.reinterpretAsLongs().and(SIGN)).reinterpretAsDoubles();
        var negative =
            v.compare(VectorOperators.LT, 0)
                .and(a.compare(VectorOperators.LT, Double.POSITIVE_INFINITY));
        result =
            result
                .blend(signed, odd)
                .blend(
                    Double.NaN, negative.and(integer.not()).or(v.compare(VectorOperators.NE, v)));
      }
      result = result.blend(1, w.compare(VectorOperators.EQ, 0));

      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }

  /**
   * The cube root, within 1 ULP of a float: a polynomial in the mantissa and one step of Halley.
   */
  public static void cbrt(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - F.length();
      FloatVector narrow =
          whole
              ? FloatVector.fromArray(F, x, xo + i)
              : FloatVector.fromArray(F, x, xo + i, FirstLanes.floats(n - i));
      DoubleVector v = (DoubleVector) narrow.convertShape(VectorOperators.F2D, S, 0);
      DoubleVector a = v.abs();
      LongVector bits = a.reinterpretAsLongs();
      LongVector exponent = bits.lanewise(VectorOperators.LSHR, 52);
      DoubleVector k = exponent.add(MAGIC_BITS).reinterpretAsDoubles().sub(EXPONENT);
      DoubleVector third =
          k.fma(DoubleVector.broadcast(S, 1.0 / 3), DoubleVector.broadcast(S, MAGIC));
      // 2^(k - 3 round(k / 3)) times the mantissa: between 1/2 and 4.
      DoubleVector rest = third.sub(MAGIC).fma(DoubleVector.broadcast(S, -3), k);
      LongVector unit =
          bits.sub(exponent.lanewise(VectorOperators.LSHL, 52))
              .add(rest.add(MAGIC).reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52));
      DoubleVector m = unit.reinterpretAsDoubles();
      // The cube root of m in [1/2, 4], 2^-9.
      DoubleVector y =
          m.fma(
              DoubleVector.broadcast(S, -0.005579477885521063),
              DoubleVector.broadcast(S, 0.061767920092406677));
      y = y.fma(m, DoubleVector.broadcast(S, -0.2690497304454295));
      y = y.fma(m, DoubleVector.broadcast(S, 0.7171011604749953));
      y = y.fma(m, DoubleVector.broadcast(S, 0.496193002830717));
      DoubleVector cube = y.mul(y).mul(y);
      y = y.mul(m.add(m).add(cube)).div(cube.add(cube).add(m));
      DoubleVector w =
          y.mul(
              third.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles());
      var ordinary =
          a.compare(VectorOperators.GT, 0)
              .and(a.compare(VectorOperators.LT, Double.POSITIVE_INFINITY));
      DoubleVector result =
          v.blend(
              w.reinterpretAsLongs().or(v.reinterpretAsLongs().and(SIGN)).reinterpretAsDoubles(),
              ordinary);

      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }
}
