package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Natural logarithms of blocks of doubles.
 *
 * <p>Method and coefficients: those of fdlibm's e_log.c (Sun Microsystems 1993): {@code x = 2^k (1
 * + f)}, {@code s = f / (2 + f)}, a polynomial in s^2.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class DoubleLogarithms {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** 1.5 * 2^52 + 1023: takes the bias off an exponent that lies in the low bits. */
  private static final double EXPONENT = 0x1.8p52 + 1023;

  private static final long MAGIC_BITS = 0x4338000000000000L;
  private static final long BIAS = 1023L << 52;

  /** Added to the bits of a number, it carries into the exponent from the root of 1/2 on. */
  private static final long CARRY = BIAS - 0x3fe6a09e667f3bcdL;

  /** ln 2 in two parts; the product of the first with an exponent is exact. */
  private static final double LOG2_HIGH = 0.6931471803691238;

  private static final double LOG2_LOW = 1.9082149292705877e-10;

  /** Below this the function is its argument, to the last bit. */
  private static final double TINY = 0x1p-55;

  private DoubleLogarithms() {}

  /** {@code ln x}, within 1 ULP; NaN below zero, minus infinity at both zeros. */
  public static void log(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      var small = v.compare(VectorOperators.LT, Double.MIN_NORMAL);
      LongVector b = v.blend(v.mul(0x1p54), small).reinterpretAsLongs();
      LongVector e = b.add(CARRY).lanewise(VectorOperators.LSHR, 52);
      DoubleVector f =
          b.sub(e.lanewise(VectorOperators.LSHL, 52)).add(BIAS).reinterpretAsDoubles().sub(1);
      DoubleVector k = e.add(MAGIC_BITS).reinterpretAsDoubles().sub(EXPONENT);
      k = k.blend(k.sub(54), small);
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
          w.blend(Double.NEGATIVE_INFINITY, v.compare(VectorOperators.EQ, 0))
              .blend(Double.NaN, v.compare(VectorOperators.LT, 0))
              .blend(v, v.compare(VectorOperators.LT, Double.POSITIVE_INFINITY).not());

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }

  /**
   * {@code ln(1 + x)}, within 2 ULP; minus infinity at -1. The exponent k of 1 + x is taken from
   * the rounded sum, but the mantissa is {@code x 2^-k + (2^-k - 1)}, which loses nothing.
   */
  public static void log1p(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      LongVector b = v.add(1).reinterpretAsLongs();
      LongVector e = b.add(CARRY).lanewise(VectorOperators.LSHR, 52);
      LongVector scaled = e.lanewise(VectorOperators.LSHL, 52);
      DoubleVector inverse = scaled.neg().add(2 * BIAS).reinterpretAsDoubles();
      DoubleVector f = v.fma(inverse, inverse.sub(1));
      f =
          f.blend(
              b.sub(scaled).add(BIAS).reinterpretAsDoubles().sub(1),
              v.compare(VectorOperators.GT, 0x1p1000));
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
      DoubleVector result =
          w.blend(Double.NEGATIVE_INFINITY, v.compare(VectorOperators.EQ, -1))
              .blend(Double.NaN, v.compare(VectorOperators.LT, -1))
              .blend(
                  v,
                  v.compare(VectorOperators.LT, Double.POSITIVE_INFINITY)
                      .not()
                      .or(v.abs().compare(VectorOperators.LT, TINY)));

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }
}
