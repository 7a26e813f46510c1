package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Arithmetic on blocks of floats: every element by the correctly rounded operation of IEEE 754, so
 * the result depends neither on the element's position nor on the width of the machine's vectors.
 *
 * <p>A block is an array, an offset and a length; the result may be written over an operand.
 */
public final class FloatArithmetic {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private FloatArithmetic() {}

  /** {@code z = x + y}. */
  public static void add(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(S, x, xo + i);
      FloatVector b = FloatVector.fromArray(S, y, yo + i);
      a.add(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector a = FloatVector.fromArray(S, x, xo + bound, m);
      FloatVector b = FloatVector.fromArray(S, y, yo + bound, m);
      a.add(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x + y}. The second operand is one value. */
  public static void add(float[] x, int xo, float y, float[] z, int zo, int n) {
    FloatVector b = FloatVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(S, x, xo + i);
      a.add(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector a = FloatVector.fromArray(S, x, xo + bound, m);
      a.add(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x + y}. The first operand is one value. */
  public static void add(float x, float[] y, int yo, float[] z, int zo, int n) {
    FloatVector a = FloatVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector b = FloatVector.fromArray(S, y, yo + i);
      a.add(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector b = FloatVector.fromArray(S, y, yo + bound, m);
      a.add(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x - y}. */
  public static void sub(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(S, x, xo + i);
      FloatVector b = FloatVector.fromArray(S, y, yo + i);
      a.sub(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector a = FloatVector.fromArray(S, x, xo + bound, m);
      FloatVector b = FloatVector.fromArray(S, y, yo + bound, m);
      a.sub(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x - y}. The second operand is one value. */
  public static void sub(float[] x, int xo, float y, float[] z, int zo, int n) {
    FloatVector b = FloatVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(S, x, xo + i);
      a.sub(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector a = FloatVector.fromArray(S, x, xo + bound, m);
      a.sub(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x - y}. The first operand is one value. */
  public static void sub(float x, float[] y, int yo, float[] z, int zo, int n) {
    FloatVector a = FloatVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector b = FloatVector.fromArray(S, y, yo + i);
      a.sub(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector b = FloatVector.fromArray(S, y, yo + bound, m);
      a.sub(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x * y}. */
  public static void mul(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(S, x, xo + i);
      FloatVector b = FloatVector.fromArray(S, y, yo + i);
      a.mul(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector a = FloatVector.fromArray(S, x, xo + bound, m);
      FloatVector b = FloatVector.fromArray(S, y, yo + bound, m);
      a.mul(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x * y}. The second operand is one value. */
  public static void mul(float[] x, int xo, float y, float[] z, int zo, int n) {
    FloatVector b = FloatVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(S, x, xo + i);
      a.mul(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector a = FloatVector.fromArray(S, x, xo + bound, m);
      a.mul(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x * y}. The first operand is one value. */
  public static void mul(float x, float[] y, int yo, float[] z, int zo, int n) {
    FloatVector a = FloatVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector b = FloatVector.fromArray(S, y, yo + i);
      a.mul(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector b = FloatVector.fromArray(S, y, yo + bound, m);
      a.mul(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x / y}. */
  public static void div(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(S, x, xo + i);
      FloatVector b = FloatVector.fromArray(S, y, yo + i);
      a.div(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector a = FloatVector.fromArray(S, x, xo + bound, m);
      FloatVector b = FloatVector.fromArray(S, y, yo + bound, m);
      a.div(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x / y}. The second operand is one value. */
  public static void div(float[] x, int xo, float y, float[] z, int zo, int n) {
    FloatVector b = FloatVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(S, x, xo + i);
      a.div(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector a = FloatVector.fromArray(S, x, xo + bound, m);
      a.div(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x / y}. The first operand is one value. */
  public static void div(float x, float[] y, int yo, float[] z, int zo, int n) {
    FloatVector a = FloatVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector b = FloatVector.fromArray(S, y, yo + i);
      a.div(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector b = FloatVector.fromArray(S, y, yo + bound, m);
      a.div(b).intoArray(z, zo + bound, m);
    }
  }

  /** The larger of x and y; NaN if either is NaN; 0 is larger than -0. */
  public static void max(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(S, x, xo + i);
      FloatVector b = FloatVector.fromArray(S, y, yo + i);
      a.max(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector a = FloatVector.fromArray(S, x, xo + bound, m);
      FloatVector b = FloatVector.fromArray(S, y, yo + bound, m);
      a.max(b).intoArray(z, zo + bound, m);
    }
  }

  /**
   * The larger of x and y; NaN if either is NaN; 0 is larger than -0. The second operand is one
   * value.
   */
  public static void max(float[] x, int xo, float y, float[] z, int zo, int n) {
    FloatVector b = FloatVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(S, x, xo + i);
      a.max(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector a = FloatVector.fromArray(S, x, xo + bound, m);
      a.max(b).intoArray(z, zo + bound, m);
    }
  }

  /**
   * The larger of x and y; NaN if either is NaN; 0 is larger than -0. The first operand is one
   * value.
   */
  public static void max(float x, float[] y, int yo, float[] z, int zo, int n) {
    FloatVector a = FloatVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector b = FloatVector.fromArray(S, y, yo + i);
      a.max(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector b = FloatVector.fromArray(S, y, yo + bound, m);
      a.max(b).intoArray(z, zo + bound, m);
    }
  }

  /** The smaller of x and y; NaN if either is NaN; -0 is smaller than 0. */
  public static void min(float[] x, int xo, float[] y, int yo, float[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(S, x, xo + i);
      FloatVector b = FloatVector.fromArray(S, y, yo + i);
      a.min(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector a = FloatVector.fromArray(S, x, xo + bound, m);
      FloatVector b = FloatVector.fromArray(S, y, yo + bound, m);
      a.min(b).intoArray(z, zo + bound, m);
    }
  }

  /**
   * The smaller of x and y; NaN if either is NaN; -0 is smaller than 0. The second operand is one
   * value.
   */
  public static void min(float[] x, int xo, float y, float[] z, int zo, int n) {
    FloatVector b = FloatVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(S, x, xo + i);
      a.min(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector a = FloatVector.fromArray(S, x, xo + bound, m);
      a.min(b).intoArray(z, zo + bound, m);
    }
  }

  /**
   * The smaller of x and y; NaN if either is NaN; -0 is smaller than 0. The first operand is one
   * value.
   */
  public static void min(float x, float[] y, int yo, float[] z, int zo, int n) {
    FloatVector a = FloatVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector b = FloatVector.fromArray(S, y, yo + i);
      a.min(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector b = FloatVector.fromArray(S, y, yo + bound, m);
      a.min(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x * y + w} with one rounding. */
  public static void fma(
      float[] x, int xo, float[] y, int yo, float[] w, int wo, float[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      FloatVector a = FloatVector.fromArray(S, x, xo + i);
      FloatVector b = FloatVector.fromArray(S, y, yo + i);
      a.fma(b, FloatVector.fromArray(S, w, wo + i)).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      FloatVector a = FloatVector.fromArray(S, x, xo + bound, m);
      FloatVector b = FloatVector.fromArray(S, y, yo + bound, m);
      a.fma(b, FloatVector.fromArray(S, w, wo + bound, m)).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = a * x + z} for one number a, with one rounding an element. */
  public static void axpy(float a, float[] x, int xo, float[] z, int zo, int n) {
    FloatVector b = FloatVector.broadcast(S, a);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      b.fma(FloatVector.fromArray(S, x, xo + i), FloatVector.fromArray(S, z, zo + i))
          .intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.floats(n - bound);
      b.fma(FloatVector.fromArray(S, x, xo + bound, m), FloatVector.fromArray(S, z, zo + bound, m))
          .intoArray(z, zo + bound, m);
    }
  }
}
