package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The bits of longs: logic and shifts.
 *
 * <p>A shift count outside [0, 64) shifts everything out: 0, or for the arithmetic right shift the
 * sign.
 */
public final class LongBits {
  private static final VectorSpecies<Long> S = LongVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private LongBits() {}

  /** Bitwise and. */
  public static void and(long[] x, int xo, long[] y, int yo, long[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector a = LongVector.fromArray(S, x, xo + i);
      LongVector b = LongVector.fromArray(S, y, yo + i);
      a.and(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector a = LongVector.fromArray(S, x, xo + bound, m);
      LongVector b = LongVector.fromArray(S, y, yo + bound, m);
      a.and(b).intoArray(z, zo + bound, m);
    }
  }

  /** Bitwise and. The second operand is one value. */
  public static void and(long[] x, int xo, long y, long[] z, int zo, int n) {
    LongVector b = LongVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector a = LongVector.fromArray(S, x, xo + i);
      a.and(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector a = LongVector.fromArray(S, x, xo + bound, m);
      a.and(b).intoArray(z, zo + bound, m);
    }
  }

  /** Bitwise and. The first operand is one value. */
  public static void and(long x, long[] y, int yo, long[] z, int zo, int n) {
    LongVector a = LongVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector b = LongVector.fromArray(S, y, yo + i);
      a.and(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector b = LongVector.fromArray(S, y, yo + bound, m);
      a.and(b).intoArray(z, zo + bound, m);
    }
  }

  /** Bitwise or. */
  public static void or(long[] x, int xo, long[] y, int yo, long[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector a = LongVector.fromArray(S, x, xo + i);
      LongVector b = LongVector.fromArray(S, y, yo + i);
      a.or(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector a = LongVector.fromArray(S, x, xo + bound, m);
      LongVector b = LongVector.fromArray(S, y, yo + bound, m);
      a.or(b).intoArray(z, zo + bound, m);
    }
  }

  /** Bitwise or. The second operand is one value. */
  public static void or(long[] x, int xo, long y, long[] z, int zo, int n) {
    LongVector b = LongVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector a = LongVector.fromArray(S, x, xo + i);
      a.or(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector a = LongVector.fromArray(S, x, xo + bound, m);
      a.or(b).intoArray(z, zo + bound, m);
    }
  }

  /** Bitwise or. The first operand is one value. */
  public static void or(long x, long[] y, int yo, long[] z, int zo, int n) {
    LongVector a = LongVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector b = LongVector.fromArray(S, y, yo + i);
      a.or(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector b = LongVector.fromArray(S, y, yo + bound, m);
      a.or(b).intoArray(z, zo + bound, m);
    }
  }

  /** Bitwise exclusive or. */
  public static void xor(long[] x, int xo, long[] y, int yo, long[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector a = LongVector.fromArray(S, x, xo + i);
      LongVector b = LongVector.fromArray(S, y, yo + i);
      a.lanewise(VectorOperators.XOR, b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector a = LongVector.fromArray(S, x, xo + bound, m);
      LongVector b = LongVector.fromArray(S, y, yo + bound, m);
      a.lanewise(VectorOperators.XOR, b).intoArray(z, zo + bound, m);
    }
  }

  /** Bitwise exclusive or. The second operand is one value. */
  public static void xor(long[] x, int xo, long y, long[] z, int zo, int n) {
    LongVector b = LongVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector a = LongVector.fromArray(S, x, xo + i);
      a.lanewise(VectorOperators.XOR, b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector a = LongVector.fromArray(S, x, xo + bound, m);
      a.lanewise(VectorOperators.XOR, b).intoArray(z, zo + bound, m);
    }
  }

  /** Bitwise exclusive or. The first operand is one value. */
  public static void xor(long x, long[] y, int yo, long[] z, int zo, int n) {
    LongVector a = LongVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector b = LongVector.fromArray(S, y, yo + i);
      a.lanewise(VectorOperators.XOR, b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector b = LongVector.fromArray(S, y, yo + bound, m);
      a.lanewise(VectorOperators.XOR, b).intoArray(z, zo + bound, m);
    }
  }

  /** Every bit inverted. */
  public static void not(long[] x, int xo, long[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      LongVector v = LongVector.fromArray(S, x, xo + i);
      v.not().intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.longs(n - bound);
      LongVector v = LongVector.fromArray(S, x, xo + bound, m);
      v.not().intoArray(z, zo + bound, m);
    }
  }

  /** x shifted left by y bits. */
  public static void shl(long[] x, int xo, long[] y, int yo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = left(x[xo + i], y[yo + i]);
    }
  }

  /** x shifted left by y bits. The second operand is one value. */
  public static void shl(long[] x, int xo, long y, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = left(x[xo + i], y);
    }
  }

  /** x shifted left by y bits. The first operand is one value. */
  public static void shl(long x, long[] y, int yo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = left(x, y[yo + i]);
    }
  }

  /** x shifted right by y bits, the sign filling in. */
  public static void shr(long[] x, int xo, long[] y, int yo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = arithmeticRight(x[xo + i], y[yo + i]);
    }
  }

  /** x shifted right by y bits, the sign filling in. The second operand is one value. */
  public static void shr(long[] x, int xo, long y, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = arithmeticRight(x[xo + i], y);
    }
  }

  /** x shifted right by y bits, the sign filling in. The first operand is one value. */
  public static void shr(long x, long[] y, int yo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = arithmeticRight(x, y[yo + i]);
    }
  }

  /** x shifted right by y bits, zeros filling in. */
  public static void ushr(long[] x, int xo, long[] y, int yo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = logicalRight(x[xo + i], y[yo + i]);
    }
  }

  /** x shifted right by y bits, zeros filling in. The second operand is one value. */
  public static void ushr(long[] x, int xo, long y, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = logicalRight(x[xo + i], y);
    }
  }

  /** x shifted right by y bits, zeros filling in. The first operand is one value. */
  public static void ushr(long x, long[] y, int yo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = logicalRight(x, y[yo + i]);
    }
  }

  private static long left(long a, long count) {
    return count < 0 || count >= 64 ? 0 : a << count;
  }

  private static long arithmeticRight(long a, long count) {
    return a >> (count < 0 || count >= 64 ? 63 : count);
  }

  private static long logicalRight(long a, long count) {
    return count < 0 || count >= 64 ? 0 : a >>> count;
  }
}
