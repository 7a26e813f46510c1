package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The logarithm of the gamma function and its derivatives, of blocks of doubles: lgamma in vectors,
 * the derivatives one element at a time.
 *
 * <p>The logarithm is that of {@link DoubleLogarithms}. The other coefficients come from Remez
 * exchanges in 60 digits for the quantity, the interval and the relative error named beside them.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class DoubleGamma {
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

  private static final double WHOLE = 0x1p52;
  private static final double HALF_LOG_TWO_PI = 0.9189385332046727;

  private DoubleGamma() {}

  /**
   * The logarithm of the absolute value of the gamma function, within 4 ULP but near its zeros
   * below 0; infinite at the poles 0, -1, -2, ... and at both infinities.
   *
   * <p>A polynomial for arguments from 1.5 to 2.5, and {@code Gamma(x + 1) = x Gamma(x)} to get
   * there; Stirling's series from 9.5 on; the reflection formula below 0.
   */
  public static void lgamma(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      var reflected = v.compare(VectorOperators.LT, -0x1p-60);
      DoubleVector u = v.abs().blend(DoubleVector.broadcast(S, 1).sub(v), reflected);
      var large = u.compare(VectorOperators.GE, 9.5);
      DoubleVector y = u.blend(2, large);
      DoubleVector product = DoubleVector.broadcast(S, 1);
      var over = y.compare(VectorOperators.GT, 2.5);
      y = y.blend(y.sub(1), over);
      product = product.blend(y, over);
      over = y.compare(VectorOperators.GT, 2.5);
      y = y.blend(y.sub(1), over);
      product = product.blend(product.mul(y), over);
      over = y.compare(VectorOperators.GT, 2.5);
      y = y.blend(y.sub(1), over);
      product = product.blend(product.mul(y), over);
      over = y.compare(VectorOperators.GT, 2.5);
      y = y.blend(y.sub(1), over);
      product = product.blend(product.mul(y), over);
      over = y.compare(VectorOperators.GT, 2.5);
      y = y.blend(y.sub(1), over);
      product = product.blend(product.mul(y), over);
      over = y.compare(VectorOperators.GT, 2.5);
      y = y.blend(y.sub(1), over);
      product = product.blend(product.mul(y), over);
      over = y.compare(VectorOperators.GT, 2.5);
      y = y.blend(y.sub(1), over);
      product = product.blend(product.mul(y), over);
      // ln Gamma(u) = ln Gamma(2 + z) + ln(product) or - ln(product).
      var less = u.compare(VectorOperators.LT, 1.5);
      var least = u.compare(VectorOperators.LT, 0.5);
      DoubleVector z = y.sub(2).blend(u.sub(1), less).blend(u, least);
      product = product.blend(u, less).blend(u.fma(u, u), least);
      // ln Gamma(2 + z) / z for |z| up to 1/2, 2^-59.
      DoubleVector pSquare = z.mul(z);
      DoubleVector p =
          pSquare.fma(
              DoubleVector.broadcast(S, -1.432923963271781e-07),
              DoubleVector.broadcast(S, -4.200408668395476e-07));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -2.049757816188529e-06));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -9.437235220848793e-06));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -4.492653144502259e-05));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -0.00022315473513086933));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -0.0011927539127603954));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -0.007385551028649657));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -0.06735230105319831));
      DoubleVector pOdd =
          pSquare.fma(
              DoubleVector.broadcast(S, 2.785304565832398e-07),
              DoubleVector.broadcast(S, 9.202789341823843e-07));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 4.384604293314986e-06));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 2.050561427291592e-05));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 9.94576704114715e-05));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.0005096695156504523));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.002890510331024645));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.020580808427780553));
      p = pOdd.fma(z, p);
      p = p.fma(z, DoubleVector.broadcast(S, 0.32246703342411326));
      p = p.fma(z, DoubleVector.broadcast(S, 0.42278433509846713));
      DoubleVector main = p.mul(z);
      if (large.anyTrue()) {
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
        DoubleVector inverse = DoubleVector.broadcast(S, 1).div(u);
        DoubleVector square = inverse.mul(inverse);
        // What Stirling's formula lacks, times u, for u from 9.5 on, in 1 / u^2: 2^-58.
        DoubleVector series =
            square.fma(
                DoubleVector.broadcast(S, 0.0053910926371383994),
                DoubleVector.broadcast(S, -0.001902412918837865));
        series = series.fma(square, DoubleVector.broadcast(S, 0.000841637077209709));
        series = series.fma(square, DoubleVector.broadcast(S, -0.0005952376516539506));
        series = series.fma(square, DoubleVector.broadcast(S, 0.0007936507928237189));
        series = series.fma(square, DoubleVector.broadcast(S, -0.0027777777777771985));
        series = series.fma(square, DoubleVector.broadcast(S, 0.08333333333333333));
        DoubleVector stirling =
            u.sub(0.5)
                .fma(log, u.neg())
                .add(series.fma(inverse, DoubleVector.broadcast(S, HALF_LOG_TWO_PI)));
        main = main.blend(stirling, large);
      }
      if (reflected.anyTrue()) {
        DoubleVector size = v.abs();
        DoubleVector r = size.sub(size.add(WHOLE).sub(WHOLE));
        DoubleVector r2 = r.mul(r);
        // sin(pi r) / r for r in [-1/2, 1/2], in r^2: 2^-61.
        DoubleVector sineSquare = r2.mul(r2);
        DoubleVector sine =
            sineSquare.fma(
                DoubleVector.broadcast(S, 7.694627081180084e-07),
                DoubleVector.broadcast(S, 0.0004662996851265107));
        sine = sine.fma(sineSquare, DoubleVector.broadcast(S, 0.08214588656981316));
        sine = sine.fma(sineSquare, DoubleVector.broadcast(S, 2.550164039877294));
        DoubleVector sineOdd =
            sineSquare.fma(
                DoubleVector.broadcast(S, -2.1903175918134366e-05),
                DoubleVector.broadcast(S, -0.00737043047803702));
        sineOdd = sineOdd.fma(sineSquare, DoubleVector.broadcast(S, -0.5992645293187335));
        sine = sineOdd.fma(r2, sine);
        sine = sine.fma(r2, DoubleVector.broadcast(S, -5.167712780049969));
        sine = sine.fma(r2, DoubleVector.broadcast(S, 3.141592653589793));
        DoubleVector one = DoubleVector.broadcast(S, 1);
        DoubleVector above = product.blend(one, less.not());
        DoubleVector below = product.blend(one, less);
        product = product.blend(above.mul(Math.PI).div(sine.mul(r).abs().mul(below)), reflected);
      }
      var factorTiny = product.compare(VectorOperators.LT, Double.MIN_NORMAL);
      LongVector factorBits = product.blend(product.mul(0x1p54), factorTiny).reinterpretAsLongs();
      LongVector factorExponent = factorBits.add(CARRY).lanewise(VectorOperators.LSHR, 52);
      DoubleVector factorF =
          factorBits
              .sub(factorExponent.lanewise(VectorOperators.LSHL, 52))
              .add(BIAS)
              .reinterpretAsDoubles()
              .sub(1);
      DoubleVector factorK = factorExponent.add(MAGIC_BITS).reinterpretAsDoubles().sub(EXPONENT);
      factorK = factorK.blend(factorK.sub(54), factorTiny);
      DoubleVector factorS = factorF.div(factorF.add(2));
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
      DoubleVector factorH = factorF.mul(factorF).mul(0.5);
      DoubleVector factorL = factorS.fma(factorZ.fma(factorQ, factorH), factorK.mul(LOG2_LOW));
      DoubleVector factor =
          factorK.fma(DoubleVector.broadcast(S, LOG2_HIGH), factorF.sub(factorH.sub(factorL)));
      factor = factor.blend(factor.neg(), less.and(reflected.not()));
      DoubleVector w = main.blend(main.neg(), reflected).add(factor);
      var pole =
          v.compare(VectorOperators.LE, 0)
              .and(
                  v.abs()
                      .add(WHOLE)
                      .sub(WHOLE)
                      .compare(VectorOperators.EQ, v.abs())
                      .or(v.compare(VectorOperators.LT, -WHOLE)));
      DoubleVector result =
          w.blend(
                  Double.POSITIVE_INFINITY,
                  pole.or(v.abs().compare(VectorOperators.EQ, Double.POSITIVE_INFINITY)))
              .blend(v, v.compare(VectorOperators.NE, v));

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }

  /** The logarithmic derivative of the gamma function; NaN at its poles. */
  public static void digamma(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = GammaFunctions.digamma(x[xo + i]);
    }
  }

  /** The derivative of digamma of the given order (0: digamma itself). */
  public static void polygamma(int order, double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i++) {
      out[oo + i] = GammaFunctions.polygamma(order, x[xo + i]);
    }
  }
}
