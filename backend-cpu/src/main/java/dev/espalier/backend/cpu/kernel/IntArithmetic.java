package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Arithmetic on blocks of ints, modulo 2^32.
 *
 * <p>A block is an array, an offset and a length; the result may be written over an operand.
 */
public final class IntArithmetic {
  private static final VectorSpecies<Integer> S = IntVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private IntArithmetic() {}

  /** {@code z = x + y}. */
  public static void add(int[] x, int xo, int[] y, int yo, int[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector a = IntVector.fromArray(S, x, xo + i);
      IntVector b = IntVector.fromArray(S, y, yo + i);
      a.add(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector a = IntVector.fromArray(S, x, xo + bound, m);
      IntVector b = IntVector.fromArray(S, y, yo + bound, m);
      a.add(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x + y}. The second operand is one value. */
  public static void add(int[] x, int xo, int y, int[] z, int zo, int n) {
    IntVector b = IntVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector a = IntVector.fromArray(S, x, xo + i);
      a.add(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector a = IntVector.fromArray(S, x, xo + bound, m);
      a.add(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x + y}. The first operand is one value. */
  public static void add(int x, int[] y, int yo, int[] z, int zo, int n) {
    IntVector a = IntVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector b = IntVector.fromArray(S, y, yo + i);
      a.add(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector b = IntVector.fromArray(S, y, yo + bound, m);
      a.add(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x - y}. */
  public static void sub(int[] x, int xo, int[] y, int yo, int[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector a = IntVector.fromArray(S, x, xo + i);
      IntVector b = IntVector.fromArray(S, y, yo + i);
      a.sub(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector a = IntVector.fromArray(S, x, xo + bound, m);
      IntVector b = IntVector.fromArray(S, y, yo + bound, m);
      a.sub(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x - y}. The second operand is one value. */
  public static void sub(int[] x, int xo, int y, int[] z, int zo, int n) {
    IntVector b = IntVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector a = IntVector.fromArray(S, x, xo + i);
      a.sub(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector a = IntVector.fromArray(S, x, xo + bound, m);
      a.sub(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x - y}. The first operand is one value. */
  public static void sub(int x, int[] y, int yo, int[] z, int zo, int n) {
    IntVector a = IntVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector b = IntVector.fromArray(S, y, yo + i);
      a.sub(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector b = IntVector.fromArray(S, y, yo + bound, m);
      a.sub(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x * y}. */
  public static void mul(int[] x, int xo, int[] y, int yo, int[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector a = IntVector.fromArray(S, x, xo + i);
      IntVector b = IntVector.fromArray(S, y, yo + i);
      a.mul(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector a = IntVector.fromArray(S, x, xo + bound, m);
      IntVector b = IntVector.fromArray(S, y, yo + bound, m);
      a.mul(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x * y}. The second operand is one value. */
  public static void mul(int[] x, int xo, int y, int[] z, int zo, int n) {
    IntVector b = IntVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector a = IntVector.fromArray(S, x, xo + i);
      a.mul(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector a = IntVector.fromArray(S, x, xo + bound, m);
      a.mul(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x * y}. The first operand is one value. */
  public static void mul(int x, int[] y, int yo, int[] z, int zo, int n) {
    IntVector a = IntVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector b = IntVector.fromArray(S, y, yo + i);
      a.mul(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector b = IntVector.fromArray(S, y, yo + bound, m);
      a.mul(b).intoArray(z, zo + bound, m);
    }
  }

  /** The larger of x and y. */
  public static void max(int[] x, int xo, int[] y, int yo, int[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector a = IntVector.fromArray(S, x, xo + i);
      IntVector b = IntVector.fromArray(S, y, yo + i);
      a.max(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector a = IntVector.fromArray(S, x, xo + bound, m);
      IntVector b = IntVector.fromArray(S, y, yo + bound, m);
      a.max(b).intoArray(z, zo + bound, m);
    }
  }

  /** The larger of x and y. The second operand is one value. */
  public static void max(int[] x, int xo, int y, int[] z, int zo, int n) {
    IntVector b = IntVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector a = IntVector.fromArray(S, x, xo + i);
      a.max(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector a = IntVector.fromArray(S, x, xo + bound, m);
      a.max(b).intoArray(z, zo + bound, m);
    }
  }

  /** The larger of x and y. The first operand is one value. */
  public static void max(int x, int[] y, int yo, int[] z, int zo, int n) {
    IntVector a = IntVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector b = IntVector.fromArray(S, y, yo + i);
      a.max(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector b = IntVector.fromArray(S, y, yo + bound, m);
      a.max(b).intoArray(z, zo + bound, m);
    }
  }

  /** The smaller of x and y. */
  public static void min(int[] x, int xo, int[] y, int yo, int[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector a = IntVector.fromArray(S, x, xo + i);
      IntVector b = IntVector.fromArray(S, y, yo + i);
      a.min(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector a = IntVector.fromArray(S, x, xo + bound, m);
      IntVector b = IntVector.fromArray(S, y, yo + bound, m);
      a.min(b).intoArray(z, zo + bound, m);
    }
  }

  /** The smaller of x and y. The second operand is one value. */
  public static void min(int[] x, int xo, int y, int[] z, int zo, int n) {
    IntVector b = IntVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector a = IntVector.fromArray(S, x, xo + i);
      a.min(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector a = IntVector.fromArray(S, x, xo + bound, m);
      a.min(b).intoArray(z, zo + bound, m);
    }
  }

  /** The smaller of x and y. The first operand is one value. */
  public static void min(int x, int[] y, int yo, int[] z, int zo, int n) {
    IntVector a = IntVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector b = IntVector.fromArray(S, y, yo + i);
      a.min(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector b = IntVector.fromArray(S, y, yo + bound, m);
      a.min(b).intoArray(z, zo + bound, m);
    }
  }

  /** The quotient, truncated; -1 for a divisor of 0, as XLA defines it; MIN / -1 is MIN. */
  public static void div(int[] x, int xo, int[] y, int yo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = quotient(x[xo + i], y[yo + i]);
    }
  }

  /**
   * The quotient, truncated; -1 for a divisor of 0, as XLA defines it; MIN / -1 is MIN. The second
   * operand is one value.
   */
  public static void div(int[] x, int xo, int y, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = quotient(x[xo + i], y);
    }
  }

  /**
   * The quotient, truncated; -1 for a divisor of 0, as XLA defines it; MIN / -1 is MIN. The first
   * operand is one value.
   */
  public static void div(int x, int[] y, int yo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = quotient(x, y[yo + i]);
    }
  }

  /** The remainder of the truncated quotient; x for a divisor of 0. */
  public static void rem(int[] x, int xo, int[] y, int yo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = remainder(x[xo + i], y[yo + i]);
    }
  }

  /**
   * The remainder of the truncated quotient; x for a divisor of 0. The second operand is one value.
   */
  public static void rem(int[] x, int xo, int y, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = remainder(x[xo + i], y);
    }
  }

  /**
   * The remainder of the truncated quotient; x for a divisor of 0. The first operand is one value.
   */
  public static void rem(int x, int[] y, int yo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = remainder(x, y[yo + i]);
    }
  }

  /** {@code z = -x}; MIN stays MIN. */
  public static void neg(int[] x, int xo, int[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector v = IntVector.fromArray(S, x, xo + i);
      v.neg().intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector v = IntVector.fromArray(S, x, xo + bound, m);
      v.neg().intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = |x|}; MIN stays MIN. */
  public static void abs(int[] x, int xo, int[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector v = IntVector.fromArray(S, x, xo + i);
      v.abs().intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector v = IntVector.fromArray(S, x, xo + bound, m);
      v.abs().intoArray(z, zo + bound, m);
    }
  }

  /** -1, 0 or 1. */
  public static void sign(int[] x, int xo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = Integer.signum(x[xo + i]);
    }
  }

  private static int quotient(int a, int b) {
    return b == 0 ? -1 : a / b;
  }

  private static int remainder(int a, int b) {
    return b == 0 ? a : a % b;
  }
}
