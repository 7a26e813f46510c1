package dev.espalier.backend.cpu.kernel;

/**
 * Comparisons of longs into bytes (0 or 1), and the choice between two blocks by such bytes.
 *
 * <p>Operands are signed.
 */
public final class LongComparison {
  private LongComparison() {}

  /** x = y. */
  public static void eq(long[] x, int xo, long[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] == y[yo + i] ? 1 : 0);
    }
  }

  /** x = y. The second operand is one value. */
  public static void eq(long[] x, int xo, long y, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] == y ? 1 : 0);
    }
  }

  /** x = y. The first operand is one value. */
  public static void eq(long x, long[] y, int yo, byte[] z, int zo, int n) {
    eq(y, yo, x, z, zo, n);
  }

  /** x != y. */
  public static void ne(long[] x, int xo, long[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] != y[yo + i] ? 1 : 0);
    }
  }

  /** x != y. The second operand is one value. */
  public static void ne(long[] x, int xo, long y, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] != y ? 1 : 0);
    }
  }

  /** x != y. The first operand is one value. */
  public static void ne(long x, long[] y, int yo, byte[] z, int zo, int n) {
    ne(y, yo, x, z, zo, n);
  }

  /** x &lt; y. */
  public static void lt(long[] x, int xo, long[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] < y[yo + i] ? 1 : 0);
    }
  }

  /** x &lt; y. The second operand is one value. */
  public static void lt(long[] x, int xo, long y, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] < y ? 1 : 0);
    }
  }

  /** x &lt; y. The first operand is one value. */
  public static void lt(long x, long[] y, int yo, byte[] z, int zo, int n) {
    gt(y, yo, x, z, zo, n);
  }

  /** x &lt;= y. */
  public static void le(long[] x, int xo, long[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] <= y[yo + i] ? 1 : 0);
    }
  }

  /** x &lt;= y. The second operand is one value. */
  public static void le(long[] x, int xo, long y, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] <= y ? 1 : 0);
    }
  }

  /** x &lt;= y. The first operand is one value. */
  public static void le(long x, long[] y, int yo, byte[] z, int zo, int n) {
    ge(y, yo, x, z, zo, n);
  }

  /** x &gt; y. */
  public static void gt(long[] x, int xo, long[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] > y[yo + i] ? 1 : 0);
    }
  }

  /** x &gt; y. The second operand is one value. */
  public static void gt(long[] x, int xo, long y, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] > y ? 1 : 0);
    }
  }

  /** x &gt; y. The first operand is one value. */
  public static void gt(long x, long[] y, int yo, byte[] z, int zo, int n) {
    lt(y, yo, x, z, zo, n);
  }

  /** x &gt;= y. */
  public static void ge(long[] x, int xo, long[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] >= y[yo + i] ? 1 : 0);
    }
  }

  /** x &gt;= y. The second operand is one value. */
  public static void ge(long[] x, int xo, long y, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
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
    for (int i = 0; i < n; i++) {
      z[zo + i] = c[co + i] != 0 ? x[xo + i] : y[yo + i];
    }
  }

  /** x where the byte is not 0, else y. The value for 0 is one number. */
  public static void select(byte[] c, int co, long[] x, int xo, long y, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = c[co + i] != 0 ? x[xo + i] : y;
    }
  }

  /** x where the byte is not 0, else y. The value for 1 is one number. */
  public static void select(byte[] c, int co, long x, long[] y, int yo, long[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = c[co + i] != 0 ? x : y[yo + i];
    }
  }
}
