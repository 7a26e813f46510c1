package dev.espalier.backend.cpu.kernel;

/**
 * The sizes of a {@link ConvolutionPlan} in whole register tiles of any size, and how its packed
 * kernel is laid out: for each group, chunk of the depth, phase and panel of rows {@code
 * [depth][tile rows]}.
 */
final class ConvolutionTiling {
  /** Elements of a packed kernel at most; a larger one is packed by each task for itself. */
  private static final long MOST_PACKED = 1L << 21;

  /** A multiple of the rows of every tile. */
  private static final int ROW_STEP = 24;

  /** A multiple of the columns of every tile, at least a vector. */
  private static final int COLUMN_STEP = 32;

  /** Rows in which the parts are added at once. */
  static final int FINISHED_ROWS = 8;

  private final ConvolutionPlan plan;
  private final int rows;
  private final int rowTasks;
  private final int columns;
  private final int[][] places;
  private final int[] packedStarts;
  private final int packedGroup;
  private final boolean packs;

  ConvolutionTiling(ConvolutionPlan plan) {
    this.plan = plan;
    int phases = plan.phases.size();
    places = new int[phases][];
    for (int i = 0; i < phases; i++) {
      places[i] = plan.places(plan.phases.get(i));
    }
    rows = roundUp(Math.ceilDiv(plan.out, plan.rowPieces), ROW_STEP);
    rowTasks = rows == 0 ? 0 : Math.ceilDiv(plan.out, rows);
    columns = roundUp(plan.columns, COLUMN_STEP);
    packedStarts = new int[plan.chunks() * phases];
    ConvolutionTables tables = new ConvolutionTables();
    long length = 0;
    for (int chunk = 0; chunk < plan.chunks(); chunk++) {
      tables.chunk(plan, chunk);
      for (int phase = 0; phase < phases; phase++) {
        packedStarts[chunk * phases + phase] = (int) Math.min(length, MOST_PACKED);
        int depth = tables.depth(plan, plan.phases.get(phase)) * plan.together;
        length += (long) roundUp(plan.out, ROW_STEP) * depth;
      }
    }
    packs = plan.blocks > 1 && length * plan.groups <= MOST_PACKED;
    packedGroup = packs ? (int) length : 0;
  }

  private static int roundUp(int n, int step) {
    return (n + step - 1) / step * step;
  }

  /** Output channels of a task. */
  int rows() {
    return rows;
  }

  /** Pieces into which the output channels fall. */
  int rowTasks() {
    return rowTasks;
  }

  /** How many tasks adding the parts of a block has. */
  int finishes() {
    return Math.ceilDiv(Math.min(rows, plan.out), FINISHED_ROWS);
  }

  /** Columns of a block and phase. */
  int columns() {
    return columns;
  }

  /** Elements of the sums of a task. */
  int sums() {
    return plan.phases.size() * rows * columns;
  }

  int tasks() {
    return plan.groups * rowTasks * plan.blocks * plan.parts;
  }

  /** Whether the kernel is packed once for all tasks. */
  boolean packs() {
    return packs;
  }

  int packTasks() {
    return packs ? plan.groups * plan.chunks() : 0;
  }

  int packedLength() {
    return plan.groups * packedGroup;
  }

  /** Where the packed kernel of a group, chunk and phase begins. */
  int packed(int group, int chunk, int phase) {
    return packs ? group * packedGroup + packedStarts[chunk * plan.phases.size() + phase] : 0;
  }

  /** For each place of a phase's window where it is in the patches. */
  int[] places(int phase) {
    return places[phase];
  }
}
