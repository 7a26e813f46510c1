package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Remainders of blocks of doubles, exact: {@code x - n y} with one rounding, where there is none
 * since the difference is a multiple of the last bit of y and less than y; the rounded quotient may
 * give an n too large by 1, which shows in the sign. Quotients from 2^51 on, infinities and NaN are
 * left to Java's {@code %}.
 *
 * <p>Only correctly rounded operations of IEEE 754 are used, never the platform's own library: the
 * same bits come out whether the code is interpreted or compiled, at every position, on every width
 * of vectors. The result may be written over the operand.
 */
public final class DoubleRemainder {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** Added to a number up to it and taken away again, it leaves the nearest whole number. */
  private static final double WHOLE = 0x1p52;

  /** Up to here the rounded quotient tells the whole number but for 1. */
  private static final double MANY = 0x1p51;

  private static final long SIGN = 0x8000000000000000L;

  private DoubleRemainder() {}

  /** The remainder of the truncated quotient, with the sign of x (C's fmod); NaN for y = 0. */
  public static void rem(double[] x, int xo, double[] y, int yo, double[] z, int zo, int n) {
    rem(x, xo, 0, false, y, yo, 0, false, z, zo, n);
  }

  /**
   * The remainder of the truncated quotient, with the sign of x (C's fmod); NaN for y = 0. The
   * second operand is one value.
   */
  public static void rem(double[] x, int xo, double y, double[] z, int zo, int n) {
    rem(x, xo, 0, false, x, xo, y, true, z, zo, n);
  }

  /**
   * The remainder of the truncated quotient, with the sign of x (C's fmod); NaN for y = 0. The
   * first operand is one value.
   */
  public static void rem(double x, double[] y, int yo, double[] z, int zo, int n) {
    rem(y, yo, x, true, y, yo, 0, false, z, zo, n);
  }

  /** Of two blocks, or of a block and the value that stands for the other. */
  private static void rem(
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
      DoubleVector a = v.abs();
      DoubleVector b = w.abs();
      DoubleVector quotient = a.div(b);
      var usual = quotient.compare(VectorOperators.LT, MANY);
      DoubleVector nearest = quotient.add(WHOLE).sub(WHOLE);
      DoubleVector count =
          nearest.blend(nearest.sub(1), nearest.compare(VectorOperators.GT, quotient));
      DoubleVector rest = count.neg().fma(b, a);
      rest = rest.blend(rest.add(b), rest.compare(VectorOperators.LT, 0));
      rest = a.blend(rest, quotient.compare(VectorOperators.GE, 1));
      DoubleVector result =
          rest.reinterpretAsLongs().or(v.reinterpretAsLongs().and(SIGN)).reinterpretAsDoubles();

      // What is left to Java one by one, by way of the result's own place.
      if (!usual.allTrue()) {
        for (int at = i; at < Math.min(i + L, n); at++) {
          double one = scalarX ? oneX : x[xo + at];
          double other = scalarY ? oneY : y[yo + at];
          if (!(Math.abs(one) / Math.abs(other) < MANY)) {
            out[oo + at] = one % other;
          }
        }
        DoubleVector rare =
            whole
                ? DoubleVector.fromArray(S, out, oo + i)
                : DoubleVector.fromArray(S, out, oo + i, FirstLanes.doubles(n - i));
        result = result.blend(rare, usual.not());
      }
      if (whole) {
        result.intoArray(out, oo + i);
      } else {
        result.intoArray(out, oo + i, FirstLanes.doubles(n - i));
      }
    }
  }
}
