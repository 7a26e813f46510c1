package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Powers and cube roots of blocks of doubles.
 *
 * <p>A power is {@code e^(y ln |x|)}, the logarithm and the product in two parts, about 68 bits;
 * the exponential function that of {@link DoubleExponentials}. The coefficients come from Remez
 * exchanges in 60 digits for the quantity and the relative error named beside them.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class DoublePower {
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
   * 1.5 * 2^52 + 2046: added to a number, it leaves the nearest whole number plus twice the bias of
   * an exponent in the low bits, to be halved.
   */
  private static final double MAGIC_TWICE = 0x1.8p52 + 2046;

  private static final double TWO_THIRDS = 0.6666666666666666;
  private static final double TWO_THIRDS_LOW = 3.700743415417188e-17;

  /** Added to a number up to it and taken away again, it leaves the nearest whole number. */
  private static final double WHOLE = 0x1p52;

  /** From here on every double is an even number. */
  private static final double EVEN = 0x1p53;

  /** Of an exponent k: the nearest whole number to k / 3, with the bias of an exponent. */
  private static final double MAGIC = 0x1.8p52 + 1023;

  private static final long SIGN = 0x8000000000000000L;

  private DoublePower() {}

  /** {@code x^y}, within 1 ULP; special values as {@link Math#pow}. */
  public static void pow(double[] x, int xo, double[] y, int yo, double[] z, int zo, int n) {
    pow(x, xo, 0, false, y, yo, 0, false, z, zo, n);
  }

  /**
   * {@code x^y}, within 1 ULP; special values as {@link Math#pow}. The second operand is one value.
   */
  public static void pow(double[] x, int xo, double y, double[] z, int zo, int n) {
    pow(x, xo, 0, false, x, xo, y, true, z, zo, n);
  }

  /**
   * {@code x^y}, within 1 ULP; special values as {@link Math#pow}. The first operand is one value.
   */
  public static void pow(double x, double[] y, int yo, double[] z, int zo, int n) {
    pow(y, yo, x, true, y, yo, 0, false, z, zo, n);
  }

  /** Of two blocks, or of a block and the value that stands for the other. */
  private static void pow(
      double[] x,
      int xo,
      double oneX,
      boolean scalarX,
      double[] y,
      int yo,
      double oneY,
      boolean scalarY,
      double[] out,
      int oo,
      int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          scalarX
              ? DoubleVector.broadcast(S, oneX)
              : whole
                  ? DoubleVector.fromArray(S, x, xo + i)
                  : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector w =
          scalarY
              ? DoubleVector.broadcast(S, oneY)
              : whole
                  ? DoubleVector.fromArray(S, y, yo + i)
                  : DoubleVector.fromArray(S, y, yo + i, FirstLanes.doubles(n - i));
      DoubleVector a = v.abs();
      var tiny = a.compare(VectorOperators.LT, Double.MIN_NORMAL);
      LongVector b = a.blend(a.mul(0x1p54), tiny).reinterpretAsLongs();
      LongVector e = b.add(CARRY).lanewise(VectorOperators.LSHR, 52);
      DoubleVector f =
          b.sub(e.lanewise(VectorOperators.LSHL, 52)).add(BIAS).reinterpretAsDoubles().sub(1);
      DoubleVector k = e.add(MAGIC_BITS).reinterpretAsDoubles().sub(EXPONENT);
      k = k.blend(k.sub(54), tiny);
      // s = f / (2 + f), its square and (2/3) s^2 + s^4 R(s^2), each in two parts.
      DoubleVector g = f.add(2);
      DoubleVector inverse = DoubleVector.broadcast(S, 1).div(g);
      DoubleVector s = f.mul(inverse);
      DoubleVector sLow = s.neg().fma(g, f).sub(f.sub(g.sub(2)).mul(s)).mul(inverse);
      DoubleVector z = s.mul(s);
      DoubleVector zLow = s.add(s).fma(sLow, s.fma(s, z.neg()));
      // (ln((1 + s) / (1 - s)) / s - 2 - (2/3) z) / z^2, 2^-57.
      DoubleVector q =
          z.fma(
              DoubleVector.broadcast(S, 0.11723458328402143),
              DoubleVector.broadcast(S, 0.11706207223711469));
      q = q.fma(z, DoubleVector.broadcast(S, 0.1333480588887555));
      q = q.fma(z, DoubleVector.broadcast(S, 0.15384594938050478));
      q = q.fma(z, DoubleVector.broadcast(S, 0.18181818335652777));
      q = q.fma(z, DoubleVector.broadcast(S, 0.2222222222165454));
      q = q.fma(z, DoubleVector.broadcast(S, 0.2857142857142937));
      q = q.fma(z, DoubleVector.broadcast(S, 0.4));
      DoubleVector c = z.mul(TWO_THIRDS);
      DoubleVector cLow = z.fma(DoubleVector.broadcast(S, TWO_THIRDS), c.neg());
      cLow = z.fma(DoubleVector.broadcast(S, TWO_THIRDS_LOW), cLow);
      cLow = zLow.fma(DoubleVector.broadcast(S, TWO_THIRDS), cLow);
      cLow = z.mul(z).fma(q, cLow);
      DoubleVector d = s.mul(c);
      DoubleVector dLow = sLow.fma(c, s.fma(cLow, s.fma(c, d.neg())));
      DoubleVector twice = s.add(s);
      DoubleVector more = d.add(dLow);
      dLow = d.sub(more).add(dLow);
      DoubleVector h = twice.add(more);
      DoubleVector hLow = twice.sub(h).add(more).add(sLow.add(sLow).add(dLow));
      DoubleVector whole2 = k.mul(LOG2_HIGH);
      DoubleVector log = whole2.add(h);
      DoubleVector logLow =
          whole2.sub(log).add(h).add(k.fma(DoubleVector.broadcast(S, LOG2_LOW), hLow));
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
      DoubleVector oLow = w.fma(logLow, w.fma(log, o.neg()));
      oLow = oLow.blend(0, o.abs().compare(VectorOperators.LT, 800).not());
      o = o.blend(710, o.compare(VectorOperators.GT, 710));
      o = o.blend(-746, o.compare(VectorOperators.LT, -746));
      DoubleVector t =
          o.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC_TWICE));
      DoubleVector n2 = t.sub(MAGIC_TWICE);
      DoubleVector r = n2.fma(DoubleVector.broadcast(S, -LN2_HIGH), o);
      r = n2.fma(DoubleVector.broadcast(S, -LN2_LOW), r).add(oLow);
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
      if (!usual) {
        DoubleVector size = w.abs();
        DoubleVector half = size.mul(0.5);
        var integer =
            size.add(WHOLE)
                .sub(WHOLE)
                .compare(VectorOperators.EQ, size)
                .or(size.compare(VectorOperators.GE, WHOLE));
        var odd =
            integer
                .and(half.add(WHOLE).sub(WHOLE).compare(VectorOperators.NE, half))
                .and(size.compare(VectorOperators.LT, EVEN));
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

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }

  /**
   * The cube root, within 1 ULP: a polynomial in the mantissa, a step of Halley, and another from a
   * value of 26 bits, whose square is exact.
   */
  public static void cbrt(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector a = v.abs();
      var tiny = a.compare(VectorOperators.LT, Double.MIN_NORMAL);
      LongVector bits = a.blend(a.mul(0x1p54), tiny).reinterpretAsLongs();
      LongVector exponent = bits.lanewise(VectorOperators.LSHR, 52);
      DoubleVector k = exponent.add(MAGIC_BITS).reinterpretAsDoubles().sub(EXPONENT);
      DoubleVector third =
          k.fma(DoubleVector.broadcast(S, 1.0 / 3), DoubleVector.broadcast(S, MAGIC));
      // 2^(k - 3 round(k / 3)) times the mantissa: between 1/2 and 4.
      DoubleVector rest = third.sub(MAGIC).fma(DoubleVector.broadcast(S, -3), k);
      DoubleVector m =
          bits.sub(exponent.lanewise(VectorOperators.LSHL, 52))
              .add(rest.add(MAGIC).reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52))
              .reinterpretAsDoubles();
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
      y = y.reinterpretAsLongs().and(-1L << 27).reinterpretAsDoubles();
      DoubleVector q = m.div(y.mul(y));
      y = q.sub(y).div(y.add(y).add(q)).fma(y, y);
      third = third.blend(third.sub(18), tiny);
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

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }
}
