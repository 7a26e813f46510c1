package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Arithmetic on blocks of longs, modulo 2^64.
 *
 * <p>A block is an array, an offset and a length; the result may be written over an operand.
 */
public final class LongArithmetic {
  private static final VectorSpecies<Long> S = LongVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private LongArithmetic() {}

  /** {@code z = x + y}. */
  public static void add(long[] x, int xo, long[] y, int yo, long[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector a = LongVector.fromArray(S, x, xo + i);
      LongVector b = LongVector.fromArray(S, y, yo + i);
      a.add(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector a = LongVector.fromArray(S, x, xo + bound, m);
      LongVector b = LongVector.fromArray(S, y, yo + bound, m);
      a.add(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x + y}. The second operand is one value. */
  public static void add(long[] x, int xo, long y, long[] z, int zo, int n) {
    LongVector b = LongVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector a = LongVector.fromArray(S, x, xo + i);
      a.add(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector a = LongVector.fromArray(S, x, xo + bound, m);
      a.add(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x + y}. The first operand is one value. */
  public static void add(long x, long[] y, int yo, long[] z, int zo, int n) {
    LongVector a = LongVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector b = LongVector.fromArray(S, y, yo + i);
      a.add(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector b = LongVector.fromArray(S, y, yo + bound, m);
      a.add(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x - y}. */
  public static void sub(long[] x, int xo, long[] y, int yo, long[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector a = LongVector.fromArray(S, x, xo + i);
      LongVector b = LongVector.fromArray(S, y, yo + i);
      a.sub(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector a = LongVector.fromArray(S, x, xo + bound, m);
      LongVector b = LongVector.fromArray(S, y, yo + bound, m);
      a.sub(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x - y}. The second operand is one value. */
  public static void sub(long[] x, int xo, long y, long[] z, int zo, int n) {
    LongVector b = LongVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector a = LongVector.fromArray(S, x, xo + i);
      a.sub(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector a = LongVector.fromArray(S, x, xo + bound, m);
      a.sub(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x - y}. The first operand is one value. */
  public static void sub(long x, long[] y, int yo, long[] z, int zo, int n) {
    LongVector a = LongVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector b = LongVector.fromArray(S, y, yo + i);
      a.sub(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector b = LongVector.fromArray(S, y, yo + bound, m);
      a.sub(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x * y}. */
  public static void mul(long[] x, int xo, long[] y, int yo, long[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector a = LongVector.fromArray(S, x, xo + i);
      LongVector b = LongVector.fromArray(S, y, yo + i);
      a.mul(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector a = LongVector.fromArray(S, x, xo + bound, m);
      LongVector b = LongVector.fromArray(S, y, yo + bound, m);
      a.mul(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x * y}. The second operand is one value. */
  public static void mul(long[] x, int xo, long y, long[] z, int zo, int n) {
    LongVector b = LongVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector a = LongVector.fromArray(S, x, xo + i);
      a.mul(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector a = LongVector.fromArray(S, x, xo + bound, m);
      a.mul(b).intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = x * y}. The first operand is one value. */
  public static void mul(long x, long[] y, int yo, long[] z, int zo, int n) {
    LongVector a = LongVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector b = LongVector.fromArray(S, y, yo + i);
      a.mul(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector b = LongVector.fromArray(S, y, yo + bound, m);
      a.mul(b).intoArray(z, zo + bound, m);
    }
  }

  /** The larger of x and y. */
  public static void max(long[] x, int xo, long[] y, int yo, long[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector a = LongVector.fromArray(S, x, xo + i);
      LongVector b = LongVector.fromArray(S, y, yo + i);
      a.max(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector a = LongVector.fromArray(S, x, xo + bound, m);
      LongVector b = LongVector.fromArray(S, y, yo + bound, m);
      a.max(b).intoArray(z, zo + bound, m);
    }
  }

  /** The larger of x and y. The second operand is one value. */
  public static void max(long[] x, int xo, long y, long[] z, int zo, int n) {
    LongVector b = LongVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector a = LongVector.fromArray(S, x, xo + i);
      a.max(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector a = LongVector.fromArray(S, x, xo + bound, m);
      a.max(b).intoArray(z, zo + bound, m);
    }
  }

  /** The larger of x and y. The first operand is one value. */
  public static void max(long x, long[] y, int yo, long[] z, int zo, int n) {
    LongVector a = LongVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector b = LongVector.fromArray(S, y, yo + i);
      a.max(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector b = LongVector.fromArray(S, y, yo + bound, m);
      a.max(b).intoArray(z, zo + bound, m);
    }
  }

  /** The smaller of x and y. */
  public static void min(long[] x, int xo, long[] y, int yo, long[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector a = LongVector.fromArray(S, x, xo + i);
      LongVector b = LongVector.fromArray(S, y, yo + i);
      a.min(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector a = LongVector.fromArray(S, x, xo + bound, m);
      LongVector b = LongVector.fromArray(S, y, yo + bound, m);
      a.min(b).intoArray(z, zo + bound, m);
    }
  }

  /** The smaller of x and y. The second operand is one value. */
  public static void min(long[] x, int xo, long y, long[] z, int zo, int n) {
    LongVector b = LongVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector a = LongVector.fromArray(S, x, xo + i);
      a.min(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector a = LongVector.fromArray(S, x, xo + bound, m);
      a.min(b).intoArray(z, zo + bound, m);
    }
  }

  /** The smaller of x and y. The first operand is one value. */
  public static void min(long x, long[] y, int yo, long[] z, int zo, int n) {
    LongVector a = LongVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector b = LongVector.fromArray(S, y, yo + i);
      a.min(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector b = LongVector.fromArray(S, y, yo + bound, m);
      a.min(b).intoArray(z, zo + bound, m);
    }
  }

  /** The quotient, truncated; -1 for a divisor of 0, as XLA defines it; MIN / -1 is MIN. */
  public static void div(long[] x, int xo, long[] y, int yo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = quotient(x[xo + i], y[yo + i]);
    }
  }

  /**
   * The quotient, truncated; -1 for a divisor of 0, as XLA defines it; MIN / -1 is MIN. The second
   * operand is one value.
   */
  public static void div(long[] x, int xo, long y, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = quotient(x[xo + i], y);
    }
  }

  /**
   * The quotient, truncated; -1 for a divisor of 0, as XLA defines it; MIN / -1 is MIN. The first
   * operand is one value.
   */
  public static void div(long x, long[] y, int yo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = quotient(x, y[yo + i]);
    }
  }

  /** The remainder of the truncated quotient; x for a divisor of 0. */
  public static void rem(long[] x, int xo, long[] y, int yo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = remainder(x[xo + i], y[yo + i]);
    }
  }

  /**
   * The remainder of the truncated quotient; x for a divisor of 0. The second operand is one value.
   */
  public static void rem(long[] x, int xo, long y, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = remainder(x[xo + i], y);
    }
  }

  /**
   * The remainder of the truncated quotient; x for a divisor of 0. The first operand is one value.
   */
  public static void rem(long x, long[] y, int yo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = remainder(x, y[yo + i]);
    }
  }

  /** {@code z = -x}; MIN stays MIN. */
  public static void neg(long[] x, int xo, long[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector v = LongVector.fromArray(S, x, xo + i);
      v.neg().intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector v = LongVector.fromArray(S, x, xo + bound, m);
      v.neg().intoArray(z, zo + bound, m);
    }
  }

  /** {@code z = |x|}; MIN stays MIN. */
  public static void abs(long[] x, int xo, long[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector v = LongVector.fromArray(S, x, xo + i);
      v.abs().intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector v = LongVector.fromArray(S, x, xo + bound, m);
      v.abs().intoArray(z, zo + bound, m);
    }
  }

  /** -1, 0 or 1. */
  public static void sign(long[] x, int xo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = Long.signum(x[xo + i]);
    }
  }

  private static long quotient(long a, long b) {
    return b == 0 ? -1 : a / b;
  }

  private static long remainder(long a, long b) {
    return b == 0 ? a : a % b;
  }
}
