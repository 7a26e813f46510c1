package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inverse error function of blocks of floats, computed in doubles: within 1 ULP of a float.
 *
 * <p>The form is that of M. Giles (2012): one polynomial in {@code w = -ln(1 - x^2)}, one in its
 * root. Their coefficients come from Remez exchanges in 40 digits for the quantity, the interval
 * and the relative error named beside them.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class FloatErrorInverse {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;

  /** Of its lanes the first are used, one for each double: see {@link VectorLanes}. */
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;

  private static final int L = S.length();

  /** 1.5 * 2^52 + 1023: takes the bias off an exponent that lies in the low bits. */
  private static final double EXPONENT = 0x1.8p52 + 1023;

  private static final long MAGIC_BITS = Double.doubleToRawLongBits(0x1.8p52);
  private static final long BIAS = 1023L << 52;

  /** Added to the bits of a number, it carries into the exponent from the root of 1/2 on. */
  private static final long CARRY = BIAS - Double.doubleToRawLongBits(0.7071067811865476);

  private static final double LN2 = 0.6931471805599453;

  private FloatErrorInverse() {}

  /** The inverse error function; infinite at -1 and 1, NaN beyond. */
  public static void erfinv(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - F.length();
      FloatVector narrow =
          whole
              ? FloatVector.fromArray(F, x, xo + i)
              : FloatVector.fromArray(F, x, xo + i, FirstLanes.floats(n - i));
      DoubleVector v = (DoubleVector) narrow.convertShape(VectorOperators.F2D, S, 0);
      DoubleVector a = v.abs();
      DoubleVector u = DoubleVector.broadcast(S, 1).sub(a).mul(a.add(1));
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
              DoubleVector.broadcast(S, 0.19584179517662417),
              DoubleVector.broadcast(S, 0.22176186937653405));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.2857210919517418));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.39999995621530793));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.6666666667580197));
      DoubleVector log =
          logK.fma(DoubleVector.broadcast(S, LN2), logS.mul(logZ).fma(logQ, logS.add(logS)));
      // erfinv(x) / x in -ln(1 - x^2) - 5/2 where that logarithm is below 5: 2^-28.
      DoubleVector t = log.neg().sub(2.5);
      DoubleVector pSquare = t.mul(t);
      DoubleVector p =
          pSquare.fma(
              DoubleVector.broadcast(S, 3.3559160812317973e-10),
              DoubleVector.broadcast(S, 1.8036460503953787e-08));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -3.4346079845657247e-06));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.00021828262369679414));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -0.004177339399034973));
      DoubleVector pOdd =
          pSquare.fma(
              DoubleVector.broadcast(S, -8.772875038635317e-09),
              DoubleVector.broadcast(S, 4.6589308812398776e-07));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, -4.961918625986281e-06));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, -0.0012527446426177167));
      p = pOdd.fma(t, p);
      p = p.fma(t, DoubleVector.broadcast(S, 0.2466402876223503));
      p = p.fma(t, DoubleVector.broadcast(S, 1.5014093535115807));
      // In its root less 3, from there to the float below 1: 2^-27.
      DoubleVector root = log.neg().sqrt().sub(3);
      DoubleVector qSquare = root.mul(root);
      DoubleVector q =
          qSquare.fma(
              DoubleVector.broadcast(S, -0.000317899246418155),
              DoubleVector.broadcast(S, 0.0014949291708432407));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 0.00568348078659162));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 0.00944565464830437));
      DoubleVector qOdd =
          qSquare.fma(
              DoubleVector.broadcast(S, 0.0001274439690594926),
              DoubleVector.broadcast(S, -7.432337418962858e-05));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, -0.003588182030083273));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, -0.00763917445434189));
      q = qOdd.fma(root, q);
      q = q.fma(root, DoubleVector.broadcast(S, 1.0016750741467217));
      q = q.fma(root, DoubleVector.broadcast(S, 2.8329767960244734));
      DoubleVector w = p.blend(q, t.compare(VectorOperators.GT, 2.5)).mul(v);
      DoubleVector result =
          w.blend(v.mul(Double.POSITIVE_INFINITY), a.compare(VectorOperators.EQ, 1))
              .blend(Double.NaN, a.compare(VectorOperators.LE, 1).not());

      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }
}
