package dev.espalier.backend.cpu.run;

/**
 * How a loop over [rows, width] is cut: into tasks of rows, and those into blocks that stay in the
 * caches nearby. Rows too wide for them are cut across as well, each task having the same columns
 * of some rows. Depends on the extents alone, and so does the order of what is summed over rows.
 *
 * @param rows the rows; where there are none, the elements
 * @param width the elements of a row
 * @param blockRows the rows of a block
 * @param taskRows the rows of a task, a multiple of blockRows
 * @param blockColumns the elements of a row that a block has, all of them in rows that are not wide
 */
public record LoopShape(int rows, int width, int blockRows, int taskRows, int blockColumns) {
  /** Wider rows are cut across. */
  public static final int MOST_WIDTH = 4096;

  /** Columns of a block where rows are cut. */
  private static final int WIDE_COLUMNS = 2048;

  private static final int TASK = 16 * Scratch.BLOCK;

  /**
   * What is summed over the rows is summed over so many at most before it goes to a total. Has many
   * divisors, those of the tiles of matrix products among them.
   */
  public static final int MOST_GROUP_ROWS = 96;

  /** What is summed over fewer rows at a time is written, and read again, too often. */
  private static final int LEAST_GROUP_ROWS = 8;

  /** Tasks that share well among some threads. */
  private static final int TASKS = 16;

  /** Groups that are enough, where there are many rows. */
  private static final int MANY_GROUPS = 64;

  /** Columns from which one chain a column is fast. */
  private static final int CHAINS = 64;

  /** What a loop does, by which the elements of a block are chosen. It changes no bit. */
  public enum Work {
    /** Makes elements of elements, by temporaries that are best in the first-level cache. */
    ELEMENTS(Scratch.BLOCK),
    /**
     * Reduces what it makes along rows or columns: what there is one of for each row or column
     * costs as much for few elements as for many.
     */
    REDUCTIONS(8 * Scratch.BLOCK),
    /** Reduces what is in memory, and has no temporaries. */
    NOTHING_ELSE(16 * Scratch.BLOCK);

    private final int block;

    Work(int block) {
      this.block = block;
    }
  }

  /** Cuts a loop over elements, of which each row has width. */
  public static LoopShape of(int count, int width, Work work) {
    if (width == 1) {
      return new LoopShape(count, 1, Scratch.BLOCK, TASK, 1);
    }
    int rows = count / width;
    if (width > MOST_WIDTH) {
      return new LoopShape(rows, width, 1, MOST_GROUP_ROWS, WIDE_COLUMNS);
    }
    int most = work.block / width;
    if (most < MOST_GROUP_ROWS) {
      int task = taskRows(rows, width);
      int block = Math.clamp(most, 1, task);
      while (task % block != 0) {
        block--;
      }
      return new LoopShape(rows, width, block, task, width);
    }
    int groups = Math.max(1, rows / (TASKS * MOST_GROUP_ROWS));
    int block = MOST_GROUP_ROWS * Math.min(groups, most / MOST_GROUP_ROWS);
    int task = MOST_GROUP_ROWS * Math.clamp(groups, 1, TASK / width / MOST_GROUP_ROWS);
    return new LoopShape(rows, width, block, task - task % block, width);
  }

  /** Depends on neither the block nor what is reduced: sums over rows are summed by it. */
  private static int taskRows(int rows, int width) {
    int wanted = Math.max(TASK / width, rows / MANY_GROUPS);
    int most = Math.clamp(wanted, LEAST_GROUP_ROWS, MOST_GROUP_ROWS);
    int task = 1;
    for (int next = 1; next <= most; next++) {
      if (MOST_GROUP_ROWS % next == 0 && (next % 6 == 0 || task % 6 != 0)) {
        task = next;
      }
    }
    return task;
  }

  /** The number of tasks. */
  public int tasks() {
    return Math.ceilDiv(rows, taskRows) * cuts();
  }

  /** In how many parts a row is. */
  public int cuts() {
    return Math.ceilDiv(width, blockColumns);
  }

  /** The number of blocks of whole rows. */
  public int blocks() {
    return Math.ceilDiv(rows, blockRows);
  }

  /** The elements of a block. */
  public int blockElements() {
    return blockRows * blockColumns;
  }

  /** The rows that are summed to one part of a total over rows. */
  public int groupRows() {
    return Math.min(taskRows, MOST_GROUP_ROWS);
  }

  /** The number of such parts. */
  public int groups() {
    return Math.ceilDiv(rows, groupRows());
  }

  /**
   * How many chains a column has in a part: 1 where there are columns enough to fill vectors, else
   * neighbouring rows go to chains of their own.
   */
  public int chains() {
    int chains = 1;
    while (chains * width < CHAINS || MOST_GROUP_ROWS % chains != 0) {
      chains++;
    }
    return chains;
  }

  /** Whether one part with one chain is all there is of a total over rows. */
  public boolean isOnePart() {
    return groups() == 1 && chains() == 1;
  }
}
