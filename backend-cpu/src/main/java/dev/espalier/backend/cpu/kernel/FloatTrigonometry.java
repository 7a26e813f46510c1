package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sine, cosine and tangent of blocks of floats: minimax polynomials (Remez exchanges in 40 digits)
 * after a reduction modulo pi / 2, computed in doubles.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class FloatTrigonometry {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;

  /** Of its lanes the first are used, one for each double: see {@link VectorLanes}. */
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;

  private static final int L = S.length();

  private static final double MAGIC = 0x1.8p52;
  private static final double TWO_OVER_PI = 0.6366197723675814;

  /** pi / 2 in two parts of 53 bits. */
  private static final double HALF_PI_1 = 1.5707963267948966;

  private static final double HALF_PI_2 = 6.123233995736766e-17;

  /** Beyond this the remainder modulo pi / 2 is left to {@link LargeAngle}. */
  private static final double FAR = 0x1p20;

  private FloatTrigonometry() {}

  /** The sine of x in radians, within 1 ULP; NaN at the infinities. */
  public static void sin(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - F.length();
      FloatVector narrow =
          whole
              ? FloatVector.fromArray(F, x, xo + i)
              : FloatVector.fromArray(F, x, xo + i, FirstLanes.floats(n - i));
      DoubleVector v = (DoubleVector) narrow.convertShape(VectorOperators.F2D, S, 0);
      DoubleVector t =
          v.fma(DoubleVector.broadcast(S, TWO_OVER_PI), DoubleVector.broadcast(S, MAGIC));
      DoubleVector k = t.sub(MAGIC);
      DoubleVector y = k.fma(DoubleVector.broadcast(S, -HALF_PI_1), v);
      y = k.fma(DoubleVector.broadcast(S, -HALF_PI_2), y);
      DoubleVector z = y.mul(y);
      // sin(y) = y + y z P(z), cos(y) = 1 - z / 2 + z^2 Q(z) for |y| up to pi / 4: 2^-37 and 2^-33.
      DoubleVector p =
          z.fma(
              DoubleVector.broadcast(S, 2.71804697585666e-06),
              DoubleVector.broadcast(S, -0.00019839304565011308));
      p = p.fma(z, DoubleVector.broadcast(S, 0.008333329281487936));
      p = p.fma(z, DoubleVector.broadcast(S, -0.16666666640603425));
      DoubleVector sine = p.mul(z).fma(y, y);
      DoubleVector cosine =
          z.fma(
              DoubleVector.broadcast(S, 2.4432413269230583e-05),
              DoubleVector.broadcast(S, -0.0013887309881531922));
      cosine = cosine.fma(z, DoubleVector.broadcast(S, 0.041666645555247905));
      cosine = cosine.fma(z, DoubleVector.broadcast(S, -0.5));
      cosine = cosine.fma(z, DoubleVector.broadcast(S, 1.0));
      LongVector quadrant = t.reinterpretAsLongs();
      var odd = quadrant.and(1).compare(VectorOperators.NE, 0).cast(S);
      DoubleVector turned =
          sine.blend(cosine, odd)
              .reinterpretAsLongs()
              .lanewise(VectorOperators.XOR, quadrant.and(2).lanewise(VectorOperators.LSHL, 62))
              .reinterpretAsDoubles();
      DoubleVector result = turned.blend(v, v.compare(VectorOperators.EQ, 0));

      // Large arguments one by one, by way of the result's own place.
      var far = v.abs().compare(VectorOperators.GT, FAR);
      if (far.anyTrue()) {
        for (int at = i; at < Math.min(i + L, n); at++) {
          if (Math.abs(x[xo + at]) > FAR) {
            out[oo + at] = (float) LargeAngle.sine(x[xo + at], 0);
          }
        }
        FloatVector large =
            whole
                ? FloatVector.fromArray(F, out, oo + i)
                : FloatVector.fromArray(F, out, oo + i, FirstLanes.floats(n - i));
        result = result.blend(large.convertShape(VectorOperators.F2D, S, 0), far);
      }
      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }

  /** The cosine of x in radians, within 1 ULP; NaN at the infinities. */
  public static void cos(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - F.length();
      FloatVector narrow =
          whole
              ? FloatVector.fromArray(F, x, xo + i)
              : FloatVector.fromArray(F, x, xo + i, FirstLanes.floats(n - i));
      DoubleVector v = (DoubleVector) narrow.convertShape(VectorOperators.F2D, S, 0);
      DoubleVector t =
          v.fma(DoubleVector.broadcast(S, TWO_OVER_PI), DoubleVector.broadcast(S, MAGIC));
      DoubleVector k = t.sub(MAGIC);
      DoubleVector y = k.fma(DoubleVector.broadcast(S, -HALF_PI_1), v);
      y = k.fma(DoubleVector.broadcast(S, -HALF_PI_2), y);
      DoubleVector z = y.mul(y);
      // sin(y) = y + y z P(z), cos(y) = 1 - z / 2 + z^2 Q(z) for |y| up to pi / 4: 2^-37 and 2^-33.
      DoubleVector p =
          z.fma(
              DoubleVector.broadcast(S, 2.71804697585666e-06),
              DoubleVector.broadcast(S, -0.00019839304565011308));
      p = p.fma(z, DoubleVector.broadcast(S, 0.008333329281487936));
      p = p.fma(z, DoubleVector.broadcast(S, -0.16666666640603425));
      DoubleVector sine = p.mul(z).fma(y, y);
      DoubleVector cosine =
          z.fma(
              DoubleVector.broadcast(S, 2.4432413269230583e-05),
              DoubleVector.broadcast(S, -0.0013887309881531922));
      cosine = cosine.fma(z, DoubleVector.broadcast(S, 0.041666645555247905));
      cosine = cosine.fma(z, DoubleVector.broadcast(S, -0.5));
      cosine = cosine.fma(z, DoubleVector.broadcast(S, 1.0));
      LongVector quadrant = t.reinterpretAsLongs().add(1);
      var odd = quadrant.and(1).compare(VectorOperators.NE, 0).cast(S);
      DoubleVector result =
          sine.blend(cosine, odd)
              .reinterpretAsLongs()
              .lanewise(VectorOperators.XOR, quadrant.and(2).lanewise(VectorOperators.LSHL, 62))
              .reinterpretAsDoubles();

      // Large arguments one by one, by way of the result's own place.
      var far = v.abs().compare(VectorOperators.GT, FAR);
      if (far.anyTrue()) {
        for (int at = i; at < Math.min(i + L, n); at++) {
          if (Math.abs(x[xo + at]) > FAR) {
            out[oo + at] = (float) LargeAngle.sine(x[xo + at], 1);
          }
        }
        FloatVector large =
            whole
                ? FloatVector.fromArray(F, out, oo + i)
                : FloatVector.fromArray(F, out, oo + i, FirstLanes.floats(n - i));
        result = result.blend(large.convertShape(VectorOperators.F2D, S, 0), far);
      }
      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }

  /** The tangent of x in radians, within 1 ULP; NaN at the infinities. */
  public static void tan(float[] x, int xo, float[] out, int oo, int n) {
    for (int i = 0; i < n; i += L) {
      boolean whole = i <= n - F.length();
      FloatVector narrow =
          whole
              ? FloatVector.fromArray(F, x, xo + i)
              : FloatVector.fromArray(F, x, xo + i, FirstLanes.floats(n - i));
      DoubleVector v = (DoubleVector) narrow.convertShape(VectorOperators.F2D, S, 0);
      DoubleVector t =
          v.fma(DoubleVector.broadcast(S, TWO_OVER_PI), DoubleVector.broadcast(S, MAGIC));
      DoubleVector k = t.sub(MAGIC);
      DoubleVector y = k.fma(DoubleVector.broadcast(S, -HALF_PI_1), v);
      y = k.fma(DoubleVector.broadcast(S, -HALF_PI_2), y);
      DoubleVector z = y.mul(y);
      // sin(y) = y + y z P(z), cos(y) = 1 - z / 2 + z^2 Q(z) for |y| up to pi / 4: 2^-37 and 2^-33.
      DoubleVector p =
          z.fma(
              DoubleVector.broadcast(S, 2.71804697585666e-06),
              DoubleVector.broadcast(S, -0.00019839304565011308));
      p = p.fma(z, DoubleVector.broadcast(S, 0.008333329281487936));
      p = p.fma(z, DoubleVector.broadcast(S, -0.16666666640603425));
      DoubleVector sine = p.mul(z).fma(y, y);
      DoubleVector cosine =
          z.fma(
              DoubleVector.broadcast(S, 2.4432413269230583e-05),
              DoubleVector.broadcast(S, -0.0013887309881531922));
      cosine = cosine.fma(z, DoubleVector.broadcast(S, 0.041666645555247905));
      cosine = cosine.fma(z, DoubleVector.broadcast(S, -0.5));
      cosine = cosine.fma(z, DoubleVector.broadcast(S, 1.0));
      LongVector quadrant = t.reinterpretAsLongs();
      var odd = quadrant.and(1).compare(VectorOperators.NE, 0).cast(S);
      DoubleVector quotient = sine.blend(cosine, odd).div(cosine.blend(sine.neg(), odd));
      DoubleVector result = quotient.blend(v, v.compare(VectorOperators.EQ, 0));

      // Large arguments one by one, by way of the result's own place.
      var far = v.abs().compare(VectorOperators.GT, FAR);
      if (far.anyTrue()) {
        for (int at = i; at < Math.min(i + L, n); at++) {
          if (Math.abs(x[xo + at]) > FAR) {
            out[oo + at] = (float) LargeAngle.tangent(x[xo + at]);
          }
        }
        FloatVector large =
            whole
                ? FloatVector.fromArray(F, out, oo + i)
                : FloatVector.fromArray(F, out, oo + i, FirstLanes.floats(n - i));
        result = result.blend(large.convertShape(VectorOperators.F2D, S, 0), far);
      }
      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }
}
