package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Reductions of floats over the middle axis of an array of shape [outer, reduce, inner] into
 * [outer, inner].
 *
 * <p>Every element of the result is computed in one fixed order, whatever part of the result is
 * asked for: along adjacent elements in blocks of {@value #BLOCK}, each in 64 interleaved chains
 * that are then combined as a tree, the blocks in order in double precision; across rows in blocks
 * of 128. So no bit depends on the number of threads nor on the width of vectors. A single long
 * reduction is shared among threads by its blocks: {@code sumBlocks} in any partition, then {@code
 * sumOfBlocks}.
 */
public final class FloatReduction {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** Elements in a block of a reduction along adjacent elements. */
  public static final int BLOCK = 4096;

  /** Chains that are summed side by side. */
  public static final int CHAINS = 64;

  private static final int ROWS = 128;

  private FloatReduction() {}

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
      float[] x,
      int xo,
      int reduce,
      int inner,
      float[] z,
      int zo,
      int from,
      int to,
      float[] chains) {
    if (inner == 1) {
      for (int i = from; i < to; i++) {
        z[zo + i] = (float) sumLine(x, xo + i * reduce, reduce, chains);
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
      float[] x,
      int xo,
      int n,
      double[] partial,
      int po,
      int fromBlock,
      int toBlock,
      float[] chains) {
    for (int i = fromBlock; i < toBlock; i++) {
      partial[po + i] = sumBlock(x, xo + i * BLOCK, Math.min(BLOCK, n - i * BLOCK), chains);
    }
  }

  /** The sum of all, from the blocks': what {@link #sum} gives for inner = 1. */
  public static float sumOfBlocks(double[] partial, int po, int blocks) {
    double total = 0;
    for (int i = 0; i < blocks; i++) {
      total = total + partial[po + i];
    }
    return (float) total;
  }

  private static double sumLine(float[] x, int xo, int n, float[] chains) {
    double total = 0;
    for (int i = 0; i < n; i += BLOCK) {
      total = total + sumBlock(x, xo + i, Math.min(BLOCK, n - i), chains);
    }
    return total;
  }

  private static float sumBlock(float[] x, int xo, int n, float[] chains) {
    if (n <= 32) {
      float total = 0;
      for (int i = 0; i < n; i++) {
        total = total + x[xo + i];
      }
      return total;
    }
    int whole = n - n % CHAINS;
    for (int g = 0; g < CHAINS; g += 4 * L) {
      FloatVector a = FloatVector.broadcast(S, 0);
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      for (int i = xo + g; i < xo + whole; i += CHAINS) {
        a = a.add(FloatVector.fromArray(S, x, i));
        b = b.add(FloatVector.fromArray(S, x, i + L));
        c = c.add(FloatVector.fromArray(S, x, i + 2 * L));
        d = d.add(FloatVector.fromArray(S, x, i + 3 * L));
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
      float[] x, int xo, int rows, int stride, float[] z, int zo, int count) {
    for (int j = 0; j < count; j += L) {
      var m = FirstLanes.floats(count - j);
      FloatVector total = FloatVector.broadcast(S, 0);
      for (int block = 0; block < rows; block += ROWS) {
        FloatVector part = FloatVector.broadcast(S, 0);
        int end = Math.min(rows, block + ROWS);
        for (int r = block; r < end; r++) {
          part = part.add(FloatVector.fromArray(S, x, xo + r * stride + j, m));
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
      float[] x,
      int xo,
      int reduce,
      int inner,
      float[] z,
      int zo,
      int from,
      int to,
      float[] chains) {
    if (inner == 1) {
      for (int i = from; i < to; i++) {
        z[zo + i] = (float) prodLine(x, xo + i * reduce, reduce, chains);
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
      float[] x,
      int xo,
      int n,
      double[] partial,
      int po,
      int fromBlock,
      int toBlock,
      float[] chains) {
    for (int i = fromBlock; i < toBlock; i++) {
      partial[po + i] = prodBlock(x, xo + i * BLOCK, Math.min(BLOCK, n - i * BLOCK), chains);
    }
  }

  /** The prod of all, from the blocks': what {@link #prod} gives for inner = 1. */
  public static float prodOfBlocks(double[] partial, int po, int blocks) {
    double total = 1;
    for (int i = 0; i < blocks; i++) {
      total = total * partial[po + i];
    }
    return (float) total;
  }

  private static double prodLine(float[] x, int xo, int n, float[] chains) {
    double total = 1;
    for (int i = 0; i < n; i += BLOCK) {
      total = total * prodBlock(x, xo + i, Math.min(BLOCK, n - i), chains);
    }
    return total;
  }

  private static float prodBlock(float[] x, int xo, int n, float[] chains) {
    if (n <= 32) {
      float total = 1;
      for (int i = 0; i < n; i++) {
        total = total * x[xo + i];
      }
      return total;
    }
    int whole = n - n % CHAINS;
    for (int g = 0; g < CHAINS; g += 4 * L) {
      FloatVector a = FloatVector.broadcast(S, 1);
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      for (int i = xo + g; i < xo + whole; i += CHAINS) {
        a = a.mul(FloatVector.fromArray(S, x, i));
        b = b.mul(FloatVector.fromArray(S, x, i + L));
        c = c.mul(FloatVector.fromArray(S, x, i + 2 * L));
        d = d.mul(FloatVector.fromArray(S, x, i + 3 * L));
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
      float[] x, int xo, int rows, int stride, float[] z, int zo, int count) {
    for (int j = 0; j < count; j += L) {
      var m = FirstLanes.floats(count - j);
      FloatVector total = FloatVector.broadcast(S, 1);
      for (int block = 0; block < rows; block += ROWS) {
        FloatVector part = FloatVector.broadcast(S, 1);
        int end = Math.min(rows, block + ROWS);
        for (int r = block; r < end; r++) {
          part = part.mul(FloatVector.fromArray(S, x, xo + r * stride + j, m));
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
      float[] x,
      int xo,
      int reduce,
      int inner,
      float[] z,
      int zo,
      int from,
      int to,
      float[] chains) {
    if (inner == 1) {
      for (int i = from; i < to; i++) {
        z[zo + i] = (float) maxLine(x, xo + i * reduce, reduce, chains);
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
      float[] x,
      int xo,
      int n,
      double[] partial,
      int po,
      int fromBlock,
      int toBlock,
      float[] chains) {
    for (int i = fromBlock; i < toBlock; i++) {
      partial[po + i] = maxBlock(x, xo + i * BLOCK, Math.min(BLOCK, n - i * BLOCK), chains);
    }
  }

  /** The max of all, from the blocks': what {@link #max} gives for inner = 1. */
  public static float maxOfBlocks(double[] partial, int po, int blocks) {
    double total = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < blocks; i++) {
      total = Math.max(total, partial[po + i]);
    }
    return (float) total;
  }

  private static double maxLine(float[] x, int xo, int n, float[] chains) {
    double total = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i += BLOCK) {
      total = Math.max(total, maxBlock(x, xo + i, Math.min(BLOCK, n - i), chains));
    }
    return total;
  }

  private static float maxBlock(float[] x, int xo, int n, float[] chains) {
    if (n <= 32) {
      float total = Float.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        total = Math.max(total, x[xo + i]);
      }
      return total;
    }
    int whole = n - n % CHAINS;
    for (int g = 0; g < CHAINS; g += 4 * L) {
      FloatVector a = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      for (int i = xo + g; i < xo + whole; i += CHAINS) {
        a = a.max(FloatVector.fromArray(S, x, i));
        b = b.max(FloatVector.fromArray(S, x, i + L));
        c = c.max(FloatVector.fromArray(S, x, i + 2 * L));
        d = d.max(FloatVector.fromArray(S, x, i + 3 * L));
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
      float[] x, int xo, int rows, int stride, float[] z, int zo, int count) {
    for (int j = 0; j < count; j += L) {
      var m = FirstLanes.floats(count - j);
      FloatVector total = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
      for (int block = 0; block < rows; block += ROWS) {
        FloatVector part = FloatVector.broadcast(S, Float.NEGATIVE_INFINITY);
        int end = Math.min(rows, block + ROWS);
        for (int r = block; r < end; r++) {
          part = part.max(FloatVector.fromArray(S, x, xo + r * stride + j, m));
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
      float[] x,
      int xo,
      int reduce,
      int inner,
      float[] z,
      int zo,
      int from,
      int to,
      float[] chains) {
    if (inner == 1) {
      for (int i = from; i < to; i++) {
        z[zo + i] = (float) minLine(x, xo + i * reduce, reduce, chains);
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
      float[] x,
      int xo,
      int n,
      double[] partial,
      int po,
      int fromBlock,
      int toBlock,
      float[] chains) {
    for (int i = fromBlock; i < toBlock; i++) {
      partial[po + i] = minBlock(x, xo + i * BLOCK, Math.min(BLOCK, n - i * BLOCK), chains);
    }
  }

  /** The min of all, from the blocks': what {@link #min} gives for inner = 1. */
  public static float minOfBlocks(double[] partial, int po, int blocks) {
    double total = Float.POSITIVE_INFINITY;
    for (int i = 0; i < blocks; i++) {
      total = Math.min(total, partial[po + i]);
    }
    return (float) total;
  }

  private static double minLine(float[] x, int xo, int n, float[] chains) {
    double total = Float.POSITIVE_INFINITY;
    for (int i = 0; i < n; i += BLOCK) {
      total = Math.min(total, minBlock(x, xo + i, Math.min(BLOCK, n - i), chains));
    }
    return total;
  }

  private static float minBlock(float[] x, int xo, int n, float[] chains) {
    if (n <= 32) {
      float total = Float.POSITIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        total = Math.min(total, x[xo + i]);
      }
      return total;
    }
    int whole = n - n % CHAINS;
    for (int g = 0; g < CHAINS; g += 4 * L) {
      FloatVector a = FloatVector.broadcast(S, Float.POSITIVE_INFINITY);
      FloatVector b = a;
      FloatVector c = a;
      FloatVector d = a;
      for (int i = xo + g; i < xo + whole; i += CHAINS) {
        a = a.min(FloatVector.fromArray(S, x, i));
        b = b.min(FloatVector.fromArray(S, x, i + L));
        c = c.min(FloatVector.fromArray(S, x, i + 2 * L));
        d = d.min(FloatVector.fromArray(S, x, i + 3 * L));
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
      float[] x, int xo, int rows, int stride, float[] z, int zo, int count) {
    for (int j = 0; j < count; j += L) {
      var m = FirstLanes.floats(count - j);
      FloatVector total = FloatVector.broadcast(S, Float.POSITIVE_INFINITY);
      for (int block = 0; block < rows; block += ROWS) {
        FloatVector part = FloatVector.broadcast(S, Float.POSITIVE_INFINITY);
        int end = Math.min(rows, block + ROWS);
        for (int r = block; r < end; r++) {
          part = part.min(FloatVector.fromArray(S, x, xo + r * stride + j, m));
        }
        total = total.min(part);
      }
      total.intoArray(z, zo + j, m);
    }
  }
}
