package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Reductions of doubles over the middle axis of an array of shape [outer, reduce, inner] into
 * [outer, inner].
 *
 * <p>Every element of the result is computed in one fixed order, whatever part of the result is
 * asked for: along adjacent elements in blocks of {@value #BLOCK}, each in 64 interleaved chains
 * that are then combined as a tree, the blocks in order in double precision; across rows in blocks
 * of 128. So no bit depends on the number of threads nor on the width of vectors. A single long
 * reduction is shared among threads by its blocks: {@code sumBlocks} in any partition, then {@code
 * sumOfBlocks}.
 */
public final class DoubleReduction {
  private static final VectorSpecies<Double> S = DoubleVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** Elements in a block of a reduction along adjacent elements. */
  public static final int BLOCK = 4096;

  /** Chains that are summed side by side. */
  public static final int CHAINS = 64;

  /** Chains that are left when they are combined one by one. */
  private static final int LAST_CHAINS = 16;

  private static final int ROWS = 128;

  private DoubleReduction() {}

  /** How many blocks n elements have. */
  public static int blocks(int n) {
    return (n + BLOCK - 1) / BLOCK;
  }

  /**
   * The sum; 0 of nothing.
   *
   * @param from first element of the result, counted over [outer, inner], that is computed
   * @param to one past the last
   * @param chains room for {@link #CHAINS} elements, of the calling thread
   */
  public static void sum(
      double[] x,
      int xo,
      int reduce,
      int inner,
      double[] z,
      int zo,
      int from,
      int to,
      double[] chains) {
    if (inner == 1) {
      for (int i = from; i < to; i++) {
        z[zo + i] = sumLine(x, xo + i * reduce, reduce, chains);
      }
      return;
    }
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int count = Math.min(inner - column, to - at);
      sumRows(x, xo + row * reduce * inner + column, reduce, inner, z, zo + at, count);
      at += count;
    }
  }

  /** The sum of the blocks [fromBlock, toBlock) of n adjacent elements, each into its place. */
  public static void sumBlocks(
      double[] x,
      int xo,
      int n,
      double[] partial,
      int po,
      int fromBlock,
      int toBlock,
      double[] chains) {
    for (int i = fromBlock; i < toBlock; i++) {
      partial[po + i] = sumBlock(x, xo + i * BLOCK, Math.min(BLOCK, n - i * BLOCK), chains);
    }
  }

  /** The sum of all, from the blocks': what {@link #sum} gives for inner = 1. */
  public static double sumOfBlocks(double[] partial, int po, int blocks) {
    double total = 0;
    for (int i = 0; i < blocks; i++) {
      total = total + partial[po + i];
    }
    return total;
  }

  private static double sumLine(double[] x, int xo, int n, double[] chains) {
    double total = 0;
    for (int i = 0; i < n; i += BLOCK) {
      total = total + sumBlock(x, xo + i, Math.min(BLOCK, n - i), chains);
    }
    return total;
  }

  private static double sumBlock(double[] x, int xo, int n, double[] chains) {
    int whole = n - n % CHAINS;
    for (int g = 0; g < CHAINS; g += 4 * L) {
      DoubleVector a = DoubleVector.broadcast(S, 0);
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      for (int i = xo + g; i < xo + whole; i += CHAINS) {
        a = a.add(DoubleVector.fromArray(S, x, i));
        b = b.add(DoubleVector.fromArray(S, x, i + L));
        c = c.add(DoubleVector.fromArray(S, x, i + 2 * L));
        d = d.add(DoubleVector.fromArray(S, x, i + 3 * L));
      }
      int at = xo + whole + g;
      int rest = n - whole - g;
      if (rest > 0) {
        var m = FirstLanes.doubles(rest);
        a = a.add(DoubleVector.fromArray(S, x, at, m));
      }
      if (rest > L) {
        var m = FirstLanes.doubles(rest - L);
        b = b.add(DoubleVector.fromArray(S, x, at + L, m));
      }
      if (rest > 2 * L) {
        var m = FirstLanes.doubles(rest - 2 * L);
        c = c.add(DoubleVector.fromArray(S, x, at + 2 * L, m));
      }
      if (rest > 3 * L) {
        var m = FirstLanes.doubles(rest - 3 * L);
        d = d.add(DoubleVector.fromArray(S, x, at + 3 * L, m));
      }
      if (4 * L == CHAINS) {
        a.add(c).add(b.add(d)).intoArray(chains, 0);
      } else {
        a.intoArray(chains, g);
        b.intoArray(chains, g + L);
        c.intoArray(chains, g + 2 * L);
        d.intoArray(chains, g + 3 * L);
      }
    }
    if (4 * L != CHAINS) {
      for (int half = CHAINS / 2; half >= LAST_CHAINS; half /= 2) {
        for (int j = 0; j < half; j += L) {
          DoubleVector.fromArray(S, chains, j)
              .add(DoubleVector.fromArray(S, chains, j + half))
              .intoArray(chains, j);
        }
      }
    }
    return sumLastChains(chains);
  }

  private static double sumLastChains(double[] c) {
    double c0 = c[0] + c[8];
    double c1 = c[1] + c[9];
    double c2 = c[2] + c[10];
    double c3 = c[3] + c[11];
    double c4 = c[4] + c[12];
    double c5 = c[5] + c[13];
    double c6 = c[6] + c[14];
    double c7 = c[7] + c[15];
    double d0 = c0 + c4;
    double d1 = c1 + c5;
    double d2 = c2 + c6;
    double d3 = c3 + c7;
    return (d0 + d2) + (d1 + d3);
  }

  private static void sumRows(
      double[] x, int xo, int rows, int stride, double[] z, int zo, int count) {
    int j = 0;
    for (; j <= count - 4 * L; j += 4 * L) {
      DoubleVector a = DoubleVector.broadcast(S, 0);
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      for (int block = 0; block < rows; block += ROWS) {
        DoubleVector p = DoubleVector.broadcast(S, 0);
        DoubleVector q = p;
        DoubleVector r = p;
        DoubleVector s = p;
        int at = xo + block * stride + j;
        int end = Math.min(rows, block + ROWS);
        for (int row = block; row < end; row++) {
          p = p.add(DoubleVector.fromArray(S, x, at));
          q = q.add(DoubleVector.fromArray(S, x, at + L));
          r = r.add(DoubleVector.fromArray(S, x, at + 2 * L));
          s = s.add(DoubleVector.fromArray(S, x, at + 3 * L));
          at += stride;
        }
        a = a.add(p);
        b = b.add(q);
        c = c.add(r);
        d = d.add(s);
      }
      a.intoArray(z, zo + j);
      b.intoArray(z, zo + j + L);
      c.intoArray(z, zo + j + 2 * L);
      d.intoArray(z, zo + j + 3 * L);
    }
    for (; j < count; j += L) {
      var m = FirstLanes.doubles(count - j);
      DoubleVector total = DoubleVector.broadcast(S, 0);
      for (int block = 0; block < rows; block += ROWS) {
        DoubleVector part = DoubleVector.broadcast(S, 0);
        int end = Math.min(rows, block + ROWS);
        for (int r = block; r < end; r++) {
          part = part.add(DoubleVector.fromArray(S, x, xo + r * stride + j, m));
        }
        total = total.add(part);
      }
      total.intoArray(z, zo + j, m);
    }
  }

  /**
   * The product; 1 of nothing.
   *
   * @param from first element of the result, counted over [outer, inner], that is computed
   * @param to one past the last
   * @param chains room for {@link #CHAINS} elements, of the calling thread
   */
  public static void prod(
      double[] x,
      int xo,
      int reduce,
      int inner,
      double[] z,
      int zo,
      int from,
      int to,
      double[] chains) {
    if (inner == 1) {
      for (int i = from; i < to; i++) {
        z[zo + i] = prodLine(x, xo + i * reduce, reduce, chains);
      }
      return;
    }
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int count = Math.min(inner - column, to - at);
      prodRows(x, xo + row * reduce * inner + column, reduce, inner, z, zo + at, count);
      at += count;
    }
  }

  /** The prod of the blocks [fromBlock, toBlock) of n adjacent elements, each into its place. */
  public static void prodBlocks(
      double[] x,
      int xo,
      int n,
      double[] partial,
      int po,
      int fromBlock,
      int toBlock,
      double[] chains) {
    for (int i = fromBlock; i < toBlock; i++) {
      partial[po + i] = prodBlock(x, xo + i * BLOCK, Math.min(BLOCK, n - i * BLOCK), chains);
    }
  }

  /** The prod of all, from the blocks': what {@link #prod} gives for inner = 1. */
  public static double prodOfBlocks(double[] partial, int po, int blocks) {
    double total = 1;
    for (int i = 0; i < blocks; i++) {
      total = total * partial[po + i];
    }
    return total;
  }

  private static double prodLine(double[] x, int xo, int n, double[] chains) {
    double total = 1;
    for (int i = 0; i < n; i += BLOCK) {
      total = total * prodBlock(x, xo + i, Math.min(BLOCK, n - i), chains);
    }
    return total;
  }

  private static double prodBlock(double[] x, int xo, int n, double[] chains) {
    int whole = n - n % CHAINS;
    DoubleVector identity = DoubleVector.broadcast(S, 1);
    for (int g = 0; g < CHAINS; g += 4 * L) {
      DoubleVector a = identity;
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      for (int i = xo + g; i < xo + whole; i += CHAINS) {
        a = a.mul(DoubleVector.fromArray(S, x, i));
        b = b.mul(DoubleVector.fromArray(S, x, i + L));
        c = c.mul(DoubleVector.fromArray(S, x, i + 2 * L));
        d = d.mul(DoubleVector.fromArray(S, x, i + 3 * L));
      }
      int at = xo + whole + g;
      int rest = n - whole - g;
      if (rest > 0) {
        var m = FirstLanes.doubles(rest);
        a = a.mul(identity.blend(DoubleVector.fromArray(S, x, at, m), m));
      }
      if (rest > L) {
        var m = FirstLanes.doubles(rest - L);
        b = b.mul(identity.blend(DoubleVector.fromArray(S, x, at + L, m), m));
      }
      if (rest > 2 * L) {
        var m = FirstLanes.doubles(rest - 2 * L);
        c = c.mul(identity.blend(DoubleVector.fromArray(S, x, at + 2 * L, m), m));
      }
      if (rest > 3 * L) {
        var m = FirstLanes.doubles(rest - 3 * L);
        d = d.mul(identity.blend(DoubleVector.fromArray(S, x, at + 3 * L, m), m));
      }
      if (4 * L == CHAINS) {
        a.mul(c).mul(b.mul(d)).intoArray(chains, 0);
      } else {
        a.intoArray(chains, g);
        b.intoArray(chains, g + L);
        c.intoArray(chains, g + 2 * L);
        d.intoArray(chains, g + 3 * L);
      }
    }
    if (4 * L != CHAINS) {
      for (int half = CHAINS / 2; half >= LAST_CHAINS; half /= 2) {
        for (int j = 0; j < half; j += L) {
          DoubleVector.fromArray(S, chains, j)
              .mul(DoubleVector.fromArray(S, chains, j + half))
              .intoArray(chains, j);
        }
      }
    }
    return prodLastChains(chains);
  }

  private static double prodLastChains(double[] c) {
    double c0 = c[0] * c[8];
    double c1 = c[1] * c[9];
    double c2 = c[2] * c[10];
    double c3 = c[3] * c[11];
    double c4 = c[4] * c[12];
    double c5 = c[5] * c[13];
    double c6 = c[6] * c[14];
    double c7 = c[7] * c[15];
    double d0 = c0 * c4;
    double d1 = c1 * c5;
    double d2 = c2 * c6;
    double d3 = c3 * c7;
    return (d0 * d2) * (d1 * d3);
  }

  private static void prodRows(
      double[] x, int xo, int rows, int stride, double[] z, int zo, int count) {
    int j = 0;
    for (; j <= count - 4 * L; j += 4 * L) {
      DoubleVector a = DoubleVector.broadcast(S, 1);
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      for (int block = 0; block < rows; block += ROWS) {
        DoubleVector p = DoubleVector.broadcast(S, 1);
        DoubleVector q = p;
        DoubleVector r = p;
        DoubleVector s = p;
        int at = xo + block * stride + j;
        int end = Math.min(rows, block + ROWS);
        for (int row = block; row < end; row++) {
          p = p.mul(DoubleVector.fromArray(S, x, at));
          q = q.mul(DoubleVector.fromArray(S, x, at + L));
          r = r.mul(DoubleVector.fromArray(S, x, at + 2 * L));
          s = s.mul(DoubleVector.fromArray(S, x, at + 3 * L));
          at += stride;
        }
        a = a.mul(p);
        b = b.mul(q);
        c = c.mul(r);
        d = d.mul(s);
      }
      a.intoArray(z, zo + j);
      b.intoArray(z, zo + j + L);
      c.intoArray(z, zo + j + 2 * L);
      d.intoArray(z, zo + j + 3 * L);
    }
    for (; j < count; j += L) {
      var m = FirstLanes.doubles(count - j);
      DoubleVector total = DoubleVector.broadcast(S, 1);
      for (int block = 0; block < rows; block += ROWS) {
        DoubleVector part = DoubleVector.broadcast(S, 1);
        int end = Math.min(rows, block + ROWS);
        for (int r = block; r < end; r++) {
          part = part.mul(DoubleVector.fromArray(S, x, xo + r * stride + j, m));
        }
        total = total.mul(part);
      }
      total.intoArray(z, zo + j, m);
    }
  }

  /**
   * The maximum; NaN if any element is NaN; minus infinity of nothing.
   *
   * @param from first element of the result, counted over [outer, inner], that is computed
   * @param to one past the last
   * @param chains room for {@link #CHAINS} elements, of the calling thread
   */
  public static void max(
      double[] x,
      int xo,
      int reduce,
      int inner,
      double[] z,
      int zo,
      int from,
      int to,
      double[] chains) {
    if (inner == 1) {
      for (int i = from; i < to; i++) {
        z[zo + i] = maxLine(x, xo + i * reduce, reduce, chains);
      }
      return;
    }
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int count = Math.min(inner - column, to - at);
      maxRows(x, xo + row * reduce * inner + column, reduce, inner, z, zo + at, count);
      at += count;
    }
  }

  /** The max of the blocks [fromBlock, toBlock) of n adjacent elements, each into its place. */
  public static void maxBlocks(
      double[] x,
      int xo,
      int n,
      double[] partial,
      int po,
      int fromBlock,
      int toBlock,
      double[] chains) {
    for (int i = fromBlock; i < toBlock; i++) {
      partial[po + i] = maxBlock(x, xo + i * BLOCK, Math.min(BLOCK, n - i * BLOCK), chains);
    }
  }

  /** The max of all, from the blocks': what {@link #max} gives for inner = 1. */
  public static double maxOfBlocks(double[] partial, int po, int blocks) {
    double total = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < blocks; i++) {
      total = Math.max(total, partial[po + i]);
    }
    return total;
  }

  private static double maxLine(double[] x, int xo, int n, double[] chains) {
    double total = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i += BLOCK) {
      total = Math.max(total, maxBlock(x, xo + i, Math.min(BLOCK, n - i), chains));
    }
    return total;
  }

  private static double maxBlock(double[] x, int xo, int n, double[] chains) {
    int whole = n - n % CHAINS;
    DoubleVector identity = DoubleVector.broadcast(S, Double.NEGATIVE_INFINITY);
    for (int g = 0; g < CHAINS; g += 4 * L) {
      DoubleVector a = identity;
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      for (int i = xo + g; i < xo + whole; i += CHAINS) {
        a = a.max(DoubleVector.fromArray(S, x, i));
        b = b.max(DoubleVector.fromArray(S, x, i + L));
        c = c.max(DoubleVector.fromArray(S, x, i + 2 * L));
        d = d.max(DoubleVector.fromArray(S, x, i + 3 * L));
      }
      int at = xo + whole + g;
      int rest = n - whole - g;
      if (rest > 0) {
        var m = FirstLanes.doubles(rest);
        a = a.max(identity.blend(DoubleVector.fromArray(S, x, at, m), m));
      }
      if (rest > L) {
        var m = FirstLanes.doubles(rest - L);
        b = b.max(identity.blend(DoubleVector.fromArray(S, x, at + L, m), m));
      }
      if (rest > 2 * L) {
        var m = FirstLanes.doubles(rest - 2 * L);
        c = c.max(identity.blend(DoubleVector.fromArray(S, x, at + 2 * L, m), m));
      }
      if (rest > 3 * L) {
        var m = FirstLanes.doubles(rest - 3 * L);
        d = d.max(identity.blend(DoubleVector.fromArray(S, x, at + 3 * L, m), m));
      }
      if (4 * L == CHAINS) {
        a.max(c).max(b.max(d)).intoArray(chains, 0);
      } else {
        a.intoArray(chains, g);
        b.intoArray(chains, g + L);
        c.intoArray(chains, g + 2 * L);
        d.intoArray(chains, g + 3 * L);
      }
    }
    if (4 * L != CHAINS) {
      for (int half = CHAINS / 2; half >= LAST_CHAINS; half /= 2) {
        for (int j = 0; j < half; j += L) {
          DoubleVector.fromArray(S, chains, j)
              .max(DoubleVector.fromArray(S, chains, j + half))
              .intoArray(chains, j);
        }
      }
    }
    return maxLastChains(chains);
  }

  private static double maxLastChains(double[] c) {
    double c0 = Math.max(c[0], c[8]);
    double c1 = Math.max(c[1], c[9]);
    double c2 = Math.max(c[2], c[10]);
    double c3 = Math.max(c[3], c[11]);
    double c4 = Math.max(c[4], c[12]);
    double c5 = Math.max(c[5], c[13]);
    double c6 = Math.max(c[6], c[14]);
    double c7 = Math.max(c[7], c[15]);
    double d0 = Math.max(c0, c4);
    double d1 = Math.max(c1, c5);
    double d2 = Math.max(c2, c6);
    double d3 = Math.max(c3, c7);
    return Math.max(Math.max(d0, d2), Math.max(d1, d3));
  }

  private static void maxRows(
      double[] x, int xo, int rows, int stride, double[] z, int zo, int count) {
    int j = 0;
    for (; j <= count - 4 * L; j += 4 * L) {
      DoubleVector a = DoubleVector.broadcast(S, Double.NEGATIVE_INFINITY);
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      for (int block = 0; block < rows; block += ROWS) {
        DoubleVector p = DoubleVector.broadcast(S, Double.NEGATIVE_INFINITY);
        DoubleVector q = p;
        DoubleVector r = p;
        DoubleVector s = p;
        int at = xo + block * stride + j;
        int end = Math.min(rows, block + ROWS);
        for (int row = block; row < end; row++) {
          p = p.max(DoubleVector.fromArray(S, x, at));
          q = q.max(DoubleVector.fromArray(S, x, at + L));
          r = r.max(DoubleVector.fromArray(S, x, at + 2 * L));
          s = s.max(DoubleVector.fromArray(S, x, at + 3 * L));
          at += stride;
        }
        a = a.max(p);
        b = b.max(q);
        c = c.max(r);
        d = d.max(s);
      }
      a.intoArray(z, zo + j);
      b.intoArray(z, zo + j + L);
      c.intoArray(z, zo + j + 2 * L);
      d.intoArray(z, zo + j + 3 * L);
    }
    for (; j < count; j += L) {
      var m = FirstLanes.doubles(count - j);
      DoubleVector total = DoubleVector.broadcast(S, Double.NEGATIVE_INFINITY);
      for (int block = 0; block < rows; block += ROWS) {
        DoubleVector part = DoubleVector.broadcast(S, Double.NEGATIVE_INFINITY);
        int end = Math.min(rows, block + ROWS);
        for (int r = block; r < end; r++) {
          part = part.max(DoubleVector.fromArray(S, x, xo + r * stride + j, m));
        }
        total = total.max(part);
      }
      total.intoArray(z, zo + j, m);
    }
  }

  /**
   * The minimum; NaN if any element is NaN; infinity of nothing.
   *
   * @param from first element of the result, counted over [outer, inner], that is computed
   * @param to one past the last
   * @param chains room for {@link #CHAINS} elements, of the calling thread
   */
  public static void min(
      double[] x,
      int xo,
      int reduce,
      int inner,
      double[] z,
      int zo,
      int from,
      int to,
      double[] chains) {
    if (inner == 1) {
      for (int i = from; i < to; i++) {
        z[zo + i] = minLine(x, xo + i * reduce, reduce, chains);
      }
      return;
    }
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int count = Math.min(inner - column, to - at);
      minRows(x, xo + row * reduce * inner + column, reduce, inner, z, zo + at, count);
      at += count;
    }
  }

  /** The min of the blocks [fromBlock, toBlock) of n adjacent elements, each into its place. */
  public static void minBlocks(
      double[] x,
      int xo,
      int n,
      double[] partial,
      int po,
      int fromBlock,
      int toBlock,
      double[] chains) {
    for (int i = fromBlock; i < toBlock; i++) {
      partial[po + i] = minBlock(x, xo + i * BLOCK, Math.min(BLOCK, n - i * BLOCK), chains);
    }
  }

  /** The min of all, from the blocks': what {@link #min} gives for inner = 1. */
  public static double minOfBlocks(double[] partial, int po, int blocks) {
    double total = Double.POSITIVE_INFINITY;
    for (int i = 0; i < blocks; i++) {
      total = Math.min(total, partial[po + i]);
    }
    return total;
  }

  private static double minLine(double[] x, int xo, int n, double[] chains) {
    double total = Double.POSITIVE_INFINITY;
    for (int i = 0; i < n; i += BLOCK) {
      total = Math.min(total, minBlock(x, xo + i, Math.min(BLOCK, n - i), chains));
    }
    return total;
  }

  private static double minBlock(double[] x, int xo, int n, double[] chains) {
    int whole = n - n % CHAINS;
    DoubleVector identity = DoubleVector.broadcast(S, Double.POSITIVE_INFINITY);
    for (int g = 0; g < CHAINS; g += 4 * L) {
      DoubleVector a = identity;
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      for (int i = xo + g; i < xo + whole; i += CHAINS) {
        a = a.min(DoubleVector.fromArray(S, x, i));
        b = b.min(DoubleVector.fromArray(S, x, i + L));
        c = c.min(DoubleVector.fromArray(S, x, i + 2 * L));
        d = d.min(DoubleVector.fromArray(S, x, i + 3 * L));
      }
      int at = xo + whole + g;
      int rest = n - whole - g;
      if (rest > 0) {
        var m = FirstLanes.doubles(rest);
        a = a.min(identity.blend(DoubleVector.fromArray(S, x, at, m), m));
      }
      if (rest > L) {
        var m = FirstLanes.doubles(rest - L);
        b = b.min(identity.blend(DoubleVector.fromArray(S, x, at + L, m), m));
      }
      if (rest > 2 * L) {
        var m = FirstLanes.doubles(rest - 2 * L);
        c = c.min(identity.blend(DoubleVector.fromArray(S, x, at + 2 * L, m), m));
      }
      if (rest > 3 * L) {
        var m = FirstLanes.doubles(rest - 3 * L);
        d = d.min(identity.blend(DoubleVector.fromArray(S, x, at + 3 * L, m), m));
      }
      if (4 * L == CHAINS) {
        a.min(c).min(b.min(d)).intoArray(chains, 0);
      } else {
        a.intoArray(chains, g);
        b.intoArray(chains, g + L);
        c.intoArray(chains, g + 2 * L);
        d.intoArray(chains, g + 3 * L);
      }
    }
    if (4 * L != CHAINS) {
      for (int half = CHAINS / 2; half >= LAST_CHAINS; half /= 2) {
        for (int j = 0; j < half; j += L) {
          DoubleVector.fromArray(S, chains, j)
              .min(DoubleVector.fromArray(S, chains, j + half))
              .intoArray(chains, j);
        }
      }
    }
    return minLastChains(chains);
  }

  private static double minLastChains(double[] c) {
    double c0 = Math.min(c[0], c[8]);
    double c1 = Math.min(c[1], c[9]);
    double c2 = Math.min(c[2], c[10]);
    double c3 = Math.min(c[3], c[11]);
    double c4 = Math.min(c[4], c[12]);
    double c5 = Math.min(c[5], c[13]);
    double c6 = Math.min(c[6], c[14]);
    double c7 = Math.min(c[7], c[15]);
    double d0 = Math.min(c0, c4);
    double d1 = Math.min(c1, c5);
    double d2 = Math.min(c2, c6);
    double d3 = Math.min(c3, c7);
    return Math.min(Math.min(d0, d2), Math.min(d1, d3));
  }

  private static void minRows(
      double[] x, int xo, int rows, int stride, double[] z, int zo, int count) {
    int j = 0;
    for (; j <= count - 4 * L; j += 4 * L) {
      DoubleVector a = DoubleVector.broadcast(S, Double.POSITIVE_INFINITY);
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      for (int block = 0; block < rows; block += ROWS) {
        DoubleVector p = DoubleVector.broadcast(S, Double.POSITIVE_INFINITY);
        DoubleVector q = p;
        DoubleVector r = p;
        DoubleVector s = p;
        int at = xo + block * stride + j;
        int end = Math.min(rows, block + ROWS);
        for (int row = block; row < end; row++) {
          p = p.min(DoubleVector.fromArray(S, x, at));
          q = q.min(DoubleVector.fromArray(S, x, at + L));
          r = r.min(DoubleVector.fromArray(S, x, at + 2 * L));
          s = s.min(DoubleVector.fromArray(S, x, at + 3 * L));
          at += stride;
        }
        a = a.min(p);
        b = b.min(q);
        c = c.min(r);
        d = d.min(s);
      }
      a.intoArray(z, zo + j);
      b.intoArray(z, zo + j + L);
      c.intoArray(z, zo + j + 2 * L);
      d.intoArray(z, zo + j + 3 * L);
    }
    for (; j < count; j += L) {
      var m = FirstLanes.doubles(count - j);
      DoubleVector total = DoubleVector.broadcast(S, Double.POSITIVE_INFINITY);
      for (int block = 0; block < rows; block += ROWS) {
        DoubleVector part = DoubleVector.broadcast(S, Double.POSITIVE_INFINITY);
        int end = Math.min(rows, block + ROWS);
        for (int r = block; r < end; r++) {
          part = part.min(DoubleVector.fromArray(S, x, xo + r * stride + j, m));
        }
        total = total.min(part);
      }
      total.intoArray(z, zo + j, m);
    }
  }
}
