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

  /**
   * What is summed over the rows is summed over so many at most before it goes to a total. Has many
   * divisors, those of the tiles of matrix products among them.
   */
  private static final int MOST_TASK_ROWS = 96;

  /** Cuts a loop over elements, of which each row has width. */
  public static LoopShape of(int count, int width) {
    if (width == 1) {
      return new LoopShape(count, 1, Scratch.BLOCK, BLOCKS_A_TASK * Scratch.BLOCK);
    }
    int block = Integer.highestOneBit(Math.clamp(Scratch.BLOCK / width, 1, MOST_TASK_ROWS));
    int most = Math.max(block, BLOCKS_A_TASK * Scratch.BLOCK / width);
    int task = block;
    for (int rows = block; rows <= Math.min(most, MOST_TASK_ROWS); rows += block) {
      if (MOST_TASK_ROWS % rows == 0 && (rows % 6 == 0 || task % 6 != 0)) {
        task = rows;
      }
    }
    return new LoopShape(count / width, width, block, task);
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
