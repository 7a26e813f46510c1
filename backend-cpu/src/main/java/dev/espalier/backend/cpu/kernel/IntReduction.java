package dev.espalier.backend.cpu.kernel;

/**
 * Reductions of ints over the middle axis of an array of shape [outer, reduce, inner] into [outer,
 * inner], of the elements [from, to) of the result, sums and products modulo 2^32.
 */
public final class IntReduction {
  private IntReduction() {}

  /** The sum; 0 of nothing. */
  public static void sum(
      int[] x, int xo, int reduce, int inner, int[] z, int zo, int from, int to) {
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int count = Math.min(inner - column, to - at);
      for (int j = 0; j < count; j++) {
        z[zo + at + j] = 0;
      }
      int start = xo + row * reduce * inner + column;
      if (inner == 1) {
        int total = 0;
        for (int r = 0; r < reduce; r++) {
          total = total + x[start + r];
        }
        z[zo + at] = total;
      } else {
        for (int r = 0; r < reduce; r++) {
          for (int j = 0; j < count; j++) {
            z[zo + at + j] = z[zo + at + j] + x[start + r * inner + j];
          }
        }
      }
      at += count;
    }
  }

  /** The product; 1 of nothing. */
  public static void prod(
      int[] x, int xo, int reduce, int inner, int[] z, int zo, int from, int to) {
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int count = Math.min(inner - column, to - at);
      for (int j = 0; j < count; j++) {
        z[zo + at + j] = 1;
      }
      int start = xo + row * reduce * inner + column;
      if (inner == 1) {
        int total = 1;
        for (int r = 0; r < reduce; r++) {
          total = total * x[start + r];
        }
        z[zo + at] = total;
      } else {
        for (int r = 0; r < reduce; r++) {
          for (int j = 0; j < count; j++) {
            z[zo + at + j] = z[zo + at + j] * x[start + r * inner + j];
          }
        }
      }
      at += count;
    }
  }

  /** The maximum; the least value of nothing. */
  public static void max(
      int[] x, int xo, int reduce, int inner, int[] z, int zo, int from, int to) {
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int count = Math.min(inner - column, to - at);
      for (int j = 0; j < count; j++) {
        z[zo + at + j] = Integer.MIN_VALUE;
      }
      int start = xo + row * reduce * inner + column;
      if (inner == 1) {
        int total = Integer.MIN_VALUE;
        for (int r = 0; r < reduce; r++) {
          total = Math.max(total, x[start + r]);
        }
        z[zo + at] = total;
      } else {
        for (int r = 0; r < reduce; r++) {
          for (int j = 0; j < count; j++) {
            z[zo + at + j] = Math.max(z[zo + at + j], x[start + r * inner + j]);
          }
        }
      }
      at += count;
    }
  }

  /** The minimum; the greatest value of nothing. */
  public static void min(
      int[] x, int xo, int reduce, int inner, int[] z, int zo, int from, int to) {
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int count = Math.min(inner - column, to - at);
      for (int j = 0; j < count; j++) {
        z[zo + at + j] = Integer.MAX_VALUE;
      }
      int start = xo + row * reduce * inner + column;
      if (inner == 1) {
        int total = Integer.MAX_VALUE;
        for (int r = 0; r < reduce; r++) {
          total = Math.min(total, x[start + r]);
        }
        z[zo + at] = total;
      } else {
        for (int r = 0; r < reduce; r++) {
          for (int j = 0; j < count; j++) {
            z[zo + at + j] = Math.min(z[zo + at + j], x[start + r * inner + j]);
          }
        }
      }
      at += count;
    }
  }

  /** Bitwise and; all ones of nothing. */
  public static void and(
      int[] x, int xo, int reduce, int inner, int[] z, int zo, int from, int to) {
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int count = Math.min(inner - column, to - at);
      for (int j = 0; j < count; j++) {
        z[zo + at + j] = -1;
      }
      int start = xo + row * reduce * inner + column;
      if (inner == 1) {
        int total = -1;
        for (int r = 0; r < reduce; r++) {
          total = total & x[start + r];
        }
        z[zo + at] = total;
      } else {
        for (int r = 0; r < reduce; r++) {
          for (int j = 0; j < count; j++) {
            z[zo + at + j] = z[zo + at + j] & x[start + r * inner + j];
          }
        }
      }
      at += count;
    }
  }

  /** Bitwise or; 0 of nothing. */
  public static void or(int[] x, int xo, int reduce, int inner, int[] z, int zo, int from, int to) {
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int count = Math.min(inner - column, to - at);
      for (int j = 0; j < count; j++) {
        z[zo + at + j] = 0;
      }
      int start = xo + row * reduce * inner + column;
      if (inner == 1) {
        int total = 0;
        for (int r = 0; r < reduce; r++) {
          total = total | x[start + r];
        }
        z[zo + at] = total;
      } else {
        for (int r = 0; r < reduce; r++) {
          for (int j = 0; j < count; j++) {
            z[zo + at + j] = z[zo + at + j] | x[start + r * inner + j];
          }
        }
      }
      at += count;
    }
  }
}
