package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The logarithm of the gamma function and its derivatives, of blocks of floats, computed in
 * doubles: lgamma in vectors, the derivatives one element at a time. Their coefficients come from
 * Remez exchanges in 40 digits for the quantity, the interval and the relative error named beside
 * them.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class FloatGamma {
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

  private static final double WHOLE = 0x1.8p52;
  private static final double HALF_LOG_TWO_PI = 0.9189385332046727;

  private FloatGamma() {}

  /**
   * The logarithm of the absolute value of the gamma function, within 1 ULP but near its zeros
   * below 0; infinite at the poles 0, -1, -2, ... and at both infinities.
   *
   * <p>Stirling's series, from 4 on; below that after four steps of {@code Gamma(x + 1) = x
   * Gamma(x)}; a polynomial around the zeros 1 and 2; the reflection formula below 0.
   */
  public static void lgamma(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - F.length();
      FloatVector narrow =
          whole
              ? FloatVector.fromArray(F, x, xo + i)
              : FloatVector.fromArray(F, x, xo + i, FirstLanes.floats(n - i));
      DoubleVector v = (DoubleVector) narrow.convertShape(VectorOperators.F2D, S, 0);
      var negative = v.compare(VectorOperators.LT, 0);
      DoubleVector u = v.blend(DoubleVector.broadcast(S, 1).sub(v), negative);
      var near = u.compare(VectorOperators.GT, 0.9).and(u.compare(VectorOperators.LT, 2.15));
      var small = u.compare(VectorOperators.LT, 4);
      DoubleVector y = u.blend(u.add(4), small);
      // u (u + 1) (u + 2) (u + 3)
      DoubleVector outer = u.mul(u.add(3));
      DoubleVector product =
          DoubleVector.broadcast(S, 1)
              .blend(outer.fma(outer, outer.add(outer)), small.and(near.not()));
      LongVector logBits = y.reinterpretAsLongs();
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
              DoubleVector.broadcast(S, 0.14798198605116586),
              DoubleVector.broadcast(S, 0.15313837699209373));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.1818357216161805));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.22222198432149784));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.2857142874366239));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.3999999999940942));
      logQ = logQ.fma(logZ, DoubleVector.broadcast(S, 0.6666666666666735));
      DoubleVector log =
          logK.fma(DoubleVector.broadcast(S, LN2), logS.mul(logZ).fma(logQ, logS.add(logS)));
      DoubleVector inverse = DoubleVector.broadcast(S, 1).div(y);
      DoubleVector square = inverse.mul(inverse);
      // What Stirling's formula lacks, times y, for y from 4 on, in 1 / y^2: 2^-48.
      DoubleVector series =
          square.fma(
              DoubleVector.broadcast(S, -0.009342207810019088),
              DoubleVector.broadcast(S, 0.00491337106825671));
      series = series.fma(square, DoubleVector.broadcast(S, -0.0018499645626449965));
      series = series.fma(square, DoubleVector.broadcast(S, 0.0008399498454329977));
      series = series.fma(square, DoubleVector.broadcast(S, -0.0005952112243453414));
      series = series.fma(square, DoubleVector.broadcast(S, 0.0007936505937174604));
      series = series.fma(square, DoubleVector.broadcast(S, -0.002777777777206803));
      series = series.fma(square, DoubleVector.broadcast(S, 0.08333333333333307));
      DoubleVector stirling =
          y.sub(0.5)
              .fma(log, y.neg())
              .add(series.fma(inverse, DoubleVector.broadcast(S, HALF_LOG_TWO_PI)));
      // ln Gamma(u) / ((u - 1) (u - 2)) for u in [0.9, 2.15], in u - 1.5: 2^-34.
      DoubleVector h = u.sub(1.5);
      DoubleVector pSquare = h.mul(h);
      DoubleVector p =
          pSquare.fma(
              DoubleVector.broadcast(S, 0.0004662658267278235),
              DoubleVector.broadcast(S, 0.0006000038773287027));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.0019530538582469934));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.0054423419236835));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.016797365004030385));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.06291139460932813));
      DoubleVector pOdd =
          pSquare.fma(
              DoubleVector.broadcast(S, -0.00024751618770064765),
              DoubleVector.broadcast(S, -0.000418219397729449));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, -0.0011613867519451584));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, -0.003214039037045701));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, -0.009425338345640376));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, -0.031308502236899564));
      p = pOdd.fma(h, p);
      p = p.fma(h, DoubleVector.broadcast(S, -0.14595989571325435));
      p = p.fma(h, DoubleVector.broadcast(S, 0.4831289505667264));
      DoubleVector main = stirling.blend(p.mul(u.sub(1)).mul(u.sub(2)), near);
      if (negative.anyTrue()) {
        DoubleVector r = v.sub(v.add(WHOLE).sub(WHOLE));
        DoubleVector z = r.mul(r);
        // sin(pi r) / r for r in [-1/2, 1/2], in r^2: 2^-52.
        DoubleVector sine =
            z.fma(
                DoubleVector.broadcast(S, -2.112263775133978e-05),
                DoubleVector.broadcast(S, 0.0004659773563168209));
        sine = sine.fma(z, DoubleVector.broadcast(S, -0.007370360987284962));
        sine = sine.fma(z, DoubleVector.broadcast(S, 0.08214587824306883));
        sine = sine.fma(z, DoubleVector.broadcast(S, -0.599264528774612));
        sine = sine.fma(z, DoubleVector.broadcast(S, 2.5501640398597343));
        sine = sine.fma(z, DoubleVector.broadcast(S, -5.167712780049752));
        sine = sine.fma(z, DoubleVector.broadcast(S, 3.1415926535897927));
        product = product.blend(product.mul(Math.PI).div(sine.mul(r).abs()), negative);
      }
      LongVector factorBits = product.reinterpretAsLongs();
      LongVector factorExponent = factorBits.add(CARRY).lanewise(VectorOperators.LSHR, 52);
      DoubleVector factorK = factorExponent.add(MAGIC_BITS).reinterpretAsDoubles().sub(EXPONENT);
      DoubleVector factorM =
          factorBits
              .sub(factorExponent.lanewise(VectorOperators.LSHL, 52))
              .add(BIAS)
              .reinterpretAsDoubles();
      DoubleVector factorS = factorM.sub(1).div(factorM.add(1));
      DoubleVector factorZ = factorS.mul(factorS);
      DoubleVector factorQ =
          factorZ.fma(
              DoubleVector.broadcast(S, 0.14798198605116586),
              DoubleVector.broadcast(S, 0.15313837699209373));
      factorQ = factorQ.fma(factorZ, DoubleVector.broadcast(S, 0.1818357216161805));
      factorQ = factorQ.fma(factorZ, DoubleVector.broadcast(S, 0.22222198432149784));
      factorQ = factorQ.fma(factorZ, DoubleVector.broadcast(S, 0.2857142874366239));
      factorQ = factorQ.fma(factorZ, DoubleVector.broadcast(S, 0.3999999999940942));
      factorQ = factorQ.fma(factorZ, DoubleVector.broadcast(S, 0.6666666666666735));
      DoubleVector factor =
          factorK.fma(
              DoubleVector.broadcast(S, LN2),
              factorS.mul(factorZ).fma(factorQ, factorS.add(factorS)));
      DoubleVector difference = factor.sub(main);
      // Not the negated difference: it would make a zero of lgamma a -0.
      DoubleVector w = DoubleVector.zero(S).sub(difference).blend(difference, negative);
      var pole =
          v.compare(VectorOperators.LE, 0)
              .and(
                  v.add(WHOLE)
                      .sub(WHOLE)
                      .compare(VectorOperators.EQ, v)
                      .or(v.compare(VectorOperators.LT, -0x1p23)));
      DoubleVector result =
          w.blend(
                  Double.POSITIVE_INFINITY,
                  pole.or(v.abs().compare(VectorOperators.EQ, Double.POSITIVE_INFINITY)))
              .blend(v, v.compare(VectorOperators.NE, v));

      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }

  /** The logarithmic derivative of the gamma function; NaN at its poles. */
  public static void digamma(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (float) GammaFunctions.digamma(x[xo + i]);
    }
  }

  /** The derivative of digamma of the given order (0: digamma itself). */
  public static void polygamma(int order, float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = (float) GammaFunctions.polygamma(order, x[xo + i]);
    }
  }
}
