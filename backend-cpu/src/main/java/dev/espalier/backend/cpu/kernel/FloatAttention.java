package dev.espalier.backend.cpu.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Causal attention of floats, one head at a time, and its derivative, by blocks of {@value #BLOCK}
 * queries and as many keys: the matrix of weights never exists as a whole, and blocks behind the
 * mask are passed over.
 *
 * <p>Source: T. Dao et al., "FlashAttention", arXiv:2205.14135, algorithms 1 and 4; M. Milakov and
 * N. Gimelshein, "Online normalizer calculation for softmax", arXiv:1805.02867.
 *
 * <p>A block of scores is held with a row a key and a column a query, so that maxima and sums over
 * keys run down the columns of vectors: every sum is a chain in the order of the keys (two chains,
 * of the even and of the odd ones, for the sum of weights), and no bit depends on the width of
 * vectors nor on which thread does which block.
 */
public final class FloatAttention {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  /** Queries and keys of a block, whose scores stay in the first-level cache. */
  public static final int BLOCK = 64;

  private static final float INFINITY = Float.POSITIVE_INFINITY;

  /** The score of a key behind the mask. */
  private static final float MASKED = Float.NEGATIVE_INFINITY;

  private FloatAttention() {}

  /**
   * The vectors of a head: element i of that of a position t stands at {@code offset + t * stride +
   * i}.
   */
  @SuppressWarnings("ArrayRecordComponent") // a view of an array, never compared
  public record Rows(float[] array, int offset, int stride) {
    int at(int position) {
      return offset + position * stride;
    }
  }

  /**
   * A head's sizes.
   *
   * @param time positions
   * @param features elements of a query, key or value
   */
  public record Head(int time, int features) {
    /** The number of blocks. */
    public int blocks() {
      return Math.ceilDiv(time, BLOCK);
    }

    int rows(int block) {
      return Math.min(BLOCK, time - block * BLOCK);
    }

    /** The elements of a row of whole vectors. */
    int width() {
      return FloatBlockProduct.padded(features);
    }

    float scale() {
      return (float) (1 / Math.sqrt(features));
    }

    /** The elements of the gradients of all keys, or of all values, as they are accumulated. */
    public int gradientSize() {
      return Math.ceilDiv(time, FloatBlockProduct.ROWS) * FloatBlockProduct.ROWS * width();
    }
  }

  /** Temporaries of one worker; they grow to what the largest head needs and are reused. */
  public static final class Workspace {
    private final float[] scores = new float[BLOCK * BLOCK];
    private final float[] slopes = new float[BLOCK * BLOCK];
    private final float[] top = new float[BLOCK];
    private final float[] shift = new float[BLOCK];
    private final float[] sum = new float[BLOCK];
    private final float[] factor = new float[BLOCK];
    private final float[] delta = new float[BLOCK];
    private float[] queryColumns = new float[0];
    private float[] slopeColumns = new float[0];
    private float[] outputColumns = new float[0];
    private Rows keyRows = new Rows(new float[0], 0, 0);
    private Rows valueRows = new Rows(new float[0], 0, 0);
    private Rows queryRows = new Rows(new float[0], 0, 0);
    private Rows slopeRows = new Rows(new float[0], 0, 0);
    private float[] result = new float[0];
    private float[] keys = new float[0];
    private float[] values = new float[0];

    /** Temporaries that grow on first use. */
    public Workspace() {}

    private void reserve(Head head) {
      int size = head.width() * BLOCK;
      keyRows = rows(keyRows, head.gradientSize(), head.width());
      valueRows = rows(valueRows, head.gradientSize(), head.width());
      queryRows = rows(queryRows, size, head.width());
      slopeRows = rows(slopeRows, size, head.width());
      if (result.length < size) {
        queryColumns = new float[size];
        slopeColumns = new float[size];
        outputColumns = new float[size];
        result = new float[size];
      }
    }

    /** Room for adjacent rows, that which is held if it will do. */
    private static Rows rows(Rows held, int size, int width) {
      boolean fits = held.array.length >= size;
      return fits && held.stride == width
          ? held
          : new Rows(fits ? held.array : new float[size], 0, width);
    }

    private void reserveGradients(Head head) {
      if (keys.length < head.gradientSize()) {
        keys = new float[head.gradientSize()];
        values = new float[head.gradientSize()];
      }
    }
  }

  /**
   * The outputs of some blocks of queries, and the logarithms of the sums of the exponentials of
   * their scores.
   *
   * @param fromBlock the first block
   * @param toBlock one past the last
   * @param logSums where the logarithms are put
   * @param lo where in it the first position's stands
   */
  public static void forward(
      Head head,
      int fromBlock,
      int toBlock,
      Rows q,
      Rows k,
      Rows v,
      Rows output,
      float[] logSums,
      int lo,
      Workspace w) {
    w.reserve(head);
    int positions = Math.min(head.time(), toBlock * BLOCK);
    Rows keys = wholeVectors(head, k, 0, positions, w.keyRows);
    Rows values = wholeVectors(head, v, 0, positions, w.valueRows);
    for (int block = fromBlock; block < toBlock; block++) {
      forward(head, block, q, keys, values, w);
      int rows = head.rows(block);
      int first = block * BLOCK;
      for (int i = 0; i < rows; i++) {
        logSums[lo + first + i] = w.factor[i] + w.shift[i];
        divide(w.result, i * head.width(), head.width(), w.sum[i]);
      }
      copy(
          w.result,
          0,
          head.width(),
          output.array,
          output.at(first),
          output.stride,
          rows,
          head.features());
    }
  }

  private static void forward(Head head, int block, Rows q, Rows k, Rows v, Workspace w) {
    int rows = head.rows(block);
    int columns = FloatBlockProduct.padded(rows);
    int width = head.width();
    columns(head, q, block * BLOCK, rows, w.queryColumns);
    scale(w.queryColumns, head.features() * BLOCK, head.scale());
    Arrays.fill(w.top, Float.NEGATIVE_INFINITY);
    Arrays.fill(w.sum, 0);
    Arrays.fill(w.result, 0, BLOCK * width, 0);
    for (int j = 0; j <= block; j++) {
      int keys = head.rows(j);
      boolean diagonal = j == block;
      scores(head, keys, k, j * BLOCK, w.queryColumns, columns, diagonal, w.scores, MASKED);
      weigh(w, keys, columns);
      FloatBlockProduct.addTransposedProduct(
          rows,
          width,
          keys,
          w.scores,
          0,
          BLOCK,
          v.array,
          v.at(j * BLOCK),
          v.stride,
          w.result,
          0,
          width,
          w.factor,
          diagonal);
    }
    FloatLogarithms.log(w.sum, 0, w.factor, 0, BLOCK);
  }

  /** Copies some rows of n elements, too short for a call each. */
  private static void copy(
      float[] x, int from, int xStride, float[] y, int to, int yStride, int rows, int n) {
    int vectors = n - n % (2 * L);
    int at = from;
    int put = to;
    for (int i = 0; i < rows; i++) {
      for (int c = 0; c < vectors; c += 2 * L) {
        FloatVector.fromArray(S, x, at + c).intoArray(y, put + c);
        FloatVector.fromArray(S, x, at + c + L).intoArray(y, put + c + L);
      }
      for (int c = vectors; c < n; c++) {
        y[put + c] = x[at + c];
      }
      at += xStride;
      put += yStride;
    }
  }

  private static void divide(float[] x, int at, int n, float by) {
    for (int i = 0; i < n; i += L) {
      FloatVector.fromArray(S, x, at + i).div(by).intoArray(x, at + i);
    }
  }

  private static void scale(float[] x, int n, float by) {
    for (int i = 0; i < n; i += L) {
      FloatVector.fromArray(S, x, i).mul(by).intoArray(x, i);
    }
  }

  /** The vectors of a block as columns, zeros where there are no more in a tile. */
  private static void columns(Head head, Rows from, int position, int rows, float[] to) {
    int columns = FloatBlockProduct.padded(rows);
    for (int f = 0; f < head.features() && rows < columns; f++) {
      Arrays.fill(to, f * BLOCK + rows, f * BLOCK + columns, 0);
    }
    FloatPacking.interleave(
        from.array, from.at(position), from.stride, rows, head.features(), to, 0, BLOCK);
  }

  /**
   * So many vectors from a position on, each followed by zeros up to whole tiles, as they stand, or
   * in a copy from its first: far apart they would share few lines of the cache.
   */
  private static Rows wholeVectors(Head head, Rows from, int position, int count, Rows copy) {
    int width = head.width();
    int features = head.features();
    if (width == features && from.stride == width) {
      return from;
    }
    int at = from.at(position);
    copy(from.array, at, from.stride, copy.array, 0, width, count, features);
    for (int i = 0; i < count && features < width; i++) {
      Arrays.fill(copy.array, i * width + features, (i + 1) * width, 0);
    }
    return copy;
  }

  /** Products of the vectors of a block of keys with columns; a value behind the mask. */
  private static void scores(
      Head head,
      int keys,
      Rows of,
      int position,
      float[] with,
      int columns,
      boolean diagonal,
      float[] to,
      float masked) {
    FloatBlockProduct.product(
        keys,
        columns,
        head.features(),
        of.array,
        of.at(position),
        of.stride,
        with,
        0,
        BLOCK,
        to,
        0,
        BLOCK,
        diagonal);
    for (int j = 1; j < keys && diagonal; j++) {
      Arrays.fill(to, j * BLOCK, j * BLOCK + j, masked);
    }
  }

  /**
   * Turns scores into weights relative to the greatest score so far, and says with which factor
   * what has been summed before is now to be multiplied.
   */
  private static void weigh(Workspace w, int keys, int columns) {
    float[] s = w.scores;
    for (int c = 0; c < columns; c += 2 * L) {
      FloatVector x = FloatVector.fromArray(S, w.top, c);
      FloatVector y = FloatVector.fromArray(S, w.top, c + L);
      FloatVector oldX = x;
      FloatVector oldY = y;
      FloatVector x1 = x;
      FloatVector y1 = y;
      int at = c;
      int j = 0;
      // A score that is not a number is passed over here, and shows in the sum.
      for (; j + 2 <= keys; j += 2) {
        FloatVector u = FloatVector.fromArray(S, s, at);
        FloatVector v = FloatVector.fromArray(S, s, at + L);
        FloatVector u1 = FloatVector.fromArray(S, s, at + BLOCK);
        FloatVector v1 = FloatVector.fromArray(S, s, at + BLOCK + L);
        x = x.blend(u, u.compare(VectorOperators.GT, x));
        y = y.blend(v, v.compare(VectorOperators.GT, y));
        x1 = x1.blend(u1, u1.compare(VectorOperators.GT, x1));
        y1 = y1.blend(v1, v1.compare(VectorOperators.GT, y1));
        at += 2 * BLOCK;
      }
      if (j < keys) {
        FloatVector u = FloatVector.fromArray(S, s, at);
        FloatVector v = FloatVector.fromArray(S, s, at + L);
        x = x.blend(u, u.compare(VectorOperators.GT, x));
        y = y.blend(v, v.compare(VectorOperators.GT, y));
      }
      x = x.blend(x1, x1.compare(VectorOperators.GT, x));
      y = y.blend(y1, y1.compare(VectorOperators.GT, y));
      x.intoArray(w.top, c);
      y.intoArray(w.top, c + L);
      // An infinite maximum would give inf - inf.
      FloatVector zero = FloatVector.zero(S);
      FloatVector xs = zero.blend(x, x.abs().compare(VectorOperators.LT, INFINITY));
      FloatVector ys = zero.blend(y, y.abs().compare(VectorOperators.LT, INFINITY));
      xs.intoArray(w.shift, c);
      ys.intoArray(w.shift, c + L);
      oldX.sub(xs).intoArray(w.factor, c);
      oldY.sub(ys).intoArray(w.factor, c + L);
      at = c;
      for (j = 0; j < keys; j++) {
        FloatVector.fromArray(S, s, at).sub(xs).intoArray(s, at);
        FloatVector.fromArray(S, s, at + L).sub(ys).intoArray(s, at + L);
        at += BLOCK;
      }
    }
    FloatExponentials.exp(w.factor, 0, w.factor, 0, columns);
    FloatExponentials.exp(s, 0, s, 0, keys * BLOCK);
    addUp(w, keys, columns);
  }

  private static void addUp(Workspace w, int keys, int columns) {
    float[] s = w.scores;
    for (int c = 0; c < columns; c += 2 * L) {
      FloatVector x = FloatVector.fromArray(S, w.sum, c).mul(FloatVector.fromArray(S, w.factor, c));
      FloatVector y =
          FloatVector.fromArray(S, w.sum, c + L).mul(FloatVector.fromArray(S, w.factor, c + L));
      FloatVector x1 = FloatVector.zero(S);
      FloatVector y1 = x1;
      int at = c;
      int j = 0;
      for (; j + 2 <= keys; j += 2) {
        x = x.add(FloatVector.fromArray(S, s, at));
        y = y.add(FloatVector.fromArray(S, s, at + L));
        x1 = x1.add(FloatVector.fromArray(S, s, at + BLOCK));
        y1 = y1.add(FloatVector.fromArray(S, s, at + BLOCK + L));
        at += 2 * BLOCK;
      }
      if (j < keys) {
        x = x.add(FloatVector.fromArray(S, s, at));
        y = y.add(FloatVector.fromArray(S, s, at + L));
      }
      x.add(x1).intoArray(w.sum, c);
      y.add(y1).intoArray(w.sum, c + L);
    }
  }

  /**
   * What the derivative reads.
   *
   * @param q queries
   * @param k keys
   * @param v values
   * @param output the outputs
   * @param outputBar the cotangents of the outputs
   * @param logSums the logarithms that {@link #forward} gave
   * @param lo where in them the first position's stands
   * @param logSumBars the cotangents of the logarithms
   * @param bo where in them the first position's stands
   */
  @SuppressWarnings("ArrayRecordComponent") // views of arrays, never compared
  public record Point(
      Rows q,
      Rows k,
      Rows v,
      Rows output,
      Rows outputBar,
      float[] logSums,
      int lo,
      float[] logSumBars,
      int bo) {}

  /**
   * The cotangents of the queries of some blocks, and what those blocks contribute to the
   * cotangents of keys and values. Contributions stay in the workspace for {@link
   * #writeContributions} and {@link #keepContributions}.
   *
   * @param fromBlock the first block of queries
   * @param toBlock one past the last
   * @param queryBar where the cotangents of the queries are put
   */
  public static void backward(
      Head head, int fromBlock, int toBlock, Point at, Rows queryBar, Workspace w) {
    w.reserve(head);
    w.reserveGradients(head);
    int used = contributed(head, toBlock);
    Arrays.fill(w.keys, 0, used, 0);
    Arrays.fill(w.values, 0, used, 0);
    int positions = Math.min(head.time(), toBlock * BLOCK);
    Rows keys = wholeVectors(head, at.k, 0, positions, w.keyRows);
    Rows values = wholeVectors(head, at.v, 0, positions, w.valueRows);
    for (int block = fromBlock; block < toBlock; block++) {
      backward(head, block, at, keys, values, w);
      copy(
          w.result,
          0,
          head.width(),
          queryBar.array,
          queryBar.at(block * BLOCK),
          queryBar.stride,
          head.rows(block),
          head.features());
    }
  }

  /** The elements of the gradients of keys that queries before a block reach. */
  private static int contributed(Head head, int toBlock) {
    return Math.min(head.gradientSize(), toBlock * BLOCK * head.width());
  }

  @SuppressWarnings("ReferenceEquality") // rows as they stand are the very rows
  private static void backward(Head head, int block, Point at, Rows k, Rows v, Workspace w) {
    int first = block * BLOCK;
    int rows = head.rows(block);
    int columns = FloatBlockProduct.padded(rows);
    int width = head.width();
    Rows queries = wholeVectors(head, at.q, first, rows, w.queryRows);
    Rows slopes = wholeVectors(head, at.outputBar, first, rows, w.slopeRows);
    int query = queries == at.q ? first : 0;
    int slope = slopes == at.outputBar ? first : 0;
    columns(head, queries, query, rows, w.queryColumns);
    scale(w.queryColumns, head.features() * BLOCK, head.scale());
    columns(head, slopes, slope, rows, w.slopeColumns);
    columns(head, at.output, first, rows, w.outputColumns);
    Arrays.fill(w.shift, 0);
    Arrays.fill(w.delta, 0);
    System.arraycopy(at.logSums, at.lo + first, w.shift, 0, rows);
    System.arraycopy(at.logSumBars, at.bo + first, w.delta, 0, rows);
    projections(head, columns, w);
    Arrays.fill(w.result, 0, BLOCK * width, 0);
    Arrays.fill(w.factor, 1);
    for (int j = 0; j <= block; j++) {
      int keys = head.rows(j);
      int to = j * BLOCK * width;
      boolean diagonal = j == block;
      scores(head, keys, k, j * BLOCK, w.queryColumns, columns, diagonal, w.scores, MASKED);
      scores(head, keys, v, j * BLOCK, w.slopeColumns, columns, diagonal, w.slopes, 0);
      differentiate(w, keys, columns, head.scale());
      FloatBlockProduct.addProduct(
          keys,
          width,
          rows,
          w.scores,
          0,
          BLOCK,
          slopes.array,
          slopes.at(slope),
          slopes.stride,
          w.values,
          to,
          width,
          diagonal);
      FloatBlockProduct.addProduct(
          keys,
          width,
          rows,
          w.slopes,
          0,
          BLOCK,
          queries.array,
          queries.at(query),
          queries.stride,
          w.keys,
          to,
          width,
          diagonal);
      FloatBlockProduct.addTransposedProduct(
          rows,
          width,
          keys,
          w.slopes,
          0,
          BLOCK,
          k.array,
          k.at(j * BLOCK),
          k.stride,
          w.result,
          0,
          width,
          w.factor,
          diagonal);
    }
  }

  /** {@code delta = sum(output * outputBar) - logSumBar} of each query. */
  private static void projections(Head head, int columns, Workspace w) {
    for (int c = 0; c < columns; c += L) {
      FloatVector sum = FloatVector.zero(S);
      for (int f = 0; f < head.features(); f++) {
        FloatVector x = FloatVector.fromArray(S, w.outputColumns, f * BLOCK + c);
        FloatVector y = FloatVector.fromArray(S, w.slopeColumns, f * BLOCK + c);
        sum = x.fma(y, sum);
      }
      sum.sub(FloatVector.fromArray(S, w.delta, c)).intoArray(w.delta, c);
    }
  }

  /** Turns scores into weights, and the weights' cotangents into those of the unscaled scores. */
  private static void differentiate(Workspace w, int keys, int columns, float scale) {
    float[] s = w.scores;
    float[] g = w.slopes;
    for (int c = 0; c < columns; c += L) {
      FloatVector shift = FloatVector.fromArray(S, w.shift, c);
      int at = c;
      for (int j = 0; j < keys; j++) {
        FloatVector.fromArray(S, s, at).sub(shift).intoArray(s, at);
        at += BLOCK;
      }
    }
    FloatExponentials.exp(s, 0, s, 0, keys * BLOCK);
    for (int c = 0; c < columns; c += L) {
      FloatVector delta = FloatVector.fromArray(S, w.delta, c);
      int at = c;
      for (int j = 0; j < keys; j++) {
        FloatVector p = FloatVector.fromArray(S, s, at);
        FloatVector slope = FloatVector.fromArray(S, g, at).sub(delta);
        p.mul(slope).mul(scale).intoArray(g, at);
        at += BLOCK;
      }
    }
  }

  /** The contributions of the last {@link #backward}, which were those of all blocks. */
  public static void writeContributions(Head head, Rows keyBar, Rows valueBar, Workspace w) {
    int width = head.width();
    int rows = head.time();
    int n = head.features();
    copy(w.keys, 0, width, keyBar.array, keyBar.offset, keyBar.stride, rows, n);
    copy(w.values, 0, width, valueBar.array, valueBar.offset, valueBar.stride, rows, n);
  }

  /**
   * Keeps the contributions of the last {@link #backward}: those to keys, then those to values,
   * each in {@link Head#gradientSize} elements.
   */
  public static void keepContributions(
      Head head, int toBlock, float[] to, int offset, Workspace w) {
    int used = contributed(head, toBlock);
    System.arraycopy(w.keys, 0, to, offset, used);
    System.arraycopy(w.values, 0, to, offset + head.gradientSize(), used);
  }

  /**
   * The sums of kept contributions to the keys and values of a block, in order.
   *
   * @param parts for each part the block that its queries are before
   */
  public static void addContributions(
      Head head, int block, int[] parts, float[] from, int offset, Rows keyBar, Rows valueBar) {
    int width = head.width();
    int size = head.gradientSize();
    for (int t = block * BLOCK; t < block * BLOCK + head.rows(block); t++) {
      int keyAt = keyBar.at(t);
      int valueAt = valueBar.at(t);
      Arrays.fill(keyBar.array, keyAt, keyAt + head.features(), 0);
      Arrays.fill(valueBar.array, valueAt, valueAt + head.features(), 0);
      for (int part = 0; part < parts.length; part++) {
        if (block < parts[part]) {
          int at = offset + 2 * part * size + t * width;
          for (int f = 0; f < head.features(); f++) {
            keyBar.array[keyAt + f] += from[at + f];
            valueBar.array[valueAt + f] += from[at + size + f];
          }
        }
      }
    }
  }
}
