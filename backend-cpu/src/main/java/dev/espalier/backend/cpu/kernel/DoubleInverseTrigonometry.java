package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Arc functions of blocks of doubles.
 *
 * <p>Methods: minimax polynomials after the usual reductions. Their coefficients come from Remez
 * exchanges in 60 digits for the quantity, the interval and the relative error named beside them.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class DoubleInverseTrigonometry {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private static final long SIGN = 0x8000000000000000L;

  /** pi / 2 and pi / 4 in two parts, and what the arc tangents of 1/2 and 3/2 are. */
  private static final double HALF_PI = 1.5707963267948966;

  private static final double HALF_PI_LOW = 6.123233995736766e-17;
  private static final double QUARTER_PI = 0.7853981633974483;
  private static final double QUARTER_PI_LOW = 3.061616997868383e-17;
  private static final double ATAN_HALF = 0.4636476090008061;
  private static final double ATAN_HALF_LOW = 2.2698777452961687e-17;
  private static final double ATAN_THREE_HALVES = 0.982793723247329;
  private static final double ATAN_THREE_HALVES_LOW = 1.3903311031230998e-17;

  private DoubleInverseTrigonometry() {}

  /**
   * The arc sine, within 1 ULP; NaN outside [-1, 1]. Above 1/2 it is {@code pi / 2 - 2 asin(sqrt((1
   * - x) / 2))}.
   */
  public static void asin(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      // asin(y) = y + y z P(z), z = y^2 in [0, 1/4], 2^-59. The root's lost part is put back.
      DoubleVector a = v.abs();
      var large = a.compare(VectorOperators.GT, 0.5);
      DoubleVector z = a.mul(a).blend(DoubleVector.broadcast(S, 1).sub(a).mul(0.5), large);
      DoubleVector root = z.sqrt();
      DoubleVector y = a.blend(root, large);
      DoubleVector lost =
          root.neg().fma(root, z).div(root.add(root)).blend(0, z.compare(VectorOperators.EQ, 0));
      DoubleVector pSquare = z.mul(z);
      DoubleVector p =
          pSquare.fma(
              DoubleVector.broadcast(S, 0.03267693958928484),
              DoubleVector.broadcast(S, 0.021763570963305556));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.010786538606066905));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.013980961715180786));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.022372215662279774));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.044642857175124916));
      DoubleVector pOdd =
          pSquare.fma(
              DoubleVector.broadcast(S, -0.021077382900606557),
              DoubleVector.broadcast(S, 0.0036830092705307624));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.011397774094773468));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.017351600065263754));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.030381942683508894));
      p = pOdd.fma(z, p);
      p = p.fma(z, DoubleVector.broadcast(S, 0.07499999999970253));
      p = p.fma(z, DoubleVector.broadcast(S, 0.16666666666666763));
      DoubleVector rest = p.mul(z).mul(y);
      DoubleVector twice = y.add(y);
      DoubleVector head = DoubleVector.broadcast(S, HALF_PI).sub(twice);
      DoubleVector tail =
          DoubleVector.broadcast(S, HALF_PI)
              .sub(head)
              .sub(twice)
              .add(HALF_PI_LOW)
              .sub(rest.add(lost).mul(2));
      DoubleVector w = y.add(rest).blend(head.add(tail), large);
      DoubleVector result =
          w.reinterpretAsLongs().or(v.reinterpretAsLongs().and(SIGN)).reinterpretAsDoubles();

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }

  /** The arc cosine, within 1 ULP; NaN outside [-1, 1]. */
  public static void acos(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      // asin(y) = y + y z P(z), z = y^2 in [0, 1/4], 2^-59. The root's lost part is put back.
      DoubleVector a = v.abs();
      var large = a.compare(VectorOperators.GT, 0.5);
      DoubleVector z = a.mul(a).blend(DoubleVector.broadcast(S, 1).sub(a).mul(0.5), large);
      DoubleVector root = z.sqrt();
      DoubleVector y = a.blend(root, large);
      DoubleVector lost =
          root.neg().fma(root, z).div(root.add(root)).blend(0, z.compare(VectorOperators.EQ, 0));
      DoubleVector pSquare = z.mul(z);
      DoubleVector p =
          pSquare.fma(
              DoubleVector.broadcast(S, 0.03267693958928484),
              DoubleVector.broadcast(S, 0.021763570963305556));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.010786538606066905));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.013980961715180786));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.022372215662279774));
      p = p.fma(pSquare, DoubleVector.broadcast(S, 0.044642857175124916));
      DoubleVector pOdd =
          pSquare.fma(
              DoubleVector.broadcast(S, -0.021077382900606557),
              DoubleVector.broadcast(S, 0.0036830092705307624));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.011397774094773468));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.017351600065263754));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.030381942683508894));
      p = pOdd.fma(z, p);
      p = p.fma(z, DoubleVector.broadcast(S, 0.07499999999970253));
      p = p.fma(z, DoubleVector.broadcast(S, 0.16666666666666763));
      DoubleVector rest = p.mul(z).mul(y);
      var negative = v.compare(VectorOperators.LT, 0);
      DoubleVector twice = y.add(y);
      DoubleVector more = rest.add(lost).mul(2);
      DoubleVector head = DoubleVector.broadcast(S, 2 * HALF_PI).sub(twice);
      DoubleVector tail =
          DoubleVector.broadcast(S, 2 * HALF_PI)
              .sub(head)
              .sub(twice)
              .add(2 * HALF_PI_LOW)
              .sub(more);
      DoubleVector far = twice.add(more).blend(head.add(tail), negative);
      DoubleVector x1 = DoubleVector.broadcast(S, HALF_PI).sub(v);
      DoubleVector x2 =
          DoubleVector.broadcast(S, HALF_PI)
              .sub(x1)
              .sub(v)
              .add(HALF_PI_LOW)
              .sub(rest.blend(rest.neg(), negative));
      DoubleVector result = x1.add(x2).blend(far, large);

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }

  /**
   * The arc tangent, within 1 ULP: of t itself or of {@code (t - c) / (1 + c t)} for c = 1/2, 1,
   * 3/2 or infinity, so that the argument stays below 7/16 (the reduction of fdlibm).
   */
  public static void atan(double[] x, int xo, double[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - L;
      DoubleVector v =
          whole
              ? DoubleVector.fromArray(S, x, xo + i)
              : DoubleVector.fromArray(S, x, xo + i, FirstLanes.doubles(n - i));
      DoubleVector a = v.abs();
      var half = a.compare(VectorOperators.GE, 0.4375);
      var one = a.compare(VectorOperators.GE, 0.6875);
      var threeHalves = a.compare(VectorOperators.GE, 1.1875);
      var far = a.compare(VectorOperators.GE, 2.4375);
      DoubleVector numerator =
          a.blend(a.sub(0.5), half)
              .blend(a.sub(1), one)
              .blend(a.sub(1.5), threeHalves)
              .blend(-1, far);
      DoubleVector factor =
          DoubleVector.zero(S).blend(0.5, half).blend(1, one).blend(1.5, threeHalves);
      DoubleVector denominator = a.fma(factor, DoubleVector.broadcast(S, 1)).blend(a, far);
      DoubleVector offset =
          DoubleVector.zero(S)
              .blend(ATAN_HALF, half)
              .blend(QUARTER_PI, one)
              .blend(ATAN_THREE_HALVES, threeHalves)
              .blend(HALF_PI, far);
      DoubleVector offsetLow =
          DoubleVector.zero(S)
              .blend(ATAN_HALF_LOW, half)
              .blend(QUARTER_PI_LOW, one)
              .blend(ATAN_THREE_HALVES_LOW, threeHalves)
              .blend(HALF_PI_LOW, far);
      DoubleVector t = numerator.div(denominator);
      // (atan(t) / t - 1) / z, z = t^2, 2^-60.
      DoubleVector z = t.mul(t);
      DoubleVector pSquare = z.mul(z);
      DoubleVector p =
          pSquare.fma(
              DoubleVector.broadcast(S, -0.033487828483748455),
              DoubleVector.broadcast(S, -0.05218545050273686));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -0.0666622898026494));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -0.09090908151168174));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -0.14285714285390966));
      DoubleVector pOdd =
          pSquare.fma(
              DoubleVector.broadcast(S, 0.01520876276474729),
              DoubleVector.broadcast(S, 0.045041225702837515));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.05877043605849698));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.07692282908952369));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.11111111088361816));
      p = pOdd.fma(z, p);
      p = p.fma(z, DoubleVector.broadcast(S, 0.19999999999997692));
      p = p.fma(z, DoubleVector.broadcast(S, -0.33333333333333326));
      DoubleVector w = offset.add(p.mul(z).fma(t, offsetLow).add(t));
      DoubleVector result =
          w.reinterpretAsLongs().or(v.reinterpretAsLongs().and(SIGN)).reinterpretAsDoubles();

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }

  /** The angle of the point (y, x), the first operand being y, within 2 ULP. */
  public static void atan2(double[] x, int xo, double[] y, int yo, double[] z, int zo, int n) {
    atan2(x, xo, 0, false, y, yo, 0, false, z, zo, n);
  }

  /**
   * The angle of the point (y, x), the first operand being y, within 2 ULP. The second operand is
   * one value.
   */
  public static void atan2(double[] x, int xo, double y, double[] z, int zo, int n) {
    atan2(x, xo, 0, false, x, xo, y, true, z, zo, n);
  }

  /**
   * The angle of the point (y, x), the first operand being y, within 2 ULP. The first operand is
   * one value.
   */
  public static void atan2(double x, double[] y, int yo, double[] z, int zo, int n) {
    atan2(y, yo, x, true, y, yo, 0, false, z, zo, n);
  }

  /** Of two blocks, or of a block and the value that stands for the other. */
  private static void atan2(
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
      DoubleVector b = v.abs();
      DoubleVector a = w.abs();
      // Two infinities are as good as two ones beside zero or finite numbers scaled to nothing.
      var infinite =
          b.compare(VectorOperators.EQ, Double.POSITIVE_INFINITY)
              .or(a.compare(VectorOperators.EQ, Double.POSITIVE_INFINITY));
      DoubleVector b1 =
          DoubleVector.zero(S).blend(1, b.compare(VectorOperators.EQ, Double.POSITIVE_INFINITY));
      DoubleVector a1 =
          DoubleVector.zero(S).blend(1, a.compare(VectorOperators.EQ, Double.POSITIVE_INFINITY));
      // Neither sums may overflow nor differences be subnormal.
      DoubleVector larger = b.blend(a, a.compare(VectorOperators.GT, b));
      DoubleVector scale =
          DoubleVector.broadcast(S, 1)
              .blend(0x1p-4, larger.compare(VectorOperators.GT, 0x1p1000))
              .blend(0x1p100, larger.compare(VectorOperators.LT, 0x1p-900));
      b = b.mul(scale).blend(b1, infinite);
      a = a.mul(scale).blend(a1, infinite);
      var half = b.compare(VectorOperators.GE, a.mul(0.4375));
      var one = b.compare(VectorOperators.GE, a.mul(0.6875));
      var threeHalves = b.compare(VectorOperators.GE, a.mul(1.1875));
      var far = b.compare(VectorOperators.GE, a.mul(2.4375));
      DoubleVector factor =
          DoubleVector.zero(S).blend(0.5, half).blend(1, one).blend(1.5, threeHalves);
      DoubleVector numerator = factor.neg().fma(a, b).blend(a.neg(), far);
      DoubleVector denominator = factor.fma(b, a).blend(b, far);
      denominator = denominator.blend(1, denominator.compare(VectorOperators.EQ, 0));
      var origin = b.compare(VectorOperators.EQ, 0);
      DoubleVector offset =
          DoubleVector.zero(S)
              .blend(ATAN_HALF, half)
              .blend(QUARTER_PI, one)
              .blend(ATAN_THREE_HALVES, threeHalves)
              .blend(HALF_PI, far)
              .blend(0, origin);
      DoubleVector offsetLow =
          DoubleVector.zero(S)
              .blend(ATAN_HALF_LOW, half)
              .blend(QUARTER_PI_LOW, one)
              .blend(ATAN_THREE_HALVES_LOW, threeHalves)
              .blend(HALF_PI_LOW, far)
              .blend(0, origin);
      DoubleVector t = numerator.div(denominator).blend(0, origin);
      // (atan(t) / t - 1) / z, z = t^2, 2^-60.
      DoubleVector z = t.mul(t);
      DoubleVector pSquare = z.mul(z);
      DoubleVector p =
          pSquare.fma(
              DoubleVector.broadcast(S, -0.033487828483748455),
              DoubleVector.broadcast(S, -0.05218545050273686));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -0.0666622898026494));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -0.09090908151168174));
      p = p.fma(pSquare, DoubleVector.broadcast(S, -0.14285714285390966));
      DoubleVector pOdd =
          pSquare.fma(
              DoubleVector.broadcast(S, 0.01520876276474729),
              DoubleVector.broadcast(S, 0.045041225702837515));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.05877043605849698));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.07692282908952369));
      pOdd = pOdd.fma(pSquare, DoubleVector.broadcast(S, 0.11111111088361816));
      p = pOdd.fma(z, p);
      p = p.fma(z, DoubleVector.broadcast(S, 0.19999999999997692));
      p = p.fma(z, DoubleVector.broadcast(S, -0.33333333333333326));
      DoubleVector angle = offset.add(p.mul(z).fma(t, offsetLow).add(t));
      // The sign bit of x, of a zero too, turns the angle about.
      DoubleVector turned = angle.sub(2 * HALF_PI_LOW).neg().add(2 * HALF_PI);
      angle =
          angle
              .blend(turned, w.reinterpretAsLongs().compare(VectorOperators.LT, 0).cast(S))
              .blend(
                  Double.NaN,
                  v.compare(VectorOperators.NE, v).or(w.compare(VectorOperators.NE, w)));
      DoubleVector result =
          angle.reinterpretAsLongs().or(v.reinterpretAsLongs().and(SIGN)).reinterpretAsDoubles();

      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }
}
