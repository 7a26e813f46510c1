package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Arithmetic on blocks of doubles: every element by the correctly rounded operation of IEEE 754, so
 * the result depends neither on the element's position nor on the width of the machine's vectors.
 *
 * <p>A block is an array, an offset and a length; the result may be written over an operand.
 */
public final class DoubleArithmetic {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private DoubleArithmetic() {}

  /** {@code z = x + y}. */
  public static void add(double[] x, int xo, double[] y, int yo, double[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector a = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + i);
      a.add(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector a = DoubleVector.fromArray(S, x, xo + bound, m);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + bound, m);
      a.add(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x + y}. The second operand is one value. */
  public static void add(double[] x, int xo, double y, double[] z, int zo, int n) {
    DoubleVector b = DoubleVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector a = DoubleVector.fromArray(S, x, xo + i);
      a.add(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector a = DoubleVector.fromArray(S, x, xo + bound, m);
      a.add(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x + y}. The first operand is one value. */
  public static void add(double x, double[] y, int yo, double[] z, int zo, int n) {
    DoubleVector a = DoubleVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector b = DoubleVector.fromArray(S, y, yo + i);
      a.add(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + bound, m);
      a.add(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x - y}. */
  public static void sub(double[] x, int xo, double[] y, int yo, double[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector a = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + i);
      a.sub(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector a = DoubleVector.fromArray(S, x, xo + bound, m);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + bound, m);
      a.sub(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x - y}. The second operand is one value. */
  public static void sub(double[] x, int xo, double y, double[] z, int zo, int n) {
    DoubleVector b = DoubleVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector a = DoubleVector.fromArray(S, x, xo + i);
      a.sub(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector a = DoubleVector.fromArray(S, x, xo + bound, m);
      a.sub(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x - y}. The first operand is one value. */
  public static void sub(double x, double[] y, int yo, double[] z, int zo, int n) {
    DoubleVector a = DoubleVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector b = DoubleVector.fromArray(S, y, yo + i);
      a.sub(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + bound, m);
      a.sub(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x * y}. */
  public static void mul(double[] x, int xo, double[] y, int yo, double[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector a = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + i);
      a.mul(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector a = DoubleVector.fromArray(S, x, xo + bound, m);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + bound, m);
      a.mul(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x * y}. The second operand is one value. */
  public static void mul(double[] x, int xo, double y, double[] z, int zo, int n) {
    DoubleVector b = DoubleVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector a = DoubleVector.fromArray(S, x, xo + i);
      a.mul(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector a = DoubleVector.fromArray(S, x, xo + bound, m);
      a.mul(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x * y}. The first operand is one value. */
  public static void mul(double x, double[] y, int yo, double[] z, int zo, int n) {
    DoubleVector a = DoubleVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector b = DoubleVector.fromArray(S, y, yo + i);
      a.mul(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + bound, m);
      a.mul(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x / y}. */
  public static void div(double[] x, int xo, double[] y, int yo, double[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector a = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + i);
      a.div(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector a = DoubleVector.fromArray(S, x, xo + bound, m);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + bound, m);
      a.div(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x / y}. The second operand is one value. */
  public static void div(double[] x, int xo, double y, double[] z, int zo, int n) {
    DoubleVector b = DoubleVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector a = DoubleVector.fromArray(S, x, xo + i);
      a.div(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector a = DoubleVector.fromArray(S, x, xo + bound, m);
      a.div(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x / y}. The first operand is one value. */
  public static void div(double x, double[] y, int yo, double[] z, int zo, int n) {
    DoubleVector a = DoubleVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector b = DoubleVector.fromArray(S, y, yo + i);
      a.div(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + bound, m);
      a.div(b).intoArray(z, zo + bound, m);
    }
  }

  /** The larger of x and y; NaN if either is NaN; 0 is larger than -0. */
  public static void max(double[] x, int xo, double[] y, int yo, double[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector a = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + i);
      a.max(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector a = DoubleVector.fromArray(S, x, xo + bound, m);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + bound, m);
      a.max(b).intoArray(z, zo + bound, m);
    }
  }

  /**
   * The larger of x and y; NaN if either is NaN; 0 is larger than -0. The second operand is one
   * value.
   */
  public static void max(double[] x, int xo, double y, double[] z, int zo, int n) {
    DoubleVector b = DoubleVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector a = DoubleVector.fromArray(S, x, xo + i);
      a.max(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector a = DoubleVector.fromArray(S, x, xo + bound, m);
      a.max(b).intoArray(z, zo + bound, m);
    }
  }

  /**
   * The larger of x and y; NaN if either is NaN; 0 is larger than -0. The first operand is one
   * value.
   */
  public static void max(double x, double[] y, int yo, double[] z, int zo, int n) {
    DoubleVector a = DoubleVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector b = DoubleVector.fromArray(S, y, yo + i);
      a.max(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + bound, m);
      a.max(b).intoArray(z, zo + bound, m);
    }
  }

  /** The smaller of x and y; NaN if either is NaN; -0 is smaller than 0. */
  public static void min(double[] x, int xo, double[] y, int yo, double[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector a = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + i);
      a.min(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector a = DoubleVector.fromArray(S, x, xo + bound, m);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + bound, m);
      a.min(b).intoArray(z, zo + bound, m);
    }
  }

  /**
   * The smaller of x and y; NaN if either is NaN; -0 is smaller than 0. The second operand is one
   * value.
   */
  public static void min(double[] x, int xo, double y, double[] z, int zo, int n) {
    DoubleVector b = DoubleVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector a = DoubleVector.fromArray(S, x, xo + i);
      a.min(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector a = DoubleVector.fromArray(S, x, xo + bound, m);
      a.min(b).intoArray(z, zo + bound, m);
    }
  }

  /**
   * The smaller of x and y; NaN if either is NaN; -0 is smaller than 0. The first operand is one
   * value.
   */
  public static void min(double x, double[] y, int yo, double[] z, int zo, int n) {
    DoubleVector a = DoubleVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector b = DoubleVector.fromArray(S, y, yo + i);
      a.min(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + bound, m);
      a.min(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x * y + w} with one rounding. */
  public static void fma(
      double[] x, int xo, double[] y, int yo, double[] w, int wo, double[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      DoubleVector a = DoubleVector.fromArray(S, x, xo + i);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + i);
      a.fma(b, DoubleVector.fromArray(S, w, wo + i)).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      DoubleVector a = DoubleVector.fromArray(S, x, xo + bound, m);
      DoubleVector b = DoubleVector.fromArray(S, y, yo + bound, m);
      a.fma(b, DoubleVector.fromArray(S, w, wo + bound, m)).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = a * x + z} for one number a, with one rounding an element. */
  public static void axpy(double a, double[] x, int xo, double[] z, int zo, int n) {
    DoubleVector b = DoubleVector.broadcast(S, a);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      b.fma(DoubleVector.fromArray(S, x, xo + i), DoubleVector.fromArray(S, z, zo + i))
          .intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.doubles(n - bound);
      b.fma(
              DoubleVector.fromArray(S, x, xo + bound, m),
              DoubleVector.fromArray(S, z, zo + bound, m))
          .intoArray(z, zo + bound, m);
    }
  }
}
