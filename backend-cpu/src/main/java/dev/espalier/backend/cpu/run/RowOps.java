package dev.espalier.backend.cpu.run;

import dev.espalier.api.ir.Reduce;

/** Operations of fused loops between the elements of rows and what there is one of for each row. */
public final class RowOps {
  private RowOps() {}

  /** Each row of x combined into an element of z. */
  public record Reduction(Reduce.Kind kind, ArrayKind arrays, int width, int x, int z)
      implements BlockOp {
    @Override
    public void run(Lane r, int start, int n) {
      ReductionKernels.run(
          kind, r.array(x), r.at(x), width, 1, r.array(z), r.at(z), 0, n / width, r.chains());
    }
  }

  /**
   * One element of each row of x, by an index for each row.
   *
   * @param invalid an array of what an index outside gives
   */
  public record Choice(int width, Object invalid, int x, int index, int z) implements BlockOp {
    @Override
    public void run(Lane r, int start, int n) {
      Object from = r.array(x);
      Object to = r.array(z);
      for (int row = 0; row < n / width; row++) {
        long at = Indexing.index(r.array(index), r.at(index) + row);
        boolean inside = at >= 0 && at < width;
        Movement.fill(
            inside ? from : invalid,
            inside ? r.at(x) + row * width + (int) at : 0,
            to,
            r.at(z) + row,
            1);
      }
    }
  }

  /** Each element of x in every place of a row of z. */
  public record Spread(ArrayKind arrays, int width, int x, int z) implements BlockOp {
    @Override
    public void run(Lane r, int start, int n) {
      Object from = r.array(x);
      Object to = r.array(z);
      int at = r.at(x);
      for (int done = 0; done < n; done += width) {
        Movement.fill(from, at++, to, r.at(z) + done, Math.min(width, n - done));
      }
    }
  }

  /** The same row x, of an element for each column, in every row of z. */
  public record Repeat(ArrayKind arrays, int width, int x, int z) implements BlockOp {
    @Override
    public void run(Lane r, int start, int n) {
      Object from = r.array(x);
      Object to = r.array(z);
      for (int done = 0; done < n; done += width) {
        System.arraycopy(from, r.at(x), to, r.at(z) + done, Math.min(width, n - done));
      }
    }
  }
}
