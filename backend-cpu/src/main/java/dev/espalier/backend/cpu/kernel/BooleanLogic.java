package dev.espalier.backend.cpu.kernel;

/** Logic on bytes that are 0 or 1, and the choice between such bytes. */
public final class BooleanLogic {
  private BooleanLogic() {}

  /** x and y. */
  public static void and(byte[] x, int xo, byte[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] & y[yo + i]);
    }
  }

  /** x and y. The second operand is one value. */
  public static void and(byte[] x, int xo, byte y, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] & y);
    }
  }

  /** x and y. The first operand is one value. */
  public static void and(byte x, byte[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x & y[yo + i]);
    }
  }

  /** x or y. */
  public static void or(byte[] x, int xo, byte[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] | y[yo + i]);
    }
  }

  /** x or y. The second operand is one value. */
  public static void or(byte[] x, int xo, byte y, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] | y);
    }
  }

  /** x or y. The first operand is one value. */
  public static void or(byte x, byte[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x | y[yo + i]);
    }
  }

  /** Exactly one of x and y. */
  public static void xor(byte[] x, int xo, byte[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] ^ y[yo + i]);
    }
  }

  /** Exactly one of x and y. The second operand is one value. */
  public static void xor(byte[] x, int xo, byte y, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] ^ y);
    }
  }

  /** Exactly one of x and y. The first operand is one value. */
  public static void xor(byte x, byte[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x ^ y[yo + i]);
    }
  }

  /** Not x. */
  public static void not(byte[] x, int xo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = (byte) (x[xo + i] ^ 1);
    }
  }

  /** x where the byte of c is not 0, else y. */
  public static void select(
      byte[] c, int co, byte[] x, int xo, byte[] y, int yo, byte[] z, int zo, int n) {
    for (int i = 0; i < n; i++) {
      z[zo + i] = c[co + i] != 0 ? x[xo + i] : y[yo + i];
    }
  }
}
