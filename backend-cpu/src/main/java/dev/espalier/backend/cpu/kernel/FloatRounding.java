package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The exact and correctly rounded functions of one float: sign, rounding to whole numbers, roots.
 *
 * <p>A block is an array, an offset and a length; the result may be written over the operand.
 */
public final class FloatRounding {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** From here on every float is a whole number. */
  private static final float WHOLE = 0x1p23f;

  private static final int SIGN = 0x80000000;

  private FloatRounding() {}

  /** {@code z = -x}, zeros and NaN included. */
  public static void neg(float[] x, int xo, float[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      v.neg().intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector v = FloatVector.fromArray(S, x, xo + bound, m);
      v.neg().intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = |x|}. */
  public static void abs(float[] x, int xo, float[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      v.abs().intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector v = FloatVector.fromArray(S, x, xo + bound, m);
      v.abs().intoArray(z, zo + bound, m);
    }
  }

  /** The square root; NaN below zero, -0 for -0. */
  public static void sqrt(float[] x, int xo, float[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      v.sqrt().intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector v = FloatVector.fromArray(S, x, xo + bound, m);
      v.sqrt().intoArray(z, zo + bound, m);
    }
  }

  /** {@code 1 / sqrt(x)}: two roundings. */
  public static void rsqrt(float[] x, int xo, float[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector.broadcast(S, 1f).div(v.sqrt()).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector v = FloatVector.fromArray(S, x, xo + bound, m);
      FloatVector.broadcast(S, 1f).div(v.sqrt()).intoArray(z, zo + bound, m);
    }
  }

  /** {@code 1 / x}. */
  public static void reciprocal(float[] x, int xo, float[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector.broadcast(S, 1f).div(v).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector v = FloatVector.fromArray(S, x, xo + bound, m);
      FloatVector.broadcast(S, 1f).div(v).intoArray(z, zo + bound, m);
    }
  }

  /** -1, 1, or x itself where x is a zero or NaN. */
  public static void sign(float[] x, int xo, float[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector r =
          v.blend(1f, v.compare(VectorOperators.GT, 0))
              .blend(-1f, v.compare(VectorOperators.LT, 0));
      r.intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector v = FloatVector.fromArray(S, x, xo + bound, m);
      FloatVector r =
          v.blend(1f, v.compare(VectorOperators.GT, 0))
              .blend(-1f, v.compare(VectorOperators.LT, 0));
      r.intoArray(z, zo + bound, m);
    }
  }

  /** The nearest whole number, ties to even; the sign of x is kept. */
  public static void round(float[] x, int xo, float[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector a = v.abs();
      var sign = v.reinterpretAsInts().and(SIGN);
      FloatVector near =
          a.add(WHOLE).sub(WHOLE).blend(a, a.compare(VectorOperators.LT, WHOLE).not());
      FloatVector r = near.reinterpretAsInts().or(sign).reinterpretAsFloats();
      r.intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector v = FloatVector.fromArray(S, x, xo + bound, m);
      FloatVector a = v.abs();
      var sign = v.reinterpretAsInts().and(SIGN);
      FloatVector near =
          a.add(WHOLE).sub(WHOLE).blend(a, a.compare(VectorOperators.LT, WHOLE).not());
      FloatVector r = near.reinterpretAsInts().or(sign).reinterpretAsFloats();
      r.intoArray(z, zo + bound, m);
    }
  }

  /** The largest whole number not above x; the sign of x is kept. */
  public static void floor(float[] x, int xo, float[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector a = v.abs();
      var sign = v.reinterpretAsInts().and(SIGN);
      FloatVector near =
          a.add(WHOLE).sub(WHOLE).blend(a, a.compare(VectorOperators.LT, WHOLE).not());
      FloatVector q = near.reinterpretAsInts().or(sign).reinterpretAsFloats();
      FloatVector d = q.sub(1f, q.compare(VectorOperators.GT, v));
      FloatVector r = d.reinterpretAsInts().or(sign).reinterpretAsFloats();
      r.intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector v = FloatVector.fromArray(S, x, xo + bound, m);
      FloatVector a = v.abs();
      var sign = v.reinterpretAsInts().and(SIGN);
      FloatVector near =
          a.add(WHOLE).sub(WHOLE).blend(a, a.compare(VectorOperators.LT, WHOLE).not());
      FloatVector q = near.reinterpretAsInts().or(sign).reinterpretAsFloats();
      FloatVector d = q.sub(1f, q.compare(VectorOperators.GT, v));
      FloatVector r = d.reinterpretAsInts().or(sign).reinterpretAsFloats();
      r.intoArray(z, zo + bound, m);
    }
  }

  /** The smallest whole number not below x; the sign of x is kept. */
  public static void ceil(float[] x, int xo, float[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector v = FloatVector.fromArray(S, x, xo + i);
      FloatVector a = v.abs();
      var sign = v.reinterpretAsInts().and(SIGN);
      FloatVector near =
          a.add(WHOLE).sub(WHOLE).blend(a, a.compare(VectorOperators.LT, WHOLE).not());
      FloatVector q = near.reinterpretAsInts().or(sign).reinterpretAsFloats();
      FloatVector d = q.add(1f, q.compare(VectorOperators.LT, v));
      FloatVector r = d.reinterpretAsInts().or(sign).reinterpretAsFloats();
      r.intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector v = FloatVector.fromArray(S, x, xo + bound, m);
      FloatVector a = v.abs();
      var sign = v.reinterpretAsInts().and(SIGN);
      FloatVector near =
          a.add(WHOLE).sub(WHOLE).blend(a, a.compare(VectorOperators.LT, WHOLE).not());
      FloatVector q = near.reinterpretAsInts().or(sign).reinterpretAsFloats();
      FloatVector d = q.add(1f, q.compare(VectorOperators.LT, v));
      FloatVector r = d.reinterpretAsInts().or(sign).reinterpretAsFloats();
      r.intoArray(z, zo + bound, m);
    }
  }
}
