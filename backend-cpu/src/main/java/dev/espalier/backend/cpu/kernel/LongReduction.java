package dev.espalier.backend.cpu.kernel;

/**
 * Reductions of longs over the middle axis of an array of shape [outer, reduce, inner] into [outer,
 * inner], of the elements [from, to) of the result, sums and products modulo 2^64.
 */
public final class LongReduction {
  private LongReduction() {}

  /** The sum; 0 of nothing. */
  public static void sum(
      long[] x, int xo, int reduce, int inner, long[] z, int zo, int from, int to) {
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
        long total = 0;
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
      long[] x, int xo, int reduce, int inner, long[] z, int zo, int from, int to) {
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
        long total = 1;
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
      long[] x, int xo, int reduce, int inner, long[] z, int zo, int from, int to) {
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int count = Math.min(inner - column, to - at);
      for (int j = 0; j < count; j++) {
        z[zo + at + j] = Long.MIN_VALUE;
      }
      int start = xo + row * reduce * inner + column;
      if (inner == 1) {
        long total = Long.MIN_VALUE;
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
      long[] x, int xo, int reduce, int inner, long[] z, int zo, int from, int to) {
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int count = Math.min(inner - column, to - at);
      for (int j = 0; j < count; j++) {
        z[zo + at + j] = Long.MAX_VALUE;
      }
      int start = xo + row * reduce * inner + column;
      if (inner == 1) {
        long total = Long.MAX_VALUE;
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
      long[] x, int xo, int reduce, int inner, long[] z, int zo, int from, int to) {
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
        long total = -1;
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
  public static void or(
      long[] x, int xo, int reduce, int inner, long[] z, int zo, int from, int to) {
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
        long total = 0;
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
