package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
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

  /** As many floats as there are doubles in a vector. */
  private static final VectorSpecies<Float> H =
      VectorSpecies.of(float.class, VectorShape.forBitSize(S.vectorBitSize() / 2));

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
      boolean whole = i <= n - L;
      FloatVector first =
          scalarX
              ? FloatVector.broadcast(H, oneX)
              : whole
                  ? FloatVector.fromArray(H, x, xo + i)
                  : FloatVector.fromArray(H, x, xo + i, FirstLanes.halfFloats(n - i));
      FloatVector second =
          scalarY
              ? FloatVector.broadcast(H, oneY)
              : whole
                  ? FloatVector.fromArray(H, y, yo + i)
                  : FloatVector.fromArray(H, y, yo + i, FirstLanes.halfFloats(n - i));
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
                ? FloatVector.fromArray(H, out, oo + i)
                : FloatVector.fromArray(H, out, oo + i, FirstLanes.halfFloats(n - i));
        result = result.blend(rare.convertShape(VectorOperators.F2D, S, 0), usual.not());
      }
      FloatVector rounded = (FloatVector) result.convertShape(VectorOperators.D2F, H, 0);
      if (whole) {
        rounded.intoArray(out, oo + i);
      } else {
        rounded.intoArray(out, oo + i, FirstLanes.halfFloats(n - i));
      }
    }
  }
}
