package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The exponential function of blocks of doubles and what is made of it: expm1, tanh, the logistic
 * function.
 *
 * <p>Method: {@code x = k ln 2 + r}, {@code e^r = 1 + r + r^2 Q(r)} with a minimax polynomial Q for
 * |r| up to ln(2) / 2, scaled by 2^k. Q comes from Remez exchanges in 60 digits for the relative
 * error of e^r (2^-57) or e^r - 1 (2^-61).
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class DoubleExponentials {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /**
   * 1.5 * 2^52 + 2046: added to a number, it leaves the nearest whole number plus twice the bias of
   * an exponent in the low bits, to be halved.
   */
  private static final double MAGIC_TWICE = 0x1.8p52 + 2046;

  /** The same with the bias of half a power of two. */
  private static final double MAGIC_HALF = 0x1.8p52 + 1022;

  private static final double LOG2_E = 1.4426950408889634;
  private static final double LN2_HIGH = 0.6931471805599453;
  private static final double LN2_LOW = 2.3190468138462996E-17;

  /** Below this the function is its argument, to the last bit. */
  private static final double TINY = 0x1p-55;

  private static final long SIGN = 0x8000000000000000L;

  private DoubleExponentials() {}

  /** {@code e^x}, within 1 ULP, subnormal results included. */
  public static void exp(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector c = v.blend(710, v.compare(VectorOperators.GT, 710));
      c = c.blend(-746, v.compare(VectorOperators.LT, -746));
      DoubleVector t =
          c.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC_TWICE));
      DoubleVector k = t.sub(MAGIC_TWICE);
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
      DoubleVector result =
          p.mul(first.lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles())
              .mul(second.lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles());

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }

  /** {@code e^x - 1}, within 2 ULP. */
  public static void expm1(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector c = v.blend(710, v.compare(VectorOperators.GT, 710));
      c = c.blend(-50, v.compare(VectorOperators.LT, -50));
      DoubleVector t =
          c.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC_HALF));
      DoubleVector k = t.sub(MAGIC_HALF);
      DoubleVector r = k.fma(DoubleVector.broadcast(S, -LN2_HIGH), c);
      r = k.fma(DoubleVector.broadcast(S, -LN2_LOW), r);
      DoubleVector qSquare = r.mul(r);
      DoubleVector q =
          qSquare.fma(
              DoubleVector.broadcast(S, 2.0878770453243586e-09),
              DoubleVector.broadcast(S, 2.755739266680477e-07));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 2.480158718280113e-05));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 0.0013888888888957925));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 0.04166666666666652));
      DoubleVector qOdd =
          qSquare.fma(
              DoubleVector.broadcast(S, 2.5109044750756513e-08),
              DoubleVector.broadcast(S, 2.7557244201929204e-06));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 0.00019841269886118642));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 0.00833333333332164));
      q = qOdd.fma(r, q);
      q = q.fma(r, DoubleVector.broadcast(S, 0.16666666666666677));
      q = q.fma(r, DoubleVector.broadcast(S, 0.5));
      DoubleVector p = q.fma(r.mul(r), r);
      DoubleVector s =
          t.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles();
      DoubleVector y = p.fma(s, s.sub(0.5));
      y = y.add(y);
      DoubleVector result = y.blend(v, v.abs().compare(VectorOperators.LT, TINY));

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }

  /** The hyperbolic tangent, within 2 ULP, as {@code y / (y + 2)} with {@code y = expm1(2|x|)}. */
  public static void tanh(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector a = v.abs();
      a = a.blend(22, a.compare(VectorOperators.GT, 22));
      DoubleVector twice = a.add(a);
      DoubleVector t =
          twice.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC_HALF));
      DoubleVector k = t.sub(MAGIC_HALF);
      DoubleVector r = k.fma(DoubleVector.broadcast(S, -LN2_HIGH), twice);
      r = k.fma(DoubleVector.broadcast(S, -LN2_LOW), r);
      DoubleVector qSquare = r.mul(r);
      DoubleVector q =
          qSquare.fma(
              DoubleVector.broadcast(S, 2.0878770453243586e-09),
              DoubleVector.broadcast(S, 2.755739266680477e-07));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 2.480158718280113e-05));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 0.0013888888888957925));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 0.04166666666666652));
      DoubleVector qOdd =
          qSquare.fma(
              DoubleVector.broadcast(S, 2.5109044750756513e-08),
              DoubleVector.broadcast(S, 2.7557244201929204e-06));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 0.00019841269886118642));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 0.00833333333332164));
      q = qOdd.fma(r, q);
      q = q.fma(r, DoubleVector.broadcast(S, 0.16666666666666677));
      q = q.fma(r, DoubleVector.broadcast(S, 0.5));
      DoubleVector p = q.fma(r.mul(r), r);
      DoubleVector s =
          t.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles();
      DoubleVector y = p.fma(s, s.sub(0.5));
      y = y.add(y);
      DoubleVector result =
          y.div(y.add(2))
              .reinterpretAsLongs()
              .or(v.reinterpretAsLongs().and(SIGN))
              .reinterpretAsDoubles();

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }

  /** {@code 1 / (1 + e^-x)}, within 2 ULP on both sides. */
  public static void logistic(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector c = v.abs().neg();
      c = c.blend(-746, c.compare(VectorOperators.LT, -746));
      DoubleVector t =
          c.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC_TWICE));
      DoubleVector k = t.sub(MAGIC_TWICE);
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
      DoubleVector y =
          p.mul(first.lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles())
              .mul(second.lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles());
      DoubleVector result = y.blend(1, v.compare(VectorOperators.GE, 0)).div(y.add(1));

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }
}
