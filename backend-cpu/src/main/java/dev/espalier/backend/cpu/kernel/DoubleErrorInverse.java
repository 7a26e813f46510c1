package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inverse error function of blocks of doubles.
 *
 * <p>The form is that of M. Giles (2012): polynomials in {@code w = -ln(1 - x^2)} and in its root;
 * the logarithm that of {@link DoubleLogarithms}. The coefficients come from Remez exchanges in 50
 * digits for the quantity, the interval and the relative error named beside them.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class DoubleErrorInverse {
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

  private DoubleErrorInverse() {}

  /** The inverse error function, within 2.5 ULP; infinite at -1 and 1, NaN beyond. */
  public static void erfinv(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector a = v.abs();
      DoubleVector u = DoubleVector.broadcast(S, 1).sub(a).mul(a.add(1));
      LongVector logBits = u.reinterpretAsLongs();
      LongVector logExponent = logBits.add(CARRY).lanewise(VectorOperators.LSHR, 52);
      DoubleVector logF =
          logBits
              .sub(logExponent.lanewise(VectorOperators.LSHL, 52))
              .add(BIAS)
              .reinterpretAsDoubles()
              .sub(1);
      DoubleVector logK = logExponent.add(MAGIC_BITS).reinterpretAsDoubles().sub(EXPONENT);
      DoubleVector logS = logF.div(logF.add(2));
      DoubleVector logZ = logS.mul(logS);
      DoubleVector logQ =
          logZ.fma(
              DoubleVector.broadcast(S, 0.14798198605116586),
              DoubleVector.broadcast(S, 0.15313837699209373));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.1818357216161805));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.22222198432149784));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.2857142874366239));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.3999999999940942));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.6666666666666735));
      DoubleVector logH = logF.mul(logF).mul(0.5);
      DoubleVector logL = logS.fma(logZ.fma(logQ, logH), logK.mul(LOG2_LOW));
      DoubleVector log = logK.fma(DoubleVector.broadcast(S, LOG2_HIGH), logF.sub(logH.sub(logL)));
      // erfinv(x) / x in w - 25/8 for w = -ln(1 - x^2) up to 25/4: 2^-57.
      DoubleVector t = log.neg().sub(3.125);
      DoubleVector pSquare = t.mul(t);
      DoubleVector p =
          pSquare.fma(
              DoubleVector.broadcast(S, -1.0129669976001195e-21),
              DoubleVector.broadcast(S, 1.1445803370730337e-18));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -1.3004205002289742e-16));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 6.5947267410377556e-15));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -8.11702048596608e-14));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -1.297695818305151e-11));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 1.0512183997748813e-09));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -2.9070382781129675e-08));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -1.3654691844233106e-06));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.00018673420802424698));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -0.006033670871427752));
      DoubleVector pOdd =
          pSquare.fma(
              DoubleVector.broadcast(S, 3.3762888538176243e-21),
              DoubleVector.broadcast(S, -3.5759738832366758e-19));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 1.5761338517432088e-17));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, -4.289249048126288e-17));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, -3.998950284888762e-14));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 2.6303528032781673e-12));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, -5.4142382776567937e-11));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, -4.112661995942731e-09));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 4.234788191047007e-07));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, -1.3882523395813249e-05));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, -0.0007407025341539472));
      p = pOdd.fma(t, p);
      p = p.fma(t, DoubleVector.broadcast(S, 0.24015818242558826));
      p = p.fma(t, DoubleVector.broadcast(S, 1.6536545626831027));
      // In root(w) - 13/4 up to w = 16: 2^-60.
      DoubleVector root = log.neg().sqrt();
      DoubleVector t1 = root.sub(3.25);
      DoubleVector qSquare = t1.mul(t1);
      DoubleVector q =
          qSquare.fma(
              DoubleVector.broadcast(S, 6.890493713185141e-10),
              DoubleVector.broadcast(S, -2.7131701869854866e-07));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 1.4986749371799722e-06));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 2.92575565134047e-06));
      q = q.fma(qSquare, DoubleVector.broadcast(S, -4.731899443880983e-05));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 2.4031259317117022e-05));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 0.0009532893634609413));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 0.002491442096998852));
      q = q.fma(qSquare, DoubleVector.broadcast(S, 0.005370914553571288));
      DoubleVector qOdd =
          qSquare.fma(
              DoubleVector.broadcast(S, -1.6207897808291886e-08),
              DoubleVector.broadcast(S, 1.3400025292674295e-07));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, -3.033432888929124e-08));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, -3.984033620255975e-06));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 1.2464416771647997e-05));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, 6.82872524559574e-05));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, -0.00035503783130114234));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, -0.0016882755342191704));
      qOdd = qOdd.fma(qSquare, DoubleVector.broadcast(S, -0.003751208508263946));
      q = qOdd.fma(t1, q);
      q = q.fma(t1, DoubleVector.broadcast(S, 1.0052589676941657));
      q = q.fma(t1, DoubleVector.broadcast(S, 3.0838856104922208));
      // In root(w) - 5, to the double below 1: 2^-59.
      DoubleVector t2 = root.sub(5);
      DoubleVector oSquare = t2.mul(t2);
      DoubleVector o =
          oSquare.fma(
              DoubleVector.broadcast(S, -1.7440953891291247e-11),
              DoubleVector.broadcast(S, 5.6336669001327036e-11));
      o = o.fma(oSquare, DoubleVector.broadcast(S, 1.3406340961007678e-09));
      o = o.fma(oSquare, DoubleVector.broadcast(S, 7.796801073151034e-09));
      o = o.fma(oSquare, DoubleVector.broadcast(S, 2.903291503344904e-08));
      o = o.fma(oSquare, DoubleVector.broadcast(S, 2.290480048611776e-07));
      o = o.fma(oSquare, DoubleVector.broadcast(S, 4.52605342824752e-06));
      o = o.fma(oSquare, DoubleVector.broadcast(S, 7.599527801325446e-05));
      o = o.fma(oSquare, DoubleVector.broadcast(S, -0.00013871931837721807));
      DoubleVector oOdd =
          oSquare.fma(
              DoubleVector.broadcast(S, 4.3858769894073046e-11),
              DoubleVector.broadcast(S, -4.4179248662183264e-10));
      oOdd = oOdd.fma(oSquare, DoubleVector.broadcast(S, -3.463914661872159e-09));
      oOdd = oOdd.fma(oSquare, DoubleVector.broadcast(S, -1.526194193585137e-08));
      oOdd = oOdd.fma(oSquare, DoubleVector.broadcast(S, -6.755257220620167e-08));
      oOdd = oOdd.fma(oSquare, DoubleVector.broadcast(S, -9.930304696674465e-07));
      oOdd = oOdd.fma(oSquare, DoubleVector.broadcast(S, -1.9681770527461633e-05));
      oOdd = oOdd.fma(oSquare, DoubleVector.broadcast(S, -0.0002150301198402447));
      o = oOdd.fma(t2, o);
      o = o.fma(t2, DoubleVector.broadcast(S, 1.0103004648645455));
      o = o.fma(t2, DoubleVector.broadcast(S, 4.849906401408584));
      DoubleVector quotient =
          p.blend(q, t.compare(VectorOperators.GT, 3.125))
              .blend(o, root.compare(VectorOperators.GT, 4));
      DoubleVector result =
          quotient
              .mul(v)
              .blend(v.mul(Double.POSITIVE_INFINITY), a.compare(VectorOperators.EQ, 1))
              .blend(Double.NaN, a.compare(VectorOperators.LE, 1).not());

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }
}
