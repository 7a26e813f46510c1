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

  /** The rows of a block combined into those of its task, F32 or F64. */
  public record OfColumns(Reduce.Kind kind, ArrayKind arrays, LoopShape shape, int x, int partial)
      implements BlockOp {
    @Override
    public void run(Lane r, int start, int n) {
      int width = shape.width();
      int row = start / width;
      int task = row / shape.taskRows();
      boolean first = row % shape.taskRows() == 0;
      combine(
          kind,
          r.array(x),
          r.at(x),
          n / width,
          width,
          r.array(partial),
          r.at(partial) + task * width,
          first);
    }
  }

  /** The elements of a block combined, F32 or F64; only in loops without rows. */
  public record OfBlock(Reduce.Kind kind, ArrayKind arrays, int x, int partial) implements BlockOp {
    @Override
    public void run(Lane r, int start, int n) {
      double[] parts = r.d(partial);
      int po = r.at(partial) + start / Scratch.BLOCK;
      if (arrays == ArrayKind.FLOATS) {
        float[] a = r.f(x);
        int xo = r.at(x);
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
      int xo = r.at(x);
      double[] chains = r.chains().doubles();
      switch (kind) {
        case SUM -> DoubleReduction.sumBlocks(a, xo, n, parts, po, 0, 1, chains);
        case PROD -> DoubleReduction.prodBlocks(a, xo, n, parts, po, 0, 1, chains);
        case MAX -> DoubleReduction.maxBlocks(a, xo, n, parts, po, 0, 1, chains);
        case MIN -> DoubleReduction.minBlocks(a, xo, n, parts, po, 0, 1, chains);
        case AND, OR -> throw new AssertionError(kind);
      }
    }
  }

  /** One value for each column, from those of the tasks. */
  public record Columns(
      Reduce.Kind kind, ArrayKind arrays, int tasks, int width, int partial, int z)
      implements FusedLoop.Total {
    @Override
    public void finish(Frame frame) {
      combine(
          kind,
          frame.array(partial),
          frame.offset(partial),
          tasks,
          width,
          frame.array(z),
          frame.offset(z),
          true);
    }
  }

  /** One value, from those of the blocks. */
  public record All(Reduce.Kind kind, ArrayKind arrays, int blocks, int partial, int z)
      implements FusedLoop.Total {
    @Override
    public void finish(Frame frame) {
      double[] parts = frame.doubles(partial);
      int po = frame.offset(partial);
      int zo = frame.offset(z);
      if (arrays == ArrayKind.FLOATS) {
        frame.floats(z)[zo] =
            switch (kind) {
              case SUM -> FloatReduction.sumOfBlocks(parts, po, blocks);
              case PROD -> FloatReduction.prodOfBlocks(parts, po, blocks);
              case MAX -> FloatReduction.maxOfBlocks(parts, po, blocks);
              case MIN -> FloatReduction.minOfBlocks(parts, po, blocks);
              case AND, OR -> throw new AssertionError(kind);
            };
        return;
      }
      frame.doubles(z)[zo] =
          switch (kind) {
            case SUM -> DoubleReduction.sumOfBlocks(parts, po, blocks);
            case PROD -> DoubleReduction.prodOfBlocks(parts, po, blocks);
            case MAX -> DoubleReduction.maxOfBlocks(parts, po, blocks);
            case MIN -> DoubleReduction.minOfBlocks(parts, po, blocks);
            case AND, OR -> throw new AssertionError(kind);
          };
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
