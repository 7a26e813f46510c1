package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Error functions of blocks of doubles.
 *
 * <p>The exponential function is that of {@link DoubleExponentials}. The coefficients come from
 * Remez exchanges in 50 digits for the quantity, the interval and the relative error named beside
 * them.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class DoubleErrorFunctions {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /**
   * 1.5 * 2^52 + 2046: added to a number, it leaves the nearest whole number plus twice the bias of
   * an exponent in the low bits, to be halved.
   */
  private static final double MAGIC_TWICE = 0x1.8p52 + 2046;

  private static final double LOG2_E = 1.4426950408889634;
  private static final double LN2_HIGH = 0.6931471805599453;
  private static final double LN2_LOW = 2.3190468138462996E-17;

  private static final long SIGN = 0x8000000000000000L;

  private DoubleErrorFunctions() {}

  /**
   * The error function, within 1 ULP: {@code x (1 + P(x^2))} below 1, {@code 1 - erfc(|x|)} above.
   */
  public static void erf(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector a = v.abs();
      a = a.blend(6, a.compare(VectorOperators.GT, 6));
      DoubleVector shifted = a.add(4);
      DoubleVector y = DoubleVector.broadcast(S, 1).div(shifted);
      DoubleVector square = a.mul(a);
      DoubleVector minus = square.neg();
      DoubleVector t =
          minus.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC_TWICE));
      DoubleVector k = t.sub(MAGIC_TWICE);
      DoubleVector r = k.fma(DoubleVector.broadcast(S, -LN2_HIGH), minus);
      r = k.fma(DoubleVector.broadcast(S, -LN2_LOW), r);
      DoubleVector eSquare = r.mul(r);
      DoubleVector e =
          eSquare.fma(
              DoubleVector.broadcast(S, 2.5004055919627586e-08),
              DoubleVector.broadcast(S, 2.755757544483769e-06));
      e = e.fma(eSquare, DoubleVector.broadcast(S, 0.00019841269516890565));
      e = e.fma(eSquare, DoubleVector.broadcast(S, 0.008333333333490603));
      e = e.fma(eSquare, DoubleVector.broadcast(S, 0.16666666666666416));
      DoubleVector eOdd =
          eSquare.fma(
              DoubleVector.broadcast(S, 2.763034845015751e-07),
              DoubleVector.broadcast(S, 2.4801492836800607e-05));
      eOdd = eOdd.fma(eSquare, DoubleVector.broadcast(S, 0.0013888888943863432));
      eOdd = eOdd.fma(eSquare, DoubleVector.broadcast(S, 0.04166666666652936));
      e = eOdd.fma(r, e);
      e = e.fma(r, DoubleVector.broadcast(S, 0.5000000000000011));
      e = e.fma(r, DoubleVector.broadcast(S, 1.0));
      DoubleVector above = e.mul(r);
      e = above.add(1);
      // erfcx(a) / y for y = 1 / (a + 4), a in [0.84, 27.5], 2^-58.
      DoubleVector qSquare = y.mul(y);
      DoubleVector q =
          qSquare.fma(
              DoubleVector.broadcast(S, -12402980329.271059),
              DoubleVector.broadcast(S, -34731587018.22074));
      q = q.fma(qSquare, DoubleVector.broadcast(S, -10240845884.325327));
      q = q.fma(qSquare, DoubleVector.broadcast(S, -812880075.433744));
      q = q.fma(qSquare, DoubleVector.broadcast(S, -23885127.728733707));
      q = q.fma(qSquare, DoubleVector.broadcast(S, -230084.5574653937));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 10109.689142508541));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 1324.466982546894));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 117.77139080103282));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 8.744937752002324));
      DoubleVector qOdd =
          qSquare.fma(
              DoubleVector.broadcast(S, 31013203992.163727),
              DoubleVector.broadcast(S, 23063813899.578346));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 3295461349.1740303));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 155899325.51065677));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 3101271.662898789));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 55048.58397906945));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 4182.60478993096));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 405.77641887028415));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 32.72305616665292));
      q = qOdd.fma(y, q);
      q = q.fma(y, DoubleVector.broadcast(S, 2.2567583406404803));
      q = q.fma(y, DoubleVector.broadcast(S, 0.5641895835233554));
      DoubleVector power =
          t.reinterpretAsLongs()
              .sub(1023)
              .lanewise(VectorOperators.LSHL, 52)
              .reinterpretAsDoubles();
      DoubleVector far = y.mul(q).mul(e).neg().fma(power, DoubleVector.broadcast(S, 1));
      // erf(x) / x - 1 for x^2 in [0, 1], 2^-74.
      DoubleVector z = v.mul(v);
      DoubleVector nearSquare = z.mul(z);
      DoubleVector near =
          nearSquare.fma(
              DoubleVector.broadcast(S, 2.8079910831481796e-13),
              DoubleVector.broadcast(S, 9.324003404109058e-11));
      near = near.fma(nearSquare, DoubleVector.broadcast(S, 1.4806033348925848e-08));
      near = near.fma(nearSquare, DoubleVector.broadcast(S, 1.6462110811752914e-06));
      near = near.fma(nearSquare, DoubleVector.broadcast(S, 0.00012055332978914048));
      near = near.fma(nearSquare, DoubleVector.broadcast(S, 0.005223977625441682));
      near = near.fma(nearSquare, DoubleVector.broadcast(S, 0.11283791670955126));
      DoubleVector nearOdd =
          nearSquare.fma(
              DoubleVector.broadcast(S, -6.19763162325512e-12),
              DoubleVector.broadcast(S, -1.2277786013089842e-09));
      nearOdd = nearOdd.fma(nearSquare, DoubleVector.broadcast(S, -1.636576916155286e-07));
      nearOdd = nearOdd.fma(nearSquare, DoubleVector.broadcast(S, -1.4925650238182017e-05));
      nearOdd = nearOdd.fma(nearSquare, DoubleVector.broadcast(S, -0.0008548327023403668));
      nearOdd = nearOdd.fma(nearSquare, DoubleVector.broadcast(S, -0.026866170645131218));
      near = nearOdd.fma(z, near);
      near = near.fma(z, DoubleVector.broadcast(S, -0.37612638903183754));
      near = near.fma(z, DoubleVector.broadcast(S, 0.1283791670955126));
      near = near.fma(v, v);
      DoubleVector result =
          near.blend(
                  far.reinterpretAsLongs()
                      .or(v.reinterpretAsLongs().and(SIGN))
                      .reinterpretAsDoubles(),
                  a.compare(VectorOperators.GE, 1))
              .blend(v, v.compare(VectorOperators.EQ, 0));

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }

  /**
   * The complementary error function {@code 1 - erf(x)}, within 2 ULP, subnormal results included.
   *
   * <p>Below 0.84 it is {@code 1 - x (1 + P(x^2))}, from 1/4 on taken from 1/2. Above, with a = |x|
   * and {@code y = 1 / (a + 4)}, it is {@code e^(-a^2) y Q(y)}, or 2 less that for negative x; what
   * the rounding of the square, of a + 4, of the quotient and of the products takes away is put
   * back.
   */
  public static void erfc(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector a = v.abs();
      a = a.blend(28, a.compare(VectorOperators.GT, 28));
      DoubleVector shifted = a.add(4);
      DoubleVector y = DoubleVector.broadcast(S, 1).div(shifted);
      DoubleVector square = a.mul(a);
      DoubleVector minus = square.neg();
      DoubleVector t =
          minus.fma(DoubleVector.broadcast(S, LOG2_E), DoubleVector.broadcast(S, MAGIC_TWICE));
      DoubleVector k = t.sub(MAGIC_TWICE);
      DoubleVector r = k.fma(DoubleVector.broadcast(S, -LN2_HIGH), minus);
      r = k.fma(DoubleVector.broadcast(S, -LN2_LOW), r);
      DoubleVector eSquare = r.mul(r);
      DoubleVector e =
          eSquare.fma(
              DoubleVector.broadcast(S, 2.5004055919627586e-08),
              DoubleVector.broadcast(S, 2.755757544483769e-06));
      e = e.fma(eSquare, DoubleVector.broadcast(S, 0.00019841269516890565));
      e = e.fma(eSquare, DoubleVector.broadcast(S, 0.008333333333490603));
      e = e.fma(eSquare, DoubleVector.broadcast(S, 0.16666666666666416));
      DoubleVector eOdd =
          eSquare.fma(
              DoubleVector.broadcast(S, 2.763034845015751e-07),
              DoubleVector.broadcast(S, 2.4801492836800607e-05));
      eOdd = eOdd.fma(eSquare, DoubleVector.broadcast(S, 0.0013888888943863432));
      eOdd = eOdd.fma(eSquare, DoubleVector.broadcast(S, 0.04166666666652936));
      e = eOdd.fma(r, e);
      e = e.fma(r, DoubleVector.broadcast(S, 0.5000000000000011));
      e = e.fma(r, DoubleVector.broadcast(S, 1.0));
      DoubleVector above = e.mul(r);
      e = above.add(1);
      // erfcx(a) / y for y = 1 / (a + 4), a in [0.84, 27.5], 2^-58.
      DoubleVector qSquare = y.mul(y);
      DoubleVector q =
          qSquare.fma(
              DoubleVector.broadcast(S, -12402980329.271059),
              DoubleVector.broadcast(S, -34731587018.22074));
      q = q.fma(qSquare, DoubleVector.broadcast(S, -10240845884.325327));
      q = q.fma(qSquare, DoubleVector.broadcast(S, -812880075.433744));
      q = q.fma(qSquare, DoubleVector.broadcast(S, -23885127.728733707));
      q = q.fma(qSquare, DoubleVector.broadcast(S, -230084.5574653937));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 10109.689142508541));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 1324.466982546894));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 117.77139080103282));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 8.744937752002324));
      DoubleVector qOdd =
          qSquare.fma(
              DoubleVector.broadcast(S, 31013203992.163727),
              DoubleVector.broadcast(S, 23063813899.578346));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 3295461349.1740303));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 155899325.51065677));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 3101271.662898789));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 55048.58397906945));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 4182.60478993096));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 405.77641887028415));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 32.72305616665292));
      q = qOdd.fma(y, q);
      q = q.fma(y, DoubleVector.broadcast(S, 2.2567583406404803));
      q = q.fma(y, DoubleVector.broadcast(S, 0.5641895835233554));
      DoubleVector lost =
          y.neg().fma(shifted, DoubleVector.broadcast(S, 1)).add(shifted.sub(4).sub(a).mul(y));
      // How erfcx answers to a small relative change of y.
      DoubleVector slope =
          y.fma(DoubleVector.broadcast(S, 47), DoubleVector.broadcast(S, 1.9))
              .fma(y, DoubleVector.broadcast(S, 1));
      DoubleVector correction = lost.mul(slope).sub(a.fma(a, square.neg()));
      DoubleVector yq = y.mul(q);
      DoubleVector w = yq.mul(e);
      DoubleVector rest = y.fma(q, yq.neg()).fma(e, yq.fma(e, w.neg()));
      rest = yq.fma(above.sub(e.sub(1)), rest);
      w = w.add(correction.fma(w, rest));
      LongVector bits = t.reinterpretAsLongs();
      LongVector first = bits.lanewise(VectorOperators.LSHR, 1);
      LongVector second = bits.sub(first);
      DoubleVector scaled =
          w.mul(first.lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles())
              .mul(second.lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles());
      scaled =
          scaled.blend(DoubleVector.broadcast(S, 2).sub(scaled), v.compare(VectorOperators.LT, 0));
      // erf(x) / x - 1 for x^2 in [0, 1], 2^-74.
      DoubleVector z = v.mul(v);
      DoubleVector nearSquare = z.mul(z);
      DoubleVector near =
          nearSquare.fma(
              DoubleVector.broadcast(S, 2.8079910831481796e-13),
              DoubleVector.broadcast(S, 9.324003404109058e-11));
      near = near.fma(nearSquare, DoubleVector.broadcast(S, 1.4806033348925848e-08));
      near = near.fma(nearSquare, DoubleVector.broadcast(S, 1.6462110811752914e-06));
      near = near.fma(nearSquare, DoubleVector.broadcast(S, 0.00012055332978914048));
      near = near.fma(nearSquare, DoubleVector.broadcast(S, 0.005223977625441682));
      near = near.fma(nearSquare, DoubleVector.broadcast(S, 0.11283791670955126));
      DoubleVector nearOdd =
          nearSquare.fma(
              DoubleVector.broadcast(S, -6.19763162325512e-12),
              DoubleVector.broadcast(S, -1.2277786013089842e-09));
      nearOdd = nearOdd.fma(nearSquare, DoubleVector.broadcast(S, -1.636576916155286e-07));
      nearOdd = nearOdd.fma(nearSquare, DoubleVector.broadcast(S, -1.4925650238182017e-05));
      nearOdd = nearOdd.fma(nearSquare, DoubleVector.broadcast(S, -0.0008548327023403668));
      nearOdd = nearOdd.fma(nearSquare, DoubleVector.broadcast(S, -0.026866170645131218));
      near = nearOdd.fma(z, near);
      near = near.fma(z, DoubleVector.broadcast(S, -0.37612638903183754));
      near = near.fma(z, DoubleVector.broadcast(S, 0.1283791670955126));
      DoubleVector part = DoubleVector.zero(S).blend(0.5, v.compare(VectorOperators.GT, 0.25));
      near = DoubleVector.broadcast(S, 1).sub(part).sub(near.fma(v, v.sub(part)));
      DoubleVector result = scaled.blend(near, a.compare(VectorOperators.LT, 0.84));

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }
}
