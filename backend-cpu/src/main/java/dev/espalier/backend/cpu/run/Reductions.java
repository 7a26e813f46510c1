package dev.espalier.backend.cpu.run;

import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Reduce;
import dev.espalier.backend.cpu.kernel.ArgReduction;

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

  /** A reduction of slot x into slot z. */
  public record ReduceStep(Reduce.Kind kind, Extents extents, int x, int z) implements Step {
    @Override
    public void run(Frame frame, WorkerPool pool) {
      Object in = frame.array(x);
      Object out = frame.array(z);
      int xo = frame.offset(x);
      int zo = frame.offset(z);
      int n = extents.length();
      int inner = extents.inner();
      // Across rows the kernel takes neighbouring columns together.
      int least = inner == 1 ? 1 : 64;
      Partition.run(
          frame,
          pool,
          extents.results(),
          Math.max(least, Partition.ELEMENTS / Math.max(1, n)),
          (from, to) -> ReductionKernels.run(kind, in, xo, n, inner, out, zo, from, to));
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
