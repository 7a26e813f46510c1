package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The exact and correctly rounded functions of one double: sign, rounding to whole numbers, roots.
 *
 * <p>A block is an array, an offset and a length; the result may be written over the operand.
 */
public final class DoubleRounding {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** From here on every double is a whole number. */
  private static final double WHOLE = 0x1p52;

  private static final long SIGN = 0x8000000000000000L;

  private DoubleRounding() {}

  /** {@code z = -x}, zeros and NaN included. */
  public static void neg(double[] x, int xo, double[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      v.neg().intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector v = DoubleVector.fromArray(S, x, xo + bound, m);
      v.neg().intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = |x|}. */
  public static void abs(double[] x, int xo, double[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      v.abs().intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector v = DoubleVector.fromArray(S, x, xo + bound, m);
      v.abs().intoArray(z, zo + bound, m);
    }
  }

  /** The square root; NaN below zero, -0 for -0. */
  public static void sqrt(double[] x, int xo, double[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      v.sqrt().intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector v = DoubleVector.fromArray(S, x, xo + bound, m);
      v.sqrt().intoArray(z, zo + bound, m);
    }
  }

  /** {@code 1 / sqrt(x)}: two roundings. */
  public static void rsqrt(double[] x, int xo, double[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector.broadcast(S, 1.0).div(v.sqrt()).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector v = DoubleVector.fromArray(S, x, xo + bound, m);
      DoubleVector.broadcast(S, 1.0).div(v.sqrt()).intoArray(z, zo + bound, m);
    }
  }

  /** {@code 1 / x}. */
  public static void reciprocal(double[] x, int xo, double[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector.broadcast(S, 1.0).div(v).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector v = DoubleVector.fromArray(S, x, xo + bound, m);
      DoubleVector.broadcast(S, 1.0).div(v).intoArray(z, zo + bound, m);
    }
  }

  /** -1, 1, or x itself where x is a zero or NaN. */
  public static void sign(double[] x, int xo, double[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector r =
          v.blend(1.0, v.compare(VectorOperators.GT, 0))
              .blend(-1.0, v.compare(VectorOperators.LT, 0));
      r.intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector v = DoubleVector.fromArray(S, x, xo + bound, m);
      DoubleVector r =
          v.blend(1.0, v.compare(VectorOperators.GT, 0))
              .blend(-1.0, v.compare(VectorOperators.LT, 0));
      r.intoArray(z, zo + bound, m);
    }
  }

  /** The nearest whole number, ties to even; the sign of x is kept. */
  public static void round(double[] x, int xo, double[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector a = v.abs();
      var sign = v.reinterpretAsLongs().and(SIGN);
      DoubleVector near =
          a.add(WHOLE).sub(WHOLE).blend(a, a.compare(VectorOperators.LT, WHOLE).not());
      DoubleVector r = near.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
      r.intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector v = DoubleVector.fromArray(S, x, xo + bound, m);
      DoubleVector a = v.abs();
      var sign = v.reinterpretAsLongs().and(SIGN);
      DoubleVector near =
          a.add(WHOLE).sub(WHOLE).blend(a, a.compare(VectorOperators.LT, WHOLE).not());
      DoubleVector r = near.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
      r.intoArray(z, zo + bound, m);
    }
  }

  /** The largest whole number not above x; the sign of x is kept. */
  public static void floor(double[] x, int xo, double[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector a = v.abs();
      var sign = v.reinterpretAsLongs().and(SIGN);
      DoubleVector near =
          a.add(WHOLE).sub(WHOLE).blend(a, a.compare(VectorOperators.LT, WHOLE).not());
      DoubleVector q = near.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
      DoubleVector d = q.sub(1.0, q.compare(VectorOperators.GT, v));
      DoubleVector r = d.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
      r.intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector v = DoubleVector.fromArray(S, x, xo + bound, m);
      DoubleVector a = v.abs();
      var sign = v.reinterpretAsLongs().and(SIGN);
      DoubleVector near =
          a.add(WHOLE).sub(WHOLE).blend(a, a.compare(VectorOperators.LT, WHOLE).not());
      DoubleVector q = near.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
      DoubleVector d = q.sub(1.0, q.compare(VectorOperators.GT, v));
      DoubleVector r = d.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
      r.intoArray(z, zo + bound, m);
    }
  }

  /** The smallest whole number not below x; the sign of x is kept. */
  public static void ceil(double[] x, int xo, double[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector v = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector a = v.abs();
      var sign = v.reinterpretAsLongs().and(SIGN);
      DoubleVector near =
          a.add(WHOLE).sub(WHOLE).blend(a, a.compare(VectorOperators.LT, WHOLE).not());
      DoubleVector q = near.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
      DoubleVector d = q.add(1.0, q.compare(VectorOperators.LT, v));
      DoubleVector r = d.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
      r.intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector v = DoubleVector.fromArray(S, x, xo + bound, m);
      DoubleVector a = v.abs();
      var sign = v.reinterpretAsLongs().and(SIGN);
      DoubleVector near =
          a.add(WHOLE).sub(WHOLE).blend(a, a.compare(VectorOperators.LT, WHOLE).not());
      DoubleVector q = near.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
      DoubleVector d = q.add(1.0, q.compare(VectorOperators.LT, v));
      DoubleVector r = d.reinterpretAsLongs().or(sign).reinterpretAsDoubles();
      r.intoArray(z, zo + bound, m);
    }
  }
}
