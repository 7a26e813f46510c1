package dev.espalier.api.backend;

import dev.espalier.api.EspalierException;

/**
 * Products of matrices in memory, {@code C = A B}, which a backend that computes on the processor
 * may use in place of its own. It is called by several threads at once, each with blocks of its
 * own, and computes each in the calling thread alone: how a product is cut is the backend's, so
 * that results do not depend on the number of threads. The same block gives the same bits every
 * time.
 *
 * <p>A call returns within a millisecond or so for the blocks that backends give: while it runs,
 * the garbage collector may have to wait.
 */
public interface MatrixProducts {
  /**
   * The sizes of a block and how its matrices stand. A matrix has adjacent rows, or adjacent
   * columns where it is transposed; a stride is from a row, or a column, to the next, and at least
   * the length of one.
   *
   * @param rows rows of A and C, at least 1
   * @param columns columns of B and C, at least 1
   * @param depth columns of A and rows of B, at least 1
   * @param leftTransposed whether the columns of A are adjacent
   * @param leftStride the stride of A
   * @param rightTransposed whether the columns of B are adjacent
   * @param rightStride the stride of B
   * @param resultStride from a row of C to the next
   */
  record Block(
      int rows,
      int columns,
      int depth,
      boolean leftTransposed,
      int leftStride,
      boolean rightTransposed,
      int rightStride,
      int resultStride) {}

  /** Makes products by their registered name, for a backend that is being opened. */
  @FunctionalInterface
  interface Source {
    /**
     * The products of a name.
     *
     * @throws EspalierException UNKNOWN_NAME where no plugin registers it
     */
    MatrixProducts create(String name);
  }

  /** Looks whether products can be computed here. Never throws. */
  BackendProvider.Probe probe();

  /** Whether {@link #multiplyBf16} can be called here; only where it is usable at all. */
  boolean takesBf16();

  /**
   * {@code C = A B} in F32. Every element is a sum of products in an order and with roundings of
   * the implementation's choice, within the bound of the numerics contract.
   *
   * @param block sizes and strides
   * @param left where A is
   * @param leftAt its first element
   * @param right where B is
   * @param rightAt its first element
   * @param result where C is written
   * @param resultAt its first element
   */
  void multiply(
      Block block,
      float[] left,
      int leftAt,
      float[] right,
      int rightAt,
      float[] result,
      int resultAt);

  /** As {@link #multiply} for the bits of BF16 numbers, accumulated in F32. */
  void multiplyBf16(
      Block block,
      short[] left,
      int leftAt,
      short[] right,
      int rightAt,
      float[] result,
      int resultAt);
}
