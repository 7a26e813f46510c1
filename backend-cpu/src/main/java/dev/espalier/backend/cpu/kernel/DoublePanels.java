package dev.espalier.backend.cpu.kernel;

import dev.espalier.backend.cpu.kernel.DoubleGemm.Matrix;

/**
 * The inner loops of {@link DoubleGemm}: the product of a few rows and one block of the depth, tile
 * by tile. An object belongs to one thread.
 *
 * <p>Every element of the product is one chain of fused multiply-adds from zero in the order of the
 * depth; all implementations give the same bits.
 */
public interface DoublePanels {
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
   * @param a the first tile of A
   * @param aTile from a tile of A to the next
   * @param b the first panel of B, of column stride 1. The last panel may be read over its whole
   *     width, also where C has fewer columns
   * @param bPanel from a panel of B to the next
   * @param c the first tile of C, of column stride 1
   * @param accumulate whether the product is added to C
   */
  void multiply(
      int rows,
      int columns,
      int depth,
      Matrix a,
      int aTile,
      Matrix b,
      int bPanel,
      Matrix c,
      boolean accumulate);

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
   * @param a the first tile of A, packed
   * @param aTile from a tile of A to the next
   * @param places for each row of B, at least one, where it stands
   * @param c the first tile of C, of column stride 1
   * @param accumulate whether the product is added to C
   * @throws UnsupportedOperationException unless {@link #takesPlaces}
   */
  default void multiply(
      int rows,
      int columns,
      Matrix a,
      int aTile,
      double[] b,
      int first,
      int second,
      Places places,
      Matrix c,
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
      double[] from, int fo, int step, int count, int depth, double[] to, int start, int width) {
    DoublePacking.interleave(from, fo, step, count, depth, to, start, width);
  }
}
