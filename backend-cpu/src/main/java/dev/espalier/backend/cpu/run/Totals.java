package dev.espalier.backend.cpu.run;

import dev.espalier.api.ir.Reduce;
import dev.espalier.backend.cpu.kernel.DoubleColumns;
import dev.espalier.backend.cpu.kernel.DoubleReduction;
import dev.espalier.backend.cpu.kernel.FloatColumns;
import dev.espalier.backend.cpu.kernel.FloatReduction;

/**
 * What a fused loop combines over all rows: each task or block leaves its part in memory, and after
 * the loop the parts are combined in order, so that no bit depends on who did which task.
 */
public final class Totals {
  private Totals() {}

  /**
   * The rows of a block combined into those of their part, F32 or F64. Neighbouring rows take turns
   * in the chains of a column.
   */
  public record OfColumns(
      Reduce.Kind kind, ArrayKind arrays, int width, int groupRows, int chains, int x, int parts)
      implements BlockOp {
    /** Into parts of a loop. */
    public OfColumns(Reduce.Kind kind, ArrayKind arrays, LoopShape shape, int x, int parts) {
      this(kind, arrays, shape.width(), shape.groupRows(), shape.chains(), x, parts);
    }

    @Override
    public void run(Lane r, int start, int n) {
      int columns = Math.min(n, width);
      int row = start / width;
      int toRow = row + n / columns;
      int at = r.at(x);
      while (row < toRow) {
        int group = row / groupRows;
        int next = Math.min(toRow, (group + 1) * groupRows);
        boolean first = row == group * groupRows;
        int z = r.at(parts) + group * chains * width;
        int whole = (next - row) / chains;
        combine(kind, r.array(x), at, whole, chains * columns, r.array(parts), z, first);
        at += whole * chains * columns;
        int rest = (next - row - whole * chains) * columns;
        if (rest > 0) {
          combine(kind, r.array(x), at, 1, rest, r.array(parts), z, false);
          at += rest;
        }
        row = next;
      }
    }
  }

  /** The parts of wide rows combined, each to one value, F32 or F64. */
  public record OfWideRows(Reduce.Kind kind, ArrayKind arrays, LoopShape shape, int x, int parts)
      implements BlockOp {
    @Override
    public void run(Lane r, int start, int n) {
      int row = start / shape.width();
      int cut = (start - row * shape.width()) / shape.blockColumns();
      combine(kind, arrays, r, x, n, r.d(parts), r.at(parts) + row * shape.cuts() + cut);
    }
  }

  /** The elements of a block combined, F32 or F64; only in loops without rows. */
  public record OfBlock(Reduce.Kind kind, ArrayKind arrays, int x, int partial) implements BlockOp {
    @Override
    public void run(Lane r, int start, int n) {
      combine(kind, arrays, r, x, n, r.d(partial), r.at(partial) + start / Scratch.BLOCK);
    }
  }

  private static void combine(
      Reduce.Kind kind, ArrayKind arrays, Lane r, int x, int n, double[] parts, int po) {
    int xo = r.at(x);
    if (arrays == ArrayKind.FLOATS) {
      float[] a = r.f(x);
      float[] chains = r.chains().floats();
      switch (kind) {
        case SUM -> FloatReduction.sumBlocks(a, xo, n, parts, po, 0, 1, chains);
        case PROD -> FloatReduction.prodBlocks(a, xo, n, parts, po, 0, 1, chains);
        case MAX -> FloatReduction.maxBlocks(a, xo, n, parts, po, 0, 1, chains);
        case MIN -> FloatReduction.minBlocks(a, xo, n, parts, po, 0, 1, chains);
        case AND, OR -> throw new AssertionError(kind);
      }
      return;
    }
    double[] a = r.d(x);
    double[] chains = r.chains().doubles();
    switch (kind) {
      case SUM -> DoubleReduction.sumBlocks(a, xo, n, parts, po, 0, 1, chains);
      case PROD -> DoubleReduction.prodBlocks(a, xo, n, parts, po, 0, 1, chains);
      case MAX -> DoubleReduction.maxBlocks(a, xo, n, parts, po, 0, 1, chains);
      case MIN -> DoubleReduction.minBlocks(a, xo, n, parts, po, 0, 1, chains);
      case AND, OR -> throw new AssertionError(kind);
    }
  }

  /**
   * One value for each column, from the parts: as many as were rows in a part go to one at a time,
   * where they stand, until one is left, and then its chains.
   */
  public record Columns(Reduce.Kind kind, LoopShape shape, int parts, int z)
      implements FusedLoop.Total {
    @Override
    public void finish(Frame frame) {
      Object a = frame.array(parts);
      int at = frame.offset(parts);
      int chains = shape.chains();
      int width = chains * shape.width();
      int left = shape.groups();
      while (left > 1) {
        int made = Math.ceilDiv(left, LoopShape.MOST_GROUP_ROWS);
        for (int i = 0; i < made; i++) {
          int from = i * LoopShape.MOST_GROUP_ROWS;
          int rows = Math.min(LoopShape.MOST_GROUP_ROWS, left - from);
          combine(kind, a, at + from * width, rows, width, a, at + i * width, true);
        }
        left = made;
      }
      combine(kind, a, at, chains, shape.width(), frame.array(z), frame.offset(z), true);
    }
  }

  /** One value, or one for each wide row, from those of the blocks. */
  public record OfParts(
      Reduce.Kind kind, ArrayKind arrays, int results, int blocks, int parts, int z)
      implements FusedLoop.Total {
    @Override
    public void finish(Frame frame) {
      double[] a = frame.doubles(parts);
      int zo = frame.offset(z);
      for (int i = 0; i < results; i++) {
        int at = frame.offset(parts) + i * blocks;
        if (arrays == ArrayKind.FLOATS) {
          frame.floats(z)[zo + i] =
              switch (kind) {
                case SUM -> FloatReduction.sumOfBlocks(a, at, blocks);
                case PROD -> FloatReduction.prodOfBlocks(a, at, blocks);
                case MAX -> FloatReduction.maxOfBlocks(a, at, blocks);
                case MIN -> FloatReduction.minOfBlocks(a, at, blocks);
                case AND, OR -> throw new AssertionError(kind);
              };
        } else {
          frame.doubles(z)[zo + i] =
              switch (kind) {
                case SUM -> DoubleReduction.sumOfBlocks(a, at, blocks);
                case PROD -> DoubleReduction.prodOfBlocks(a, at, blocks);
                case MAX -> DoubleReduction.maxOfBlocks(a, at, blocks);
                case MIN -> DoubleReduction.minOfBlocks(a, at, blocks);
                case AND, OR -> throw new AssertionError(kind);
              };
        }
      }
    }
  }

  private static void combine(
      Reduce.Kind kind, Object x, int xo, int rows, int width, Object z, int zo, boolean first) {
    if (x instanceof float[] a) {
      float[] b = (float[]) z;
      switch (kind) {
        case SUM -> FloatColumns.sum(a, xo, rows, width, b, zo, first);
        case MAX -> FloatColumns.max(a, xo, rows, width, b, zo, first);
        case MIN -> FloatColumns.min(a, xo, rows, width, b, zo, first);
        case PROD, AND, OR -> throw new AssertionError(kind);
      }
      return;
    }
    double[] a = (double[]) x;
    double[] b = (double[]) z;
    switch (kind) {
      case SUM -> DoubleColumns.sum(a, xo, rows, width, b, zo, first);
      case MAX -> DoubleColumns.max(a, xo, rows, width, b, zo, first);
      case MIN -> DoubleColumns.min(a, xo, rows, width, b, zo, first);
      case PROD, AND, OR -> throw new AssertionError(kind);
    }
  }
}
