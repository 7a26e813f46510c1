package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Comparisons of longs into bytes (0 or 1), and the choice between two blocks by such bytes.
 *
 * <p>Operands are signed.
 */
public final class LongComparison {
  private static final VectorSpecies<Long> S = LongVector.SPECIES_PREFERRED;
  private static final int L = S.length();
  private static final VectorSpecies<Byte> B =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * L)));

  /**
   * Vectors of bytes are not made shorter than 8 lanes: with fewer lanes the plain loop does it
   * all.
   */
  private static final boolean VECTORS = L >= 8;

  private LongComparison() {}

  /** x = y. */
  public static void eq(long[] x, int xo, long[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Long> m =
          LongVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.EQ, LongVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] == y[yo + i] ? 1 : 0);
    }
  }

  /** x = y. The second operand is one value. */
  public static void eq(long[] x, int xo, long y, byte[] z, int zo, int n) {
    LongVector b = LongVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Long> m = LongVector.fromArray(S, x, xo + i).compare(VectorOperators.EQ, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] == y ? 1 : 0);
    }
  }

  /** x = y. The first operand is one value. */
  public static void eq(long x, long[] y, int yo, byte[] z, int zo, int n) {
    eq(y, yo, x, z, zo, n);
  }

  /** x != y. */
  public static void ne(long[] x, int xo, long[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Long> m =
          LongVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.NE, LongVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] != y[yo + i] ? 1 : 0);
    }
  }

  /** x != y. The second operand is one value. */
  public static void ne(long[] x, int xo, long y, byte[] z, int zo, int n) {
    LongVector b = LongVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Long> m = LongVector.fromArray(S, x, xo + i).compare(VectorOperators.NE, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] != y ? 1 : 0);
    }
  }

  /** x != y. The first operand is one value. */
  public static void ne(long x, long[] y, int yo, byte[] z, int zo, int n) {
    ne(y, yo, x, z, zo, n);
  }

  /** x &lt; y. */
  public static void lt(long[] x, int xo, long[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Long> m =
          LongVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.LT, LongVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] < y[yo + i] ? 1 : 0);
    }
  }

  /** x &lt; y. The second operand is one value. */
  public static void lt(long[] x, int xo, long y, byte[] z, int zo, int n) {
    LongVector b = LongVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Long> m = LongVector.fromArray(S, x, xo + i).compare(VectorOperators.LT, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] < y ? 1 : 0);
    }
  }

  /** x &lt; y. The first operand is one value. */
  public static void lt(long x, long[] y, int yo, byte[] z, int zo, int n) {
    gt(y, yo, x, z, zo, n);
  }

  /** x &lt;= y. */
  public static void le(long[] x, int xo, long[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Long> m =
          LongVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.LE, LongVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] <= y[yo + i] ? 1 : 0);
    }
  }

  /** x &lt;= y. The second operand is one value. */
  public static void le(long[] x, int xo, long y, byte[] z, int zo, int n) {
    LongVector b = LongVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Long> m = LongVector.fromArray(S, x, xo + i).compare(VectorOperators.LE, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] <= y ? 1 : 0);
    }
  }

  /** x &lt;= y. The first operand is one value. */
  public static void le(long x, long[] y, int yo, byte[] z, int zo, int n) {
    ge(y, yo, x, z, zo, n);
  }

  /** x &gt; y. */
  public static void gt(long[] x, int xo, long[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Long> m =
          LongVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.GT, LongVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] > y[yo + i] ? 1 : 0);
    }
  }

  /** x &gt; y. The second operand is one value. */
  public static void gt(long[] x, int xo, long y, byte[] z, int zo, int n) {
    LongVector b = LongVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Long> m = LongVector.fromArray(S, x, xo + i).compare(VectorOperators.GT, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] > y ? 1 : 0);
    }
  }

  /** x &gt; y. The first operand is one value. */
  public static void gt(long x, long[] y, int yo, byte[] z, int zo, int n) {
    lt(y, yo, x, z, zo, n);
  }

  /** x &gt;= y. */
  public static void ge(long[] x, int xo, long[] y, int yo, byte[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Long> m =
          LongVector.fromArray(S, x, xo + i)
              .compare(VectorOperators.GE, LongVector.fromArray(S, y, yo + i));
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] >= y[yo + i] ? 1 : 0);
    }
  }

  /** x &gt;= y. The second operand is one value. */
  public static void ge(long[] x, int xo, long y, byte[] z, int zo, int n) {
    LongVector b = LongVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Long> m = LongVector.fromArray(S, x, xo + i).compare(VectorOperators.GE, b);
      ByteVector.zero(B).blend((byte) 1, m.cast(B)).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] >= y ? 1 : 0);
    }
  }

  /** x &gt;= y. The first operand is one value. */
  public static void ge(long x, long[] y, int yo, byte[] z, int zo, int n) {
    le(y, yo, x, z, zo, n);
  }

  /** x where the byte is not 0, else y. */
  public static void select(
      byte[] c, int co, long[] x, int xo, long[] y, int yo, long[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Long> m =
          ByteVector.fromArray(B, c, co + i).compare(VectorOperators.NE, 0).cast(S);
      LongVector.fromArray(S, y, yo + i)
          .blend(LongVector.fromArray(S, x, xo + i), m)
          .intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = c[co + i] != 0 ? x[xo + i] : y[yo + i];
    }
  }

  /** x where the byte is not 0, else y. The value for 0 is one number. */
  public static void select(byte[] c, int co, long[] x, int xo, long y, long[] z, int zo, int n) {
    LongVector b = LongVector.broadcast(S, y);
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Long> m =
          ByteVector.fromArray(B, c, co + i).compare(VectorOperators.NE, 0).cast(S);
      b.blend(LongVector.fromArray(S, x, xo + i), m).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = c[co + i] != 0 ? x[xo + i] : y;
    }
  }

  /** x where the byte is not 0, else y. The value for 1 is one number. */
  public static void select(byte[] c, int co, long x, long[] y, int yo, long[] z, int zo, int n) {
    int i = 0;
    for (int bound = VECTORS ? S.loopBound(n) : 0; i < bound; i += L) {
      VectorMask<Long> m =
          ByteVector.fromArray(B, c, co + i).compare(VectorOperators.NE, 0).cast(S);
      LongVector.fromArray(S, y, yo + i).blend(x, m).intoArray(z, zo + i);
    }
    for (; i < n; i++) {
      z[zo + i] = c[co + i] != 0 ? x : y[yo + i];
    }
  }
}
