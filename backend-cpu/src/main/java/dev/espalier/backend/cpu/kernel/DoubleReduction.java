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
    if (n <= 32) {
      double total = 0;
      for (int i = 0; i < n; i++) {
        total = total + x[xo + i];
      }
      return total;
    }
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
      a.intoArray(chains, g);
      b.intoArray(chains, g + L);
      c.intoArray(chains, g + 2 * L);
      d.intoArray(chains, g + 3 * L);
    }
    for (int i = whole; i < n; i++) {
      chains[i - whole] = chains[i - whole] + x[xo + i];
    }
    for (int half = CHAINS / 2; half > 0; half /= 2) {
      for (int j = 0; j < half; j++) {
        chains[j] = chains[j] + chains[j + half];
      }
    }
    return chains[0];
  }

  private static void sumRows(
      double[] x, int xo, int rows, int stride, double[] z, int zo, int count) {
    for (int j = 0; j < count; j += L) {
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
    if (n <= 32) {
      double total = 1;
      for (int i = 0; i < n; i++) {
        total = total * x[xo + i];
      }
      return total;
    }
    int whole = n - n % CHAINS;
    for (int g = 0; g < CHAINS; g += 4 * L) {
      DoubleVector a = DoubleVector.broadcast(S, 1);
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      for (int i = xo + g; i < xo + whole; i += CHAINS) {
        a = a.mul(DoubleVector.fromArray(S, x, i));
        b = b.mul(DoubleVector.fromArray(S, x, i + L));
        c = c.mul(DoubleVector.fromArray(S, x, i + 2 * L));
        d = d.mul(DoubleVector.fromArray(S, x, i + 3 * L));
      }
      a.intoArray(chains, g);
      b.intoArray(chains, g + L);
      c.intoArray(chains, g + 2 * L);
      d.intoArray(chains, g + 3 * L);
    }
    for (int i = whole; i < n; i++) {
      chains[i - whole] = chains[i - whole] * x[xo + i];
    }
    for (int half = CHAINS / 2; half > 0; half /= 2) {
      for (int j = 0; j < half; j++) {
        chains[j] = chains[j] * chains[j + half];
      }
    }
    return chains[0];
  }

  private static void prodRows(
      double[] x, int xo, int rows, int stride, double[] z, int zo, int count) {
    for (int j = 0; j < count; j += L) {
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
    if (n <= 32) {
      double total = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        total = Math.max(total, x[xo + i]);
      }
      return total;
    }
    int whole = n - n % CHAINS;
    for (int g = 0; g < CHAINS; g += 4 * L) {
      DoubleVector a = DoubleVector.broadcast(S, Double.NEGATIVE_INFINITY);
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      for (int i = xo + g; i < xo + whole; i += CHAINS) {
        a = a.max(DoubleVector.fromArray(S, x, i));
        b = b.max(DoubleVector.fromArray(S, x, i + L));
        c = c.max(DoubleVector.fromArray(S, x, i + 2 * L));
        d = d.max(DoubleVector.fromArray(S, x, i + 3 * L));
      }
      a.intoArray(chains, g);
      b.intoArray(chains, g + L);
      c.intoArray(chains, g + 2 * L);
      d.intoArray(chains, g + 3 * L);
    }
    for (int i = whole; i < n; i++) {
      chains[i - whole] = Math.max(chains[i - whole], x[xo + i]);
    }
    for (int half = CHAINS / 2; half > 0; half /= 2) {
      for (int j = 0; j < half; j++) {
        chains[j] = Math.max(chains[j], chains[j + half]);
      }
    }
    return chains[0];
  }

  private static void maxRows(
      double[] x, int xo, int rows, int stride, double[] z, int zo, int count) {
    for (int j = 0; j < count; j += L) {
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
    if (n <= 32) {
      double total = Double.POSITIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        total = Math.min(total, x[xo + i]);
      }
      return total;
    }
    int whole = n - n % CHAINS;
    for (int g = 0; g < CHAINS; g += 4 * L) {
      DoubleVector a = DoubleVector.broadcast(S, Double.POSITIVE_INFINITY);
      DoubleVector b = a;
      DoubleVector c = a;
      DoubleVector d = a;
      for (int i = xo + g; i < xo + whole; i += CHAINS) {
        a = a.min(DoubleVector.fromArray(S, x, i));
        b = b.min(DoubleVector.fromArray(S, x, i + L));
        c = c.min(DoubleVector.fromArray(S, x, i + 2 * L));
        d = d.min(DoubleVector.fromArray(S, x, i + 3 * L));
      }
      a.intoArray(chains, g);
      b.intoArray(chains, g + L);
      c.intoArray(chains, g + 2 * L);
      d.intoArray(chains, g + 3 * L);
    }
    for (int i = whole; i < n; i++) {
      chains[i - whole] = Math.min(chains[i - whole], x[xo + i]);
    }
    for (int half = CHAINS / 2; half > 0; half /= 2) {
      for (int j = 0; j < half; j++) {
        chains[j] = Math.min(chains[j], chains[j + half]);
      }
    }
    return chains[0];
  }

  private static void minRows(
      double[] x, int xo, int rows, int stride, double[] z, int zo, int count) {
    for (int j = 0; j < count; j += L) {
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
