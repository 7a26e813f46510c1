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
  public record ReduceStep(Reduce.Kind kind, Extents extents, int x, int z)
      implements Step, Partition {
    @Override
    public void run(Frame frame, WorkerPool pool) {
      runParts(frame, pool);
    }

    @Override
    public int size() {
      return extents.results();
    }

    @Override
    public int grain() {
      // Across rows the kernel takes neighbouring columns together.
      return Math.max(extents.inner() == 1 ? 1 : 64, Partition.grainOf(extents.length()));
    }

    @Override
    public void part(Frame frame, Scratch scratch, int from, int to) {
      ReductionKernels.run(
          kind,
          frame.array(x),
          frame.offset(x),
          extents.length(),
          extents.inner(),
          frame.array(z),
          frame.offset(z),
          from,
          to,
          scratch.chains());
    }

    @Override
    public String describe() {
      return "reduce " + kind + " " + extents + " @" + x + " -> @" + z;
    }
  }

  /** The place of the largest, I32. */
  public record ArgMaxStep(Extents extents, int x, int z) implements Step, Partition {
    @Override
    public void run(Frame frame, WorkerPool pool) {
      runParts(frame, pool);
    }

    @Override
    public int size() {
      return extents.results();
    }

    @Override
    public int grain() {
      return Partition.grainOf(extents.length());
    }

    @Override
    public void part(Frame frame, Scratch scratch, int from, int to) {
      int[] out = frame.ints(z);
      int xo = frame.offset(x);
      int zo = frame.offset(z);
      int n = extents.length();
      int inner = extents.inner();
      Object in = frame.array(x);
      switch (in) {
        case float[] a -> ArgReduction.argMax(a, xo, n, inner, out, zo, from, to);
        case double[] a -> ArgReduction.argMax(a, xo, n, inner, out, zo, from, to);
        case int[] a -> ArgReduction.argMax(a, xo, n, inner, out, zo, from, to);
        case long[] a -> ArgReduction.argMax(a, xo, n, inner, out, zo, from, to);
        default -> throw new AssertionError(in.getClass());
      }
    }

    @Override
    public String describe() {
      return "arg_max " + extents + " @" + x + " -> @" + z;
    }
  }

  /** Running combinations. */
  public record CumulativeStep(Cumulative.Kind kind, boolean reverse, Extents extents, int x, int z)
      implements Step, Partition {
    @Override
    public void run(Frame frame, WorkerPool pool) {
      runParts(frame, pool);
    }

    @Override
    public int size() {
      return extents.results();
    }

    @Override
    public int grain() {
      return Partition.grainOf(extents.length());
    }

    @Override
    public void part(Frame frame, Scratch scratch, int from, int to) {
      RunningKernels.run(
          kind,
          frame.array(x),
          frame.offset(x),
          extents,
          reverse,
          frame.array(z),
          frame.offset(z),
          from,
          to);
    }

    @Override
    public String describe() {
      return "cumulative " + kind + " " + extents + " @" + x + " -> @" + z;
    }
  }
}
