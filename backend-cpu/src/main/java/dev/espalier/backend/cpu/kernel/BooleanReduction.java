package dev.espalier.backend.cpu.kernel;

/**
 * Reductions of booleans (bytes 0 or 1) over the middle axis of an array of shape [outer, reduce,
 * inner] into [outer, inner], of the elements [from, to) of the result.
 */
public final class BooleanReduction {
  private BooleanReduction() {}

  /** Whether all are true; true of nothing. */
  public static void and(
      byte[] x, int xo, int reduce, int inner, byte[] z, int zo, int from, int to) {
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
        byte total = 1;
        for (int r = 0; r < reduce; r++) {
          total = (byte) (total & x[start + r]);
        }
        z[zo + at] = total;
      } else {
        for (int r = 0; r < reduce; r++) {
          for (int j = 0; j < count; j++) {
            z[zo + at + j] = (byte) (z[zo + at + j] & x[start + r * inner + j]);
          }
        }
      }
      at += count;
    }
  }

  /** Whether any is true; false of nothing. */
  public static void or(
      byte[] x, int xo, int reduce, int inner, byte[] z, int zo, int from, int to) {
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
        byte total = 0;
        for (int r = 0; r < reduce; r++) {
          total = (byte) (total | x[start + r]);
        }
        z[zo + at] = total;
      } else {
        for (int r = 0; r < reduce; r++) {
          for (int j = 0; j < count; j++) {
            z[zo + at + j] = (byte) (z[zo + at + j] | x[start + r * inner + j]);
          }
        }
      }
      at += count;
    }
  }
}
