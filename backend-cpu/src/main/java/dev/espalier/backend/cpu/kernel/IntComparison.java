package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Comparisons of ints into bytes (0 or 1), and the choice between two blocks by such bytes.
 *
 * <p>Operands are signed.
 */
public final class IntComparison {
  private static final VectorSpecies<Integer> S = IntVector.SPECIES_PREFERRED;
  private static final int L = S.length();
  private static final VectorSpecies<Byte> B = VectorLanes.BYTES;

  /** Where there are none the plain loop does it all. */
  private static final boolean VECTORS = VectorLanes.HAS_BYTES;

  private IntComparison() {}

  /** x = y. */
  public static void eq(int[] x, int xo, int[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Integer> m =
          IntVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.EQ, IntVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] == y[yo + i] ? 1 : 0);
    }
  }

  /** x = y. The second operand is one value. */
  public static void eq(int[] x, int xo, int y, byte[] z, int zo, int n) {
    IntVector b = IntVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Integer> m = IntVector.fromArray(S, x, xo + i).compare(VectorOperators.EQ, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] == y ? 1 : 0);
    }
  }

  /** x = y. The first operand is one value. */
  public static void eq(int x, int[] y, int yo, byte[] z, int zo, int n) {
    eq(y, yo, x, z, zo, n);
  }

  /** x != y. */
  public static void ne(int[] x, int xo, int[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Integer> m =
          IntVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.NE, IntVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] != y[yo + i] ? 1 : 0);
    }
  }

  /** x != y. The second operand is one value. */
  public static void ne(int[] x, int xo, int y, byte[] z, int zo, int n) {
    IntVector b = IntVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Integer> m = IntVector.fromArray(S, x, xo + i).compare(VectorOperators.NE, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] != y ? 1 : 0);
    }
  }

  /** x != y. The first operand is one value. */
  public static void ne(int x, int[] y, int yo, byte[] z, int zo, int n) {
    ne(y, yo, x, z, zo, n);
  }

  /** x &lt; y. */
  public static void lt(int[] x, int xo, int[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Integer> m =
          IntVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.LT, IntVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] < y[yo + i] ? 1 : 0);
    }
  }

  /** x &lt; y. The second operand is one value. */
  public static void lt(int[] x, int xo, int y, byte[] z, int zo, int n) {
    IntVector b = IntVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Integer> m = IntVector.fromArray(S, x, xo + i).compare(VectorOperators.LT, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] < y ? 1 : 0);
    }
  }

  /** x &lt; y. The first operand is one value. */
  public static void lt(int x, int[] y, int yo, byte[] z, int zo, int n) {
    gt(y, yo, x, z, zo, n);
  }

  /** x &lt;= y. */
  public static void le(int[] x, int xo, int[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Integer> m =
          IntVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.LE, IntVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] <= y[yo + i] ? 1 : 0);
    }
  }

  /** x &lt;= y. The second operand is one value. */
  public static void le(int[] x, int xo, int y, byte[] z, int zo, int n) {
    IntVector b = IntVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Integer> m = IntVector.fromArray(S, x, xo + i).compare(VectorOperators.LE, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] <= y ? 1 : 0);
    }
  }

  /** x &lt;= y. The first operand is one value. */
  public static void le(int x, int[] y, int yo, byte[] z, int zo, int n) {
    ge(y, yo, x, z, zo, n);
  }

  /** x &gt; y. */
  public static void gt(int[] x, int xo, int[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Integer> m =
          IntVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.GT, IntVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] > y[yo + i] ? 1 : 0);
    }
  }

  /** x &gt; y. The second operand is one value. */
  public static void gt(int[] x, int xo, int y, byte[] z, int zo, int n) {
    IntVector b = IntVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Integer> m = IntVector.fromArray(S, x, xo + i).compare(VectorOperators.GT, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] > y ? 1 : 0);
    }
  }

  /** x &gt; y. The first operand is one value. */
  public static void gt(int x, int[] y, int yo, byte[] z, int zo, int n) {
    lt(y, yo, x, z, zo, n);
  }

  /** x &gt;= y. */
  public static void ge(int[] x, int xo, int[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Integer> m =
          IntVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.GE, IntVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] >= y[yo + i] ? 1 : 0);
    }
  }

  /** x &gt;= y. The second operand is one value. */
  public static void ge(int[] x, int xo, int y, byte[] z, int zo, int n) {
    IntVector b = IntVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Integer> m = IntVector.fromArray(S, x, xo + i).compare(VectorOperators.GE, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] >= y ? 1 : 0);
    }
  }

  /** x &gt;= y. The first operand is one value. */
  public static void ge(int x, int[] y, int yo, byte[] z, int zo, int n) {
    le(y, yo, x, z, zo, n);
  }

  /** x where the byte is not 0, else y. */
  public static void select(
      byte[] c, int co, int[] x, int xo, int[] y, int yo, int[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Integer> m =
          ByteVector.fromArray(B, c, co + i).compare(VectorOperators.NE, 0).cast(S);
      IntVector.fromArray(S, y, yo + i)
          .blend(IntVector.fromArray(S, x, xo + i), m)
          .intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = c[co + i] != 0 ? x[xo + i] : y[yo + i];
    }
  }

  /** x where the byte is not 0, else y. The value for 0 is one number. */
  public static void select(byte[] c, int co, int[] x, int xo, int y, int[] z, int zo, int n) {
    IntVector b = IntVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Integer> m =
          ByteVector.fromArray(B, c, co + i).compare(VectorOperators.NE, 0).cast(S);
      b.blend(IntVector.fromArray(S, x, xo + i), m).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = c[co + i] != 0 ? x[xo + i] : y;
    }
  }

  /** x where the byte is not 0, else y. The value for 1 is one number. */
  public static void select(byte[] c, int co, int x, int[] y, int yo, int[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Integer> m =
          ByteVector.fromArray(B, c, co + i).compare(VectorOperators.NE, 0).cast(S);
      IntVector.fromArray(S, y, yo + i).blend(x, m).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = c[co + i] != 0 ? x : y[yo + i];
    }
  }
}
