package dev.espalier.backend.cpu.kernel;

/**
 * Comparisons of doubles into bytes (0 or 1), and the choice between two blocks by such bytes.
 *
 * <p>NaN is unequal to everything, itself included; -0 equals 0.
 */
public final class DoubleComparison {
  private DoubleComparison() {}

  /** x = y. */
  public static void eq(double[] x, int xo, double[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] == y[yo + i] ? 1 : 0);
    }
  }

  /** x = y. The second operand is one value. */
  public static void eq(double[] x, int xo, double y, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] == y ? 1 : 0);
    }
  }

  /** x = y. The first operand is one value. */
  public static void eq(double x, double[] y, int yo, byte[] z, int zo, int n) {
    eq(y, yo, x, z, zo, n);
  }

  /** x != y. */
  public static void ne(double[] x, int xo, double[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] != y[yo + i] ? 1 : 0);
    }
  }

  /** x != y. The second operand is one value. */
  public static void ne(double[] x, int xo, double y, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] != y ? 1 : 0);
    }
  }

  /** x != y. The first operand is one value. */
  public static void ne(double x, double[] y, int yo, byte[] z, int zo, int n) {
    ne(y, yo, x, z, zo, n);
  }

  /** x &lt; y. */
  public static void lt(double[] x, int xo, double[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] < y[yo + i] ? 1 : 0);
    }
  }

  /** x &lt; y. The second operand is one value. */
  public static void lt(double[] x, int xo, double y, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] < y ? 1 : 0);
    }
  }

  /** x &lt; y. The first operand is one value. */
  public static void lt(double x, double[] y, int yo, byte[] z, int zo, int n) {
    gt(y, yo, x, z, zo, n);
  }

  /** x &lt;= y. */
  public static void le(double[] x, int xo, double[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] <= y[yo + i] ? 1 : 0);
    }
  }

  /** x &lt;= y. The second operand is one value. */
  public static void le(double[] x, int xo, double y, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] <= y ? 1 : 0);
    }
  }

  /** x &lt;= y. The first operand is one value. */
  public static void le(double x, double[] y, int yo, byte[] z, int zo, int n) {
    ge(y, yo, x, z, zo, n);
  }

  /** x &gt; y. */
  public static void gt(double[] x, int xo, double[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] > y[yo + i] ? 1 : 0);
    }
  }

  /** x &gt; y. The second operand is one value. */
  public static void gt(double[] x, int xo, double y, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] > y ? 1 : 0);
    }
  }

  /** x &gt; y. The first operand is one value. */
  public static void gt(double x, double[] y, int yo, byte[] z, int zo, int n) {
    lt(y, yo, x, z, zo, n);
  }

  /** x &gt;= y. */
  public static void ge(double[] x, int xo, double[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] >= y[yo + i] ? 1 : 0);
    }
  }

  /** x &gt;= y. The second operand is one value. */
  public static void ge(double[] x, int xo, double y, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] >= y ? 1 : 0);
    }
  }

  /** x &gt;= y. The first operand is one value. */
  public static void ge(double x, double[] y, int yo, byte[] z, int zo, int n) {
    le(y, yo, x, z, zo, n);
  }

  /** x where the byte is not 0, else y. */
  public static void select(
      byte[] c, int co, double[] x, int xo, double[] y, int yo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = c[co + i] != 0 ? x[xo + i] : y[yo + i];
    }
  }

  /** x where the byte is not 0, else y. The value for 0 is one number. */
  public static void select(
      byte[] c, int co, double[] x, int xo, double y, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = c[co + i] != 0 ? x[xo + i] : y;
    }
  }

  /** x where the byte is not 0, else y. The value for 1 is one number. */
  public static void select(
      byte[] c, int co, double x, double[] y, int yo, double[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = c[co + i] != 0 ? x : y[yo + i];
    }
  }
}
