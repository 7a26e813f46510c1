package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Hyperbolic functions of blocks of doubles and their inverses.
 *
 * <p>The exponential function is that of {@link DoubleExponentials}, the logarithm of 1 + u that of
 * {@link DoubleLogarithms}. The coefficients named beside them come from Remez exchanges in 60
 * digits.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class DoubleHyperbolics {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** 1.5 * 2^52 + 1023: takes the bias off an exponent that lies in the low bits. */
  private static final double EXPONENT = 0x1.8p52 + 1023;

  private static final long MAGIC_BITS = Double.doubleToRawLongBits(0x1.8p52);
  private static final long BIAS = 1023L << 52;

  /** Added to the bits of a number, it carries into the exponent from the root of 1/2 on. */
  private static final long CARRY = BIAS - Double.doubleToRawLongBits(0.7071067811865476);

  /** ln 2 in two parts; the product of the first with an exponent is exact. */
  private static final double LOG2_HIGH = 0.6931471803691238;

  private static final double LOG2_LOW = 1.9082149292705877e-10;

  private static final double LOG2_E = 1.4426950408889634;
  private static final double LN2_HIGH = 0.6931471805599453;
  private static final double LN2_LOW = 2.3190468138462996E-17;

  /**
   * 1.5 * 2^52 + 2045: added to a number, it leaves the nearest whole number plus twice the bias of
   * an exponent, less one, in the low bits: the power comes out halved.
   */
  private static final double MAGIC_HALVED = 0x1.8p52 + 2045;

  /** From here on the square of x is left out of the inverse functions. */
  private static final double LARGE = 0x1p60;

  private static final long SIGN = 0x8000000000000000L;

  private DoubleHyperbolics() {}

  /** The hyperbolic sine, within 2 ULP. Below 1 it is {@code x + x^3 P(x^2)}. */
  public static void sinh(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector a = v.abs();
      DoubleVector c = a.blend(720, a.compare(VectorOperators.GT, 720));
      DoubleVector t =
          c.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC_HALVED));
      DoubleVector k = t.sub(MAGIC_HALVED);
      DoubleVector r = k.fma(DoubleVector.broadcast(S, -LN2_HIGH), c);
      r = k.fma(DoubleVector.broadcast(S, -LN2_LOW), r);
      DoubleVector pSquare = r.mul(r);
      DoubleVector p =
          pSquare.fma(
              DoubleVector.broadcast(S, 2.763034845015751e-07),
              DoubleVector.broadcast(S, 2.4801492836800607e-05));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.0013888888943863432));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.04166666666652936));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.5000000000000011));
      DoubleVector pOdd =
          pSquare.fma(
              DoubleVector.broadcast(S, 2.5004055919627586e-08),
              DoubleVector.broadcast(S, 2.755757544483769e-06));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.00019841269516890565));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.008333333333490603));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.16666666666666416));
      p = pOdd.fma(r, p);
      p = p.fma(r, DoubleVector.broadcast(S, 1.0));
      p = p.fma(r, DoubleVector.broadcast(S, 1.0));
      LongVector bits = t.reinterpretAsLongs();
      LongVector first = bits.lanewise(VectorOperators.LSHR, 1);
      LongVector second = bits.sub(first);
      DoubleVector half =
          p.mul(first.lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles())
              .mul(second.lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles());
      DoubleVector far =
          half.sub(DoubleVector.broadcast(S, 0.25).div(half))
              .reinterpretAsLongs()
              .or(v.reinterpretAsLongs().and(SIGN))
              .reinterpretAsDoubles();
      // (sinh(x) / x - 1) / x^2 for x^2 in [0, 1], 2^-63.
      DoubleVector z = v.mul(v);
      DoubleVector o =
          z.fma(
              DoubleVector.broadcast(S, 7.759311184300528e-13),
              DoubleVector.broadcast(S, 1.6057240380048503e-10));
      o = o.fma(z, DoubleVector.broadcast(S, 2.505212339797432e-08));
      o = o.fma(z, DoubleVector.broadcast(S, 2.7557319155341246e-06));
      o = o.fma(z, DoubleVector.broadcast(S, 0.00019841269841437665));
      o = o.fma(z, DoubleVector.broadcast(S, 0.008333333333333139));
      o = o.fma(z, DoubleVector.broadcast(S, 0.16666666666666669));
      DoubleVector near = o.mul(z).fma(v, v);
      DoubleVector result =
          far.blend(near, a.compare(VectorOperators.LT, 1))
              .blend(v, v.compare(VectorOperators.EQ, 0));

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }

  /** The hyperbolic cosine, within 2 ULP. */
  public static void cosh(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector a = v.abs();
      DoubleVector c = a.blend(720, a.compare(VectorOperators.GT, 720));
      DoubleVector t =
          c.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC_HALVED));
      DoubleVector k = t.sub(MAGIC_HALVED);
      DoubleVector r = k.fma(DoubleVector.broadcast(S, -LN2_HIGH), c);
      r = k.fma(DoubleVector.broadcast(S, -LN2_LOW), r);
      DoubleVector pSquare = r.mul(r);
      DoubleVector p =
          pSquare.fma(
              DoubleVector.broadcast(S, 2.763034845015751e-07),
              DoubleVector.broadcast(S, 2.4801492836800607e-05));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.0013888888943863432));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.04166666666652936));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.5000000000000011));
      DoubleVector pOdd =
          pSquare.fma(
              DoubleVector.broadcast(S, 2.5004055919627586e-08),
              DoubleVector.broadcast(S, 2.755757544483769e-06));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.00019841269516890565));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.008333333333490603));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.16666666666666416));
      p = pOdd.fma(r, p);
      p = p.fma(r, DoubleVector.broadcast(S, 1.0));
      p = p.fma(r, DoubleVector.broadcast(S, 1.0));
      LongVector bits = t.reinterpretAsLongs();
      LongVector first = bits.lanewise(VectorOperators.LSHR, 1);
      LongVector second = bits.sub(first);
      DoubleVector half =
          p.mul(first.lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles())
              .mul(second.lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles());
      DoubleVector result = half.add(DoubleVector.broadcast(S, 0.25).div(half));

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }

  /**
   * The inverse hyperbolic sine, within 2 ULP: {@code ln(1 + u)} with {@code u = |x| + x^2 / (1 +
   * sqrt(1 + x^2))}, and {@code ln(2 |x|)} for large x.
   */
  public static void asinh(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector a = v.abs();
      var large = a.compare(VectorOperators.GT, LARGE);
      DoubleVector square = a.mul(a);
      DoubleVector u = a.add(square.div(square.add(1).sqrt().add(1))).blend(a, large);
      LongVector b = u.add(1).reinterpretAsLongs();
      LongVector e = b.add(CARRY).lanewise(VectorOperators.LSHR, 52);
      LongVector scaled = e.lanewise(VectorOperators.LSHL, 52);
      DoubleVector inverse = scaled.neg().add(2 * BIAS).reinterpretAsDoubles();
      DoubleVector f = u.fma(inverse, inverse.sub(1));
      f =
          f.blend(
              b.sub(scaled).add(BIAS).reinterpretAsDoubles().sub(1),
              u.compare(VectorOperators.GT, 0x1p1000));
      DoubleVector k = e.add(MAGIC_BITS).reinterpretAsDoubles().sub(EXPONENT);
      k = k.blend(k.add(1), large);
      DoubleVector s = f.div(f.add(2));
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
      DoubleVector h = f.mul(f).mul(0.5);
      DoubleVector l = s.fma(z.fma(q, h), k.mul(LOG2_LOW));
      DoubleVector w = k.fma(DoubleVector.broadcast(S, LOG2_HIGH), f.sub(h.sub(l)));
      DoubleVector result =
          w.blend(a, a.compare(VectorOperators.LT, 0x1p-28))
              .reinterpretAsLongs()
              .or(v.reinterpretAsLongs().and(SIGN))
              .reinterpretAsDoubles()
              .blend(v, a.compare(VectorOperators.LT, Double.POSITIVE_INFINITY).not());

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }

  /**
   * The inverse hyperbolic cosine, within 2 ULP: {@code ln(1 + u)} with {@code t = x - 1} and
   * {@code u = t + sqrt(2 t + t^2)}, and {@code ln(2 x)} for large x; NaN below 1.
   */
  public static void acosh(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      var large = v.compare(VectorOperators.GT, LARGE);
      DoubleVector t = v.sub(1);
      DoubleVector u = t.add(t.fma(t, t.add(t)).sqrt()).blend(v, large);
      LongVector b = u.add(1).reinterpretAsLongs();
      LongVector e = b.add(CARRY).lanewise(VectorOperators.LSHR, 52);
      LongVector scaled = e.lanewise(VectorOperators.LSHL, 52);
      DoubleVector inverse = scaled.neg().add(2 * BIAS).reinterpretAsDoubles();
      DoubleVector f = u.fma(inverse, inverse.sub(1));
      f =
          f.blend(
              b.sub(scaled).add(BIAS).reinterpretAsDoubles().sub(1),
              u.compare(VectorOperators.GT, 0x1p1000));
      DoubleVector k = e.add(MAGIC_BITS).reinterpretAsDoubles().sub(EXPONENT);
      k = k.blend(k.add(1), large);
      DoubleVector s = f.div(f.add(2));
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
      DoubleVector h = f.mul(f).mul(0.5);
      DoubleVector l = s.fma(z.fma(q, h), k.mul(LOG2_LOW));
      DoubleVector w = k.fma(DoubleVector.broadcast(S, LOG2_HIGH), f.sub(h.sub(l)));
      DoubleVector result =
          w.blend(Double.NaN, v.compare(VectorOperators.LT, 1))
              .blend(v, v.compare(VectorOperators.LT, Double.POSITIVE_INFINITY).not());

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }

  /**
   * The inverse hyperbolic tangent, within 2 ULP: half of {@code ln(1 + u)} with {@code u = 2 |x| +
   * 2 |x| |x| / (1 - |x|)}; infinite at -1 and 1, NaN beyond.
   */
  public static void atanh(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector a = v.abs();
      DoubleVector twice = a.add(a);
      DoubleVector u = a.div(DoubleVector.broadcast(S, 1).sub(a)).fma(twice, twice);
      LongVector b = u.add(1).reinterpretAsLongs();
      LongVector e = b.add(CARRY).lanewise(VectorOperators.LSHR, 52);
      LongVector scaled = e.lanewise(VectorOperators.LSHL, 52);
      DoubleVector inverse = scaled.neg().add(2 * BIAS).reinterpretAsDoubles();
      DoubleVector f = u.fma(inverse, inverse.sub(1));
      f =
          f.blend(
              b.sub(scaled).add(BIAS).reinterpretAsDoubles().sub(1),
              u.compare(VectorOperators.GT, 0x1p1000));
      DoubleVector k = e.add(MAGIC_BITS).reinterpretAsDoubles().sub(EXPONENT);
      DoubleVector s = f.div(f.add(2));
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
      DoubleVector h = f.mul(f).mul(0.5);
      DoubleVector l = s.fma(z.fma(q, h), k.mul(LOG2_LOW));
      DoubleVector w = k.fma(DoubleVector.broadcast(S, LOG2_HIGH), f.sub(h.sub(l)));
      DoubleVector half =
          w.mul(0.5)
              .blend(a, a.compare(VectorOperators.LT, 0x1p-28))
              .blend(Double.POSITIVE_INFINITY, a.compare(VectorOperators.EQ, 1));
      DoubleVector result =
          half.reinterpretAsLongs()
              .or(v.reinterpretAsLongs().and(SIGN))
              .reinterpretAsDoubles()
              .blend(Double.NaN, a.compare(VectorOperators.LE, 1).not());

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }
}
