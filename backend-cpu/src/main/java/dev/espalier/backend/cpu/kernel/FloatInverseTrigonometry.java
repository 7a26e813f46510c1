package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Arc functions of blocks of floats, computed in doubles: within 1 ULP of a float.
 *
 * <p>Methods: minimax polynomials after the usual reductions. Their coefficients come from Remez
 * exchanges in 40 digits for the quantity, the interval and the relative error named beside them.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class FloatInverseTrigonometry {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;

  /** Of its lanes the first are used, one for each double: see {@link VectorLanes}. */
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;

  private static final int L = S.length();

  private static final long SIGN = 0x8000000000000000L;

  private static final double HALF_PI = 1.5707963267948966;
  private static final double QUARTER_PI = 0.7853981633974483;
  private static final double TAN_EIGHTH_PI = 0.41421356237309503;
  private static final double TAN_THREE_EIGHTHS_PI = 2.414213562373095;

  /** Stands for infinity where two infinities are divided. */
  private static final double HUGE = 0x1p1000;

  private FloatInverseTrigonometry() {}

  /**
   * The arc sine; NaN outside [-1, 1]. Above 1/2 it is {@code pi / 2 - 2 asin(sqrt((1 - x) / 2))}.
   */
  public static void asin(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - F.length();
      FloatVector narrow =
          whole
              ? FloatVector.fromArray(F, x, xo + i)
              : FloatVector.fromArray(F, x, xo + i, FirstLanes.floats(n - i));
      DoubleVector v = (DoubleVector) narrow.convertShape(VectorOperators.F2D, S, 0);
      // asin(y) = y + y z P(z), z = y^2 in [0, 1/4], 2^-39.
      DoubleVector a = v.abs();
      var large = a.compare(VectorOperators.GT, 0.5);
      DoubleVector z = a.mul(a).blend(DoubleVector.broadcast(S, 1).sub(a).mul(0.5), large);
      DoubleVector y = a.blend(z.sqrt(), large);
      DoubleVector p =
          z.fma(
              DoubleVector.broadcast(S, 0.03294191896070874),
              DoubleVector.broadcast(S, 0.001948330485188276));
      p = p.fma(z, DoubleVector.broadcast(S, 0.020659074865683587));
      p = p.fma(z, DoubleVector.broadcast(S, 0.021863002773022357));
      p = p.fma(z, DoubleVector.broadcast(S, 0.03042684249748671));
      p = p.fma(z, DoubleVector.broadcast(S, 0.04464068770123801));
      p = p.fma(z, DoubleVector.broadcast(S, 0.07500005042282436));
      p = p.fma(z, DoubleVector.broadcast(S, 0.16666666626717855));
      DoubleVector arc = p.mul(z).fma(y, y);
      DoubleVector w =
          arc.blend(
              arc.fma(DoubleVector.broadcast(S, -2), DoubleVector.broadcast(S, HALF_PI)), large);
      DoubleVector result =
          w.reinterpretAsLongs().or(v.reinterpretAsLongs().and(SIGN)).reinterpretAsDoubles();

      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }

  /** The arc cosine; NaN outside [-1, 1]. */
  public static void acos(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - F.length();
      FloatVector narrow =
          whole
              ? FloatVector.fromArray(F, x, xo + i)
              : FloatVector.fromArray(F, x, xo + i, FirstLanes.floats(n - i));
      DoubleVector v = (DoubleVector) narrow.convertShape(VectorOperators.F2D, S, 0);
      // asin(y) = y + y z P(z), z = y^2 in [0, 1/4], 2^-39.
      DoubleVector a = v.abs();
      var large = a.compare(VectorOperators.GT, 0.5);
      DoubleVector z = a.mul(a).blend(DoubleVector.broadcast(S, 1).sub(a).mul(0.5), large);
      DoubleVector y = a.blend(z.sqrt(), large);
      DoubleVector p =
          z.fma(
              DoubleVector.broadcast(S, 0.03294191896070874),
              DoubleVector.broadcast(S, 0.001948330485188276));
      p = p.fma(z, DoubleVector.broadcast(S, 0.020659074865683587));
      p = p.fma(z, DoubleVector.broadcast(S, 0.021863002773022357));
      p = p.fma(z, DoubleVector.broadcast(S, 0.03042684249748671));
      p = p.fma(z, DoubleVector.broadcast(S, 0.04464068770123801));
      p = p.fma(z, DoubleVector.broadcast(S, 0.07500005042282436));
      p = p.fma(z, DoubleVector.broadcast(S, 0.16666666626717855));
      DoubleVector arc = p.mul(z).fma(y, y);
      DoubleVector signed =
          arc.reinterpretAsLongs().or(v.reinterpretAsLongs().and(SIGN)).reinterpretAsDoubles();
      DoubleVector near = DoubleVector.broadcast(S, HALF_PI).sub(signed);
      DoubleVector far =
          signed
              .add(signed)
              .add(DoubleVector.zero(S).blend(2 * HALF_PI, v.compare(VectorOperators.LT, 0)));
      DoubleVector result = near.blend(far, large);

      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }

  /**
   * The arc tangent: of t itself, of {@code (t - 1) / (t + 1)} or of {@code -1 / t}, so that the
   * argument stays below tan(pi / 8).
   */
  public static void atan(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - F.length();
      FloatVector narrow =
          whole
              ? FloatVector.fromArray(F, x, xo + i)
              : FloatVector.fromArray(F, x, xo + i, FirstLanes.floats(n - i));
      DoubleVector v = (DoubleVector) narrow.convertShape(VectorOperators.F2D, S, 0);
      DoubleVector a = v.abs();
      var above = a.compare(VectorOperators.GT, TAN_EIGHTH_PI);
      var far = a.compare(VectorOperators.GT, TAN_THREE_EIGHTHS_PI);
      DoubleVector numerator = a.blend(a.sub(1), above).blend(-1, far);
      DoubleVector denominator = DoubleVector.broadcast(S, 1).blend(a.add(1), above).blend(a, far);
      DoubleVector offset = DoubleVector.zero(S).blend(QUARTER_PI, above).blend(HALF_PI, far);
      DoubleVector t = numerator.div(denominator);
      // (atan(t) / t - 1) / z, z = t^2, 2^-35.
      DoubleVector z = t.mul(t);
      DoubleVector p =
          z.fma(
              DoubleVector.broadcast(S, 0.047481866384162755),
              DoubleVector.broadcast(S, -0.08478367662640782));
      p = p.fma(z, DoubleVector.broadcast(S, 0.11045087599155441));
      p = p.fma(z, DoubleVector.broadcast(S, -0.14282041690042935));
      p = p.fma(z, DoubleVector.broadcast(S, 0.1999990517723048));
      p = p.fma(z, DoubleVector.broadcast(S, -0.3333333251452588));
      DoubleVector w = p.mul(z).fma(t, t).add(offset);
      DoubleVector result =
          w.reinterpretAsLongs().or(v.reinterpretAsLongs().and(SIGN)).reinterpretAsDoubles();

      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }

  /** The angle of the point (y, x), the first operand being y. */
  public static void atan2(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    atan2(x, xo, 0, false, y, yo, 0, false, z, zo, n);
  }

  /** The angle of the point (y, x), the first operand being y. The second operand is one value. */
  public static void atan2(float[] x, int xo, float y, float[] z, int zo, int n) {
    atan2(x, xo, 0, false, x, xo, y, true, z, zo, n);
  }

  /** The angle of the point (y, x), the first operand being y. The first operand is one value. */
  public static void atan2(float x, float[] y, int yo, float[] z, int zo, int n) {
    atan2(y, yo, x, true, y, yo, 0, false, z, zo, n);
  }

  /** Of two blocks, or of a block and the value that stands for the other. */
  private static void atan2(
      float[] x,
      int xo,
      float oneX,
      boolean scalarX,
      float[] y,
      int yo,
      float oneY,
      boolean scalarY,
      float[] out,
      int oo,
      int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - F.length();
      FloatVector first =
          scalarX
              ? FloatVector.broadcast(F, oneX)
              : whole
                  ? FloatVector.fromArray(F, x, xo + i)
                  : FloatVector.fromArray(F, x, xo + i, FirstLanes.floats(n - i));
      FloatVector second =
          scalarY
              ? FloatVector.broadcast(F, oneY)
              : whole
                  ? FloatVector.fromArray(F, y, yo + i)
                  : FloatVector.fromArray(F, y, yo + i, FirstLanes.floats(n - i));
      DoubleVector v = (DoubleVector) first.convertShape(VectorOperators.F2D, S, 0);
      DoubleVector w = (DoubleVector) second.convertShape(VectorOperators.F2D, S, 0);
      DoubleVector b = v.abs();
      b = b.blend(HUGE, b.compare(VectorOperators.EQ, Double.POSITIVE_INFINITY));
      DoubleVector a = w.abs();
      a = a.blend(HUGE, a.compare(VectorOperators.EQ, Double.POSITIVE_INFINITY));
      var above = b.compare(VectorOperators.GT, a.mul(TAN_EIGHTH_PI));
      var far = b.compare(VectorOperators.GT, a.mul(TAN_THREE_EIGHTHS_PI));
      DoubleVector numerator = b.blend(b.sub(a), above).blend(a.neg(), far);
      DoubleVector denominator = a.blend(a.add(b), above).blend(b, far);
      denominator = denominator.blend(1, denominator.compare(VectorOperators.EQ, 0));
      DoubleVector offset = DoubleVector.zero(S).blend(QUARTER_PI, above).blend(HALF_PI, far);
      DoubleVector t = numerator.div(denominator);
      // (atan(t) / t - 1) / z, z = t^2, 2^-35.
      DoubleVector z = t.mul(t);
      DoubleVector p =
          z.fma(
              DoubleVector.broadcast(S, 0.047481866384162755),
              DoubleVector.broadcast(S, -0.08478367662640782));
      p = p.fma(z, DoubleVector.broadcast(S, 0.11045087599155441));
      p = p.fma(z, DoubleVector.broadcast(S, -0.14282041690042935));
      p = p.fma(z, DoubleVector.broadcast(S, 0.1999990517723048));
      p = p.fma(z, DoubleVector.broadcast(S, -0.3333333251452588));
      DoubleVector angle = p.mul(z).fma(t, t).add(offset);
      // The sign bit of x, of a zero too, turns the angle about.
      angle =
          angle.blend(
              DoubleVector.broadcast(S, 2 * HALF_PI).sub(angle),
              w.reinterpretAsLongs().compare(VectorOperators.LT, 0).cast(S));
      DoubleVector result =
          angle.reinterpretAsLongs().or(v.reinterpretAsLongs().and(SIGN)).reinterpretAsDoubles();

      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }
}
