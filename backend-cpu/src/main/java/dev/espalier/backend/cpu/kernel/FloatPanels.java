package dev.espalier.backend.cpu.kernel;

/**
 * The inner loops of {@link FloatGemm}: the product of a few rows and one block of the depth, tile
 * by tile. An object belongs to one thread.
 *
 * <p>Every element of the product is one chain of fused multiply-adds from zero in the order of the
 * depth; all implementations give the same bits.
 */
public interface FloatPanels {
  /** Rows of a tile. */
  int rows();

  /** Columns of a tile, and of a panel of B. */
  int columns();

  /**
   * Whether A may have any strides, and B any row stride. Otherwise both come packed: tiles of A of
   * {@link #rows()} rows and panels of B of {@link #columns()} columns, one after the other, each
   * with adjacent rows or columns.
   */
  boolean takesStrides();

  /**
   * {@code C = A B} or {@code C += A B}.
   *
   * @param rows the rows of C, at least 1
   * @param columns the columns of C, at least 1
   * @param depth the columns of A, at least 1
   * @param ao where the first tile of A begins
   * @param aRow from a row of A to the next
   * @param aDepth from a column of A to the next
   * @param aTile from a tile of A to the next
   * @param bo where the first panel of B begins. The last panel may be read over its whole width,
   *     also where C has fewer columns
   * @param bDepth from a row of a panel to the next; its columns are adjacent
   * @param bPanel from a panel of B to the next
   * @param co where C begins
   * @param cRow from a row of C to the next; its columns are adjacent
   * @param accumulate whether the product is added to C
   */
  void multiply(
      int rows,
      int columns,
      int depth,
      FloatArray a,
      int ao,
      int aRow,
      int aDepth,
      int aTile,
      FloatArray b,
      int bo,
      int bDepth,
      int bPanel,
      FloatArray c,
      int co,
      int cRow,
      boolean accumulate);

  /** Whether both matrices may be pairs of BF16 numbers. */
  default boolean takesPairs() {
    return false;
  }

  /**
   * {@code C = A B} or {@code C += A B} for packed tiles and panels of BF16 numbers. Each float of
   * one stands for two rows of the depth in its bits: the earlier is the upper half. The chains are
   * those of the floats, but numbers below the smallest normal one count as zeros.
   *
   * @param rows the rows of C, at least 1
   * @param columns the columns of C, at least 1
   * @param pairs half of the columns of A, at least 1
   * @param ao where the first tile of A begins, packed
   * @param aTile from a tile of A to the next
   * @param bo where the first panel of B begins, packed
   * @param bPanel from a panel of B to the next
   * @param co where C begins
   * @param cRow from a row of C to the next; its columns are adjacent
   * @param accumulate whether the product is added to C
   * @throws UnsupportedOperationException unless {@link #takesPairs}
   */
  default void multiplyPairs(
      int rows,
      int columns,
      int pairs,
      FloatArray a,
      int ao,
      int aTile,
      FloatArray b,
      int bo,
      int bPanel,
      FloatArray c,
      int co,
      int cRow,
      boolean accumulate) {
    throw new UnsupportedOperationException();
  }

  /** Whether B may stand in two vectors a row, each anywhere. */
  default boolean takesPlaces() {
    return false;
  }

  /**
   * {@code C = A B} or {@code C += A B} for one panel of B that is not packed: element j of row k
   * stands at {@code first + places[k] + j} if j is below half of {@link #columns()}, else at
   * {@code second + places[k] + j - columns() / 2}.
   *
   * @param rows the rows of C, at least 1
   * @param columns the columns of C, at least 1 and at most {@link #columns()}; of each half that
   *     has any, all are read
   * @param ao where the first tile of A begins, packed
   * @param aTile from a tile of A to the next
   * @param places for each row of B, at least one, where it stands
   * @param pairs whether both are pairs of BF16 numbers, as in {@link #multiplyPairs}
   * @param ahead what is wanted next
   * @param co where C begins
   * @param cRow from a row of C to the next; its columns are adjacent
   * @param accumulate whether the product is added to C
   * @throws UnsupportedOperationException unless {@link #takesPlaces}, and for pairs {@link
   *     #takesPairs}
   */
  default void multiply(
      int rows,
      int columns,
      FloatArray a,
      int ao,
      int aTile,
      FloatArray b,
      int first,
      int second,
      Places places,
      boolean pairs,
      Ahead ahead,
      FloatArray c,
      int co,
      int cRow,
      boolean accumulate) {
    throw new UnsupportedOperationException();
  }

  /**
   * Packs adjacent rows into a panel, {@code to[start + k * width + i] = from[fo + i * step + k]}
   * for i below count and k below depth. The other columns of the panel are left as they are.
   *
   * @param count at most width
   */
  default void interleave(
      FloatArray from,
      int fo,
      int step,
      int count,
      int depth,
      FloatArray to,
      int start,
      int width) {
    FloatPacking.interleave(from.values(), fo, step, count, depth, to.values(), start, width);
  }

  /**
   * Copies every second element of lines of some planes: {@code to[start + c * toStep + linesTo[i]
   * + j] = from[fo + c * fromStep + linesFrom[i] + 2 * j]} for c below planes and j below length.
   *
   * @param linesFrom for each line where it begins in a plane
   * @param linesTo the same in the target
   */
  default void everySecond(
      FloatArray from,
      int fo,
      int fromStep,
      FloatArray to,
      int start,
      int toStep,
      int planes,
      Places linesFrom,
      Places linesTo,
      int length) {
    FloatInterleaving.lines(
        from.values(),
        fo,
        fromStep,
        to.values(),
        start,
        toStep,
        planes,
        linesFrom,
        linesTo,
        length);
  }
}
