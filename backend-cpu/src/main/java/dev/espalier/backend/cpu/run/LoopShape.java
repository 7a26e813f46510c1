package dev.espalier.backend.cpu.run;

/**
 * How a loop over [rows, width] is cut: into tasks of rows, and those into blocks that stay in the
 * first-level cache. Depends on the extents alone.
 *
 * @param rows the rows; where there are none, the elements
 * @param width the elements of a row
 * @param blockRows the rows of a block
 * @param taskRows the rows of a task, a multiple of blockRows
 */
public record LoopShape(int rows, int width, int blockRows, int taskRows) {
  private static final int BLOCKS_A_TASK = 16;

  /** What is summed over the rows is summed over so many at most before it goes to a total. */
  private static final int MOST_TASK_ROWS = 128;

  /** Cuts a loop over elements, of which each row has width. */
  public static LoopShape of(int count, int width) {
    if (width == 1) {
      return new LoopShape(count, 1, Scratch.BLOCK, BLOCKS_A_TASK * Scratch.BLOCK);
    }
    int block = Math.clamp(Scratch.BLOCK / width, 1, MOST_TASK_ROWS);
    int blocks =
        Math.clamp(
            MOST_TASK_ROWS / block,
            1,
            Math.max(1, BLOCKS_A_TASK * Scratch.BLOCK / (block * width)));
    return new LoopShape(count / width, width, block, blocks * block);
  }

  /** The number of tasks. */
  public int tasks() {
    return Math.ceilDiv(rows, taskRows);
  }

  /** The number of blocks. */
  public int blocks() {
    return Math.ceilDiv(rows, blockRows);
  }

  /** The elements of a block. */
  public int blockElements() {
    return blockRows * width;
  }
}
