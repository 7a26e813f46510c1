package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The bits of ints: logic and shifts.
 *
 * <p>A shift count outside [0, 32) shifts everything out: 0, or for the arithmetic right shift the
 * sign.
 */
public final class IntBits {
  private static final VectorSpecies<Integer> S = IntVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private IntBits() {}

  /** Bitwise and. */
  public static void and(int[] x, int xo, int[] y, int yo, int[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector a = IntVector.fromArray(S, x, xo + i);
      IntVector b = IntVector.fromArray(S, y, yo + i);
      a.and(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector a = IntVector.fromArray(S, x, xo + bound, m);
      IntVector b = IntVector.fromArray(S, y, yo + bound, m);
      a.and(b).intoArray(z, zo + bound, m);
    }
  }

  /** Bitwise and. The second operand is one value. */
  public static void and(int[] x, int xo, int y, int[] z, int zo, int n) {
    IntVector b = IntVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector a = IntVector.fromArray(S, x, xo + i);
      a.and(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector a = IntVector.fromArray(S, x, xo + bound, m);
      a.and(b).intoArray(z, zo + bound, m);
    }
  }

  /** Bitwise and. The first operand is one value. */
  public static void and(int x, int[] y, int yo, int[] z, int zo, int n) {
    IntVector a = IntVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector b = IntVector.fromArray(S, y, yo + i);
      a.and(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector b = IntVector.fromArray(S, y, yo + bound, m);
      a.and(b).intoArray(z, zo + bound, m);
    }
  }

  /** Bitwise or. */
  public static void or(int[] x, int xo, int[] y, int yo, int[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector a = IntVector.fromArray(S, x, xo + i);
      IntVector b = IntVector.fromArray(S, y, yo + i);
      a.or(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector a = IntVector.fromArray(S, x, xo + bound, m);
      IntVector b = IntVector.fromArray(S, y, yo + bound, m);
      a.or(b).intoArray(z, zo + bound, m);
    }
  }

  /** Bitwise or. The second operand is one value. */
  public static void or(int[] x, int xo, int y, int[] z, int zo, int n) {
    IntVector b = IntVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector a = IntVector.fromArray(S, x, xo + i);
      a.or(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector a = IntVector.fromArray(S, x, xo + bound, m);
      a.or(b).intoArray(z, zo + bound, m);
    }
  }

  /** Bitwise or. The first operand is one value. */
  public static void or(int x, int[] y, int yo, int[] z, int zo, int n) {
    IntVector a = IntVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector b = IntVector.fromArray(S, y, yo + i);
      a.or(b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector b = IntVector.fromArray(S, y, yo + bound, m);
      a.or(b).intoArray(z, zo + bound, m);
    }
  }

  /** Bitwise exclusive or. */
  public static void xor(int[] x, int xo, int[] y, int yo, int[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector a = IntVector.fromArray(S, x, xo + i);
      IntVector b = IntVector.fromArray(S, y, yo + i);
      a.lanewise(VectorOperators.XOR, b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector a = IntVector.fromArray(S, x, xo + bound, m);
      IntVector b = IntVector.fromArray(S, y, yo + bound, m);
      a.lanewise(VectorOperators.XOR, b).intoArray(z, zo + bound, m);
    }
  }

  /** Bitwise exclusive or. The second operand is one value. */
  public static void xor(int[] x, int xo, int y, int[] z, int zo, int n) {
    IntVector b = IntVector.broadcast(S, y);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector a = IntVector.fromArray(S, x, xo + i);
      a.lanewise(VectorOperators.XOR, b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector a = IntVector.fromArray(S, x, xo + bound, m);
      a.lanewise(VectorOperators.XOR, b).intoArray(z, zo + bound, m);
    }
  }

  /** Bitwise exclusive or. The first operand is one value. */
  public static void xor(int x, int[] y, int yo, int[] z, int zo, int n) {
    IntVector a = IntVector.broadcast(S, x);
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector b = IntVector.fromArray(S, y, yo + i);
      a.lanewise(VectorOperators.XOR, b).intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector b = IntVector.fromArray(S, y, yo + bound, m);
      a.lanewise(VectorOperators.XOR, b).intoArray(z, zo + bound, m);
    }
  }

  /** Every bit inverted. */
  public static void not(int[] x, int xo, int[] z, int zo, int n) {
    int bound = S.loopBound(n);
    for (int i = 0; i < bound; i += L) {
      IntVector v = IntVector.fromArray(S, x, xo + i);
      v.not().intoArray(z, zo + i);
    }
    if (bound < n) {
      var m = FirstLanes.ints(n - bound);
      IntVector v = IntVector.fromArray(S, x, xo + bound, m);
      v.not().intoArray(z, zo + bound, m);
    }
  }

  /** x shifted left by y bits. */
  public static void shl(int[] x, int xo, int[] y, int yo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = left(x[xo + i], y[yo + i]);
    }
  }

  /** x shifted left by y bits. The second operand is one value. */
  public static void shl(int[] x, int xo, int y, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = left(x[xo + i], y);
    }
  }

  /** x shifted left by y bits. The first operand is one value. */
  public static void shl(int x, int[] y, int yo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = left(x, y[yo + i]);
    }
  }

  /** x shifted right by y bits, the sign filling in. */
  public static void shr(int[] x, int xo, int[] y, int yo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = arithmeticRight(x[xo + i], y[yo + i]);
    }
  }

  /** x shifted right by y bits, the sign filling in. The second operand is one value. */
  public static void shr(int[] x, int xo, int y, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = arithmeticRight(x[xo + i], y);
    }
  }

  /** x shifted right by y bits, the sign filling in. The first operand is one value. */
  public static void shr(int x, int[] y, int yo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = arithmeticRight(x, y[yo + i]);
    }
  }

  /** x shifted right by y bits, zeros filling in. */
  public static void ushr(int[] x, int xo, int[] y, int yo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = logicalRight(x[xo + i], y[yo + i]);
    }
  }

  /** x shifted right by y bits, zeros filling in. The second operand is one value. */
  public static void ushr(int[] x, int xo, int y, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = logicalRight(x[xo + i], y);
    }
  }

  /** x shifted right by y bits, zeros filling in. The first operand is one value. */
  public static void ushr(int x, int[] y, int yo, int[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = logicalRight(x, y[yo + i]);
    }
  }

  private static int left(int a, int count) {
    return count < 0 || count >= 32 ? 0 : a << count;
  }

  private static int arithmeticRight(int a, int count) {
    return a >> (count < 0 || count >= 32 ? 31 : count);
  }

  private static int logicalRight(int a, int count) {
    return count < 0 || count >= 32 ? 0 : a >>> count;
  }
}
