package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.RowScatter;
import dev.espalier.backend.cpu.kernel.Sorting;
import java.util.List;

/** Steps that find elements by indices, or indices by elements. */
public final class Indexing {
  private Indexing() {}

  /**
   * The axes of a gather: x [batch, outer, extent, inner], indices [batch, count].
   *
   * @param batch product of the shared axes
   * @param outer product of the axes between them and the indexed one
   * @param extent the indexed axis
   * @param count product of the other axes of the indices
   * @param inner product of the axes after the indexed one
   */
  public record Layout(int batch, int outer, int extent, int count, int inner) {}

  /** Entries of x; an index outside gives NaN, 0 or false. */
  public record GatherStep(Layout layout, Object invalid, int x, int indices, int z)
      implements Step, Partition {
    @Override
    public void run(Frame frame, WorkerPool pool) {
      runParts(frame, pool);
    }

    @Override
    public int size() {
      return layout.batch() * layout.outer() * layout.count();
    }

    @Override
    public int grain() {
      return Partition.grainOf(layout.inner());
    }

    @Override
    public void part(Frame frame, Scratch scratch, int from, int to) {
      Object in = frame.array(x);
      Object out = frame.array(z);
      int inner = layout.inner();
      for (int row = from; row < to; row++) {
        int group = row / layout.count();
        int at = group / layout.outer() * layout.count() + row % layout.count();
        long index = index(frame.array(indices), frame.offset(indices) + at);
        int target = frame.offset(z) + row * inner;
        if (index < 0 || index >= layout.extent()) {
          Movement.fill(invalid, 0, out, target, inner);
        } else {
          int source = frame.offset(x) + (group * layout.extent() + (int) index) * inner;
          System.arraycopy(in, source, out, target, inner);
        }
      }
    }

    @Override
    public String describe() {
      return "gather " + layout + " @" + x + ", @" + indices + " -> @" + z;
    }
  }

  static long index(Object indices, int at) {
    return indices instanceof int[] i ? i[at] : ((long[]) indices)[at];
  }

  /** Adds updates to a copy of x, those to one place in order. */
  public record ScatterAddStep(Layout layout, Movement.Copy whole, int indices, int updates, int z)
      implements Step, Partition {
    @Override
    public void run(Frame frame, WorkerPool pool) {
      whole.runParts(frame, pool);
      runParts(frame, pool);
    }

    private int groups() {
      return layout.batch() * layout.outer();
    }

    /** The groups; where there is one, its rows, for which each task goes through all indices. */
    @Override
    public int size() {
      return groups() == 1 ? layout.extent() : groups();
    }

    @Override
    public int grain() {
      return groups() == 1
          ? Math.max(Math.ceilDiv(layout.extent(), 16), 256)
          : Partition.grainOf((long) layout.count() * layout.inner());
    }

    @Override
    public void part(Frame frame, Scratch scratch, int from, int to) {
      if (groups() == 1) {
        add(frame, 0, from, to);
        return;
      }
      for (int g = from; g < to; g++) {
        add(frame, g, 0, layout.extent());
      }
    }

    private void add(Frame frame, int group, int from, int to) {
      int n = layout.count();
      int inner = layout.inner();
      Object out = frame.array(z);
      Object in = frame.array(updates);
      int xo = frame.offset(updates) + group * n * inner;
      int zo = frame.offset(z) + group * layout.extent() * inner;
      int io = frame.offset(indices) + group / layout.outer() * n;
      switch (frame.array(indices)) {
        case int[] i -> {
          switch (out) {
            case float[] c -> RowScatter.add((float[]) in, xo, n, inner, i, io, c, zo, from, to);
            case double[] c -> RowScatter.add((double[]) in, xo, n, inner, i, io, c, zo, from, to);
            case int[] c -> RowScatter.add((int[]) in, xo, n, inner, i, io, c, zo, from, to);
            case long[] c -> RowScatter.add((long[]) in, xo, n, inner, i, io, c, zo, from, to);
            default -> throw new AssertionError(out.getClass());
          }
        }
        case long[] i -> {
          switch (out) {
            case float[] c -> RowScatter.add((float[]) in, xo, n, inner, i, io, c, zo, from, to);
            case double[] c -> RowScatter.add((double[]) in, xo, n, inner, i, io, c, zo, from, to);
            case int[] c -> RowScatter.add((int[]) in, xo, n, inner, i, io, c, zo, from, to);
            case long[] c -> RowScatter.add((long[]) in, xo, n, inner, i, io, c, zo, from, to);
            default -> throw new AssertionError(out.getClass());
          }
        }
        default -> throw new AssertionError("indices are integers");
      }
    }

    @Override
    public String describe() {
      return "scatter_add " + layout + " @" + indices + ", @" + updates + " -> @" + z;
    }
  }

  /**
   * Reorders operands by the first.
   *
   * @param extents the axes, the sorted one in the middle
   * @param order a slot of I32 for the order
   * @param from the slots of the operands
   * @param to the slots of the results
   */
  public record SortStep(
      Reductions.Extents extents,
      boolean descending,
      int order,
      List<Integer> from,
      List<Integer> to)
      implements Step, Partition {
    public SortStep {
      from = List.copyOf(from);
      to = List.copyOf(to);
    }

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
      return Partition.grainOf(8L * extents.length());
    }

    @Override
    public void part(Frame frame, Scratch scratch, int first, int last) {
      argSort(frame, extents, descending, from.getFirst(), order, first, last);
      for (int i = 0; i < from.size(); i++) {
        take(frame, from.get(i), to.get(i), first, last);
      }
    }

    private void take(Frame frame, int x, int z, int first, int last) {
      int n = extents.length();
      int inner = extents.inner();
      int[] o = frame.ints(order);
      int oo = frame.offset(order);
      int xo = frame.offset(x);
      int zo = frame.offset(z);
      Object out = frame.array(z);
      switch (frame.array(x)) {
        case float[] a -> Sorting.take(a, xo, n, inner, o, oo, (float[]) out, zo, first, last);
        case double[] a -> Sorting.take(a, xo, n, inner, o, oo, (double[]) out, zo, first, last);
        case int[] a -> Sorting.take(a, xo, n, inner, o, oo, (int[]) out, zo, first, last);
        case long[] a -> Sorting.take(a, xo, n, inner, o, oo, (long[]) out, zo, first, last);
        default -> throw new AssertionError(frame.array(x).getClass());
      }
    }

    @Override
    public String describe() {
      return "sort " + extents + " " + from + " -> " + to;
    }
  }

  /** The k largest of adjacent lines and their places. */
  public record TopKStep(
      Reductions.Extents extents, int k, int order, int x, int values, int places)
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
      return Partition.grainOf(8L * extents.length());
    }

    @Override
    public void part(Frame frame, Scratch scratch, int first, int last) {
      argSort(frame, extents, true, x, order, first, last);
      int n = extents.length();
      int[] o = frame.ints(order);
      int[] to = frame.ints(places);
      for (int line = first; line < last; line++) {
        int read = frame.offset(x) + line * n;
        int write = frame.offset(values) + line * k;
        int start = frame.offset(order) + line * n;
        System.arraycopy(o, start, to, frame.offset(places) + line * k, k);
        for (int i = 0; i < k; i++) {
          System.arraycopy(frame.array(x), read + o[start + i], frame.array(values), write + i, 1);
        }
      }
    }

    @Override
    public String describe() {
      return "top_k " + k + " of " + extents + " @" + x + " -> @" + values + ", @" + places;
    }
  }

  private static void argSort(
      Frame frame,
      Reductions.Extents extents,
      boolean descending,
      int x,
      int order,
      int first,
      int last) {
    int n = extents.length();
    int inner = extents.inner();
    int[] o = frame.ints(order);
    int oo = frame.offset(order);
    int xo = frame.offset(x);
    switch (frame.array(x)) {
      case float[] a -> Sorting.argSort(a, xo, n, inner, descending, o, oo, first, last);
      case double[] a -> Sorting.argSort(a, xo, n, inner, descending, o, oo, first, last);
      case int[] a -> Sorting.argSort(a, xo, n, inner, descending, o, oo, first, last);
      case long[] a -> Sorting.argSort(a, xo, n, inner, descending, o, oo, first, last);
      default -> throw new AssertionError(frame.array(x).getClass());
    }
  }
}
