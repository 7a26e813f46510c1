package dev.espalier.backend.cpu.run;

import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Reduce;
import dev.espalier.backend.cpu.kernel.ArgReduction;
import dev.espalier.backend.cpu.kernel.BooleanReduction;
import dev.espalier.backend.cpu.kernel.DoubleReduction;
import dev.espalier.backend.cpu.kernel.FloatReduction;
import dev.espalier.backend.cpu.kernel.IntReduction;
import dev.espalier.backend.cpu.kernel.LongReduction;

/** Steps along the middle axis of [outer, length, inner]. */
public final class Reductions {
  private Reductions() {}

  /**
   * The axes of an operand, brought to three.
   *
   * @param outer the product of the axes before
   * @param length the axis that is reduced or run along
   * @param inner the product of the axes after
   */
  public record Extents(int outer, int length, int inner) {
    int results() {
      return outer * inner;
    }
  }

  /** A reduction of slot x into slot z; {@code partial} holds a long line's blocks. */
  public record ReduceStep(
      Reduce.Kind kind, ArrayKind arrays, Extents extents, int x, int z, int partial)
      implements Step {
    /** Whether one line is long enough to be shared by threads in blocks. */
    public static boolean needsBlocks(ArrayKind arrays, Extents extents) {
      return (arrays == ArrayKind.FLOATS || arrays == ArrayKind.DOUBLES)
          && extents.inner() == 1
          && extents.outer() == 1
          && extents.length() > 4 * FloatReduction.BLOCK;
    }

    /** The number of blocks of a line. */
    public static int blocks(ArrayKind arrays, int length) {
      return arrays == ArrayKind.FLOATS
          ? FloatReduction.blocks(length)
          : DoubleReduction.blocks(length);
    }

    @Override
    public void run(Frame frame, WorkerPool pool) {
      if (needsBlocks(arrays, extents)) {
        inBlocks(frame, pool);
        return;
      }
      Object in = frame.array(x);
      Object out = frame.array(z);
      int xo = frame.offset(x);
      int zo = frame.offset(z);
      // Across rows the kernel takes neighbouring columns together.
      int least = extents.inner() == 1 ? 1 : 64;
      Partition.run(
          frame,
          pool,
          extents.results(),
          Math.max(least, Partition.ELEMENTS / Math.max(1, extents.length())),
          (from, to) -> reduce(in, xo, out, zo, from, to));
    }

    private void reduce(Object in, int xo, Object out, int zo, int from, int to) {
      int n = extents.length();
      int inner = extents.inner();
      switch (in) {
        case float[] a -> {
          float[] b = (float[]) out;
          switch (kind) {
            case SUM -> FloatReduction.sum(a, xo, n, inner, b, zo, from, to);
            case PROD -> FloatReduction.prod(a, xo, n, inner, b, zo, from, to);
            case MAX -> FloatReduction.max(a, xo, n, inner, b, zo, from, to);
            case MIN -> FloatReduction.min(a, xo, n, inner, b, zo, from, to);
            case AND, OR -> throw new AssertionError(kind);
          }
        }
        case double[] a -> {
          double[] b = (double[]) out;
          switch (kind) {
            case SUM -> DoubleReduction.sum(a, xo, n, inner, b, zo, from, to);
            case PROD -> DoubleReduction.prod(a, xo, n, inner, b, zo, from, to);
            case MAX -> DoubleReduction.max(a, xo, n, inner, b, zo, from, to);
            case MIN -> DoubleReduction.min(a, xo, n, inner, b, zo, from, to);
            case AND, OR -> throw new AssertionError(kind);
          }
        }
        case int[] a -> {
          int[] b = (int[]) out;
          switch (kind) {
            case SUM -> IntReduction.sum(a, xo, n, inner, b, zo, from, to);
            case PROD -> IntReduction.prod(a, xo, n, inner, b, zo, from, to);
            case MAX -> IntReduction.max(a, xo, n, inner, b, zo, from, to);
            case MIN -> IntReduction.min(a, xo, n, inner, b, zo, from, to);
            case AND, OR -> throw new AssertionError(kind);
          }
        }
        case long[] a -> {
          long[] b = (long[]) out;
          switch (kind) {
            case SUM -> LongReduction.sum(a, xo, n, inner, b, zo, from, to);
            case PROD -> LongReduction.prod(a, xo, n, inner, b, zo, from, to);
            case MAX -> LongReduction.max(a, xo, n, inner, b, zo, from, to);
            case MIN -> LongReduction.min(a, xo, n, inner, b, zo, from, to);
            case AND, OR -> throw new AssertionError(kind);
          }
        }
        case byte[] a -> {
          byte[] b = (byte[]) out;
          if (kind == Reduce.Kind.AND) {
            BooleanReduction.and(a, xo, n, inner, b, zo, from, to);
          } else {
            BooleanReduction.or(a, xo, n, inner, b, zo, from, to);
          }
        }
        default -> throw new AssertionError(in.getClass());
      }
    }

    private void inBlocks(Frame frame, WorkerPool pool) {
      int n = extents.length();
      int blocks = blocks(arrays, n);
      double[] parts = frame.doubles(partial);
      int po = frame.offset(partial);
      int xo = frame.offset(x);
      int zo = frame.offset(z);
      if (arrays == ArrayKind.FLOATS) {
        float[] in = frame.floats(x);
        Partition.run(
            frame,
            pool,
            blocks,
            4,
            (from, to) -> {
              switch (kind) {
                case SUM -> FloatReduction.sumBlocks(in, xo, n, parts, po, from, to);
                case PROD -> FloatReduction.prodBlocks(in, xo, n, parts, po, from, to);
                case MAX -> FloatReduction.maxBlocks(in, xo, n, parts, po, from, to);
                case MIN -> FloatReduction.minBlocks(in, xo, n, parts, po, from, to);
                case AND, OR -> throw new AssertionError(kind);
              }
            });
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
      double[] in = frame.doubles(x);
      Partition.run(
          frame,
          pool,
          blocks,
          4,
          (from, to) -> {
            switch (kind) {
              case SUM -> DoubleReduction.sumBlocks(in, xo, n, parts, po, from, to);
              case PROD -> DoubleReduction.prodBlocks(in, xo, n, parts, po, from, to);
              case MAX -> DoubleReduction.maxBlocks(in, xo, n, parts, po, from, to);
              case MIN -> DoubleReduction.minBlocks(in, xo, n, parts, po, from, to);
              case AND, OR -> throw new AssertionError(kind);
            }
          });
      frame.doubles(z)[zo] =
          switch (kind) {
            case SUM -> DoubleReduction.sumOfBlocks(parts, po, blocks);
            case PROD -> DoubleReduction.prodOfBlocks(parts, po, blocks);
            case MAX -> DoubleReduction.maxOfBlocks(parts, po, blocks);
            case MIN -> DoubleReduction.minOfBlocks(parts, po, blocks);
            case AND, OR -> throw new AssertionError(kind);
          };
    }

    @Override
    public String describe() {
      return "reduce " + kind + " " + extents + " @" + x + " -> @" + z;
    }
  }

  /** The place of the largest, I32. */
  public record ArgMaxStep(Extents extents, int x, int z) implements Step {
    @Override
    public void run(Frame frame, WorkerPool pool) {
      Object in = frame.array(x);
      int[] out = frame.ints(z);
      int xo = frame.offset(x);
      int zo = frame.offset(z);
      int n = extents.length();
      int inner = extents.inner();
      Partition.ofCost(
          frame,
          pool,
          extents.results(),
          n,
          (from, to) -> {
            switch (in) {
              case float[] a -> ArgReduction.argMax(a, xo, n, inner, out, zo, from, to);
              case double[] a -> ArgReduction.argMax(a, xo, n, inner, out, zo, from, to);
              case int[] a -> ArgReduction.argMax(a, xo, n, inner, out, zo, from, to);
              case long[] a -> ArgReduction.argMax(a, xo, n, inner, out, zo, from, to);
              default -> throw new AssertionError(in.getClass());
            }
          });
    }

    @Override
    public String describe() {
      return "arg_max " + extents + " @" + x + " -> @" + z;
    }
  }

  /** Running combinations. */
  public record CumulativeStep(Cumulative.Kind kind, boolean reverse, Extents extents, int x, int z)
      implements Step {
    @Override
    public void run(Frame frame, WorkerPool pool) {
      Object in = frame.array(x);
      Object out = frame.array(z);
      int xo = frame.offset(x);
      int zo = frame.offset(z);
      Partition.ofCost(
          frame,
          pool,
          extents.results(),
          extents.length(),
          (from, to) -> RunningKernels.run(kind, in, xo, extents, reverse, out, zo, from, to));
    }

    @Override
    public String describe() {
      return "cumulative " + kind + " " + extents + " @" + x + " -> @" + z;
    }
  }
}
