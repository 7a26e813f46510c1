package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Remainders of blocks of floats, exact: {@code x - n y} with one rounding in doubles, where there
 * is none for n up to 2^28; larger quotients, infinities and NaN are left to Java's {@code %}.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class FloatRemainder {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;

  /** Of its lanes the first are used, one for each double: see {@link VectorLanes}. */
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;

  private static final int L = S.length();

  /** Added to a number up to it and taken away again, it leaves the nearest whole number. */
  private static final double WHOLE = 0x1p52;

  /** Below it quotients of two floats differ from whole numbers by more than their rounding. */
  private static final double MANY = 0x1p28;

  private static final long SIGN = 0x8000000000000000L;

  private FloatRemainder() {}

  /** The remainder of the truncated quotient, with the sign of x (C's fmod); NaN for y = 0. */
  public static void rem(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    rem(x, xo, 0, false, y, yo, 0, false, z, zo, n);
  }

  /**
   * The remainder of the truncated quotient, with the sign of x (C's fmod); NaN for y = 0. The
   * second operand is one value.
   */
  public static void rem(float[] x, int xo, float y, float[] z, int zo, int n) {
    rem(x, xo, 0, false, x, xo, y, true, z, zo, n);
  }

  /**
   * The remainder of the truncated quotient, with the sign of x (C's fmod); NaN for y = 0. The
   * first operand is one value.
   */
  public static void rem(float x, float[] y, int yo, float[] z, int zo, int n) {
    rem(y, yo, x, true, y, yo, 0, false, z, zo, n);
  }

  /** Of two blocks, or of a block and the value that stands for the other. */
  private static void rem(
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
      DoubleVector a = v.abs();
      DoubleVector b = w.abs();
      DoubleVector quotient = a.div(b);
      var usual = quotient.compare(VectorOperators.LT, MANY);
      DoubleVector nearest = quotient.add(WHOLE).sub(WHOLE);
      DoubleVector count =
          nearest.blend(nearest.sub(1), nearest.compare(VectorOperators.GT, quotient));
      DoubleVector rest = count.neg().fma(b, a);
      rest = a.blend(rest, quotient.compare(VectorOperators.GE, 1));
      DoubleVector result =
          rest.reinterpretAsLongs().or(v.reinterpretAsLongs().and(SIGN)).reinterpretAsDoubles();

      // What is left to Java one by one, by way of the result's own place.
      if (!usual.allTrue()) {
        for (int at = i; at < Math.min(i + L, n); at++) {
          float one = scalarX ? oneX : x[xo + at];
          float other = scalarY ? oneY : y[yo + at];
          if (!(Math.abs((double) one) / Math.abs((double) other) < MANY)) {
            out[oo + at] = one % other;
          }
        }
        FloatVector rare =
            whole
                ? FloatVector.fromArray(F, out, oo + i)
                : FloatVector.fromArray(F, out, oo + i, FirstLanes.floats(n - i));
        result = result.blend(rare.convertShape(VectorOperators.F2D, S, 0), usual.not());
      }
      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, F, 0);
      rounded.intoArray(out, oo + i, FirstLanes.floats(Math.min(n - i, L)));
    }
  }
}
