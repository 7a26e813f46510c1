package dev.espalier.backend.cpu.run;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import java.util.List;

/** Operations of fused loops that make a block from other than a block. */
public final class Loads {
  private Loads() {}

  /** One value in every place. */
  public record Fill(ArrayKind arrays, int x, int z) implements BlockOp {
    @Override
    public void run(Lane r, int start, int n) {
      Movement.fill(r.array(x), r.at(x), r.array(z), r.at(z), n);
    }
  }

  /**
   * Elements of a broadcast array: along each axis of the loop the source moves on or repeats.
   * Neighbouring axes of one behaviour are merged, so that they alternate.
   *
   * @param extents the merged axes of the loop
   * @param strides how far the source moves along each: 0 where it repeats
   */
  public record Broadcasted(
      ArrayKind arrays, int x, int z, List<Integer> extents, List<Integer> strides)
      implements BlockOp {
    public Broadcasted {
      extents = List.copyOf(extents);
      strides = List.copyOf(strides);
    }

    @Override
    public void run(Lane r, int start, int n) {
      Object from = r.array(x);
      Object to = r.array(z);
      int last = extents.size() - 1;
      int width = extents.get(last);
      boolean repeats = strides.get(last) == 0;
      int column = start % width;
      int row = start / width;
      for (int done = 0; done < n; row++) {
        int run = Math.min(width - column, n - done);
        int at = r.at(x) + source(row, last);
        if (repeats) {
          Movement.fill(from, at, to, r.at(z) + done, run);
        } else {
          System.arraycopy(from, at + column, to, r.at(z) + done, run);
        }
        done += run;
        column = 0;
      }
    }

    /** Where the source stands in a row, the row being counted over all axes but the last. */
    private int source(int row, int last) {
      int rest = row;
      int at = 0;
      for (int axis = last - 1; axis >= 0; axis--) {
        int extent = extents.get(axis);
        at += rest % extent * strides.get(axis);
        rest /= extent;
      }
      return at;
    }
  }

  /**
   * The index along an axis: {@code (i / inner) % extent}.
   *
   * @param dtype the element type of the register, no 16-bit type
   */
  public record Counter(DType dtype, int inner, int extent, int z) implements BlockOp {
    @Override
    public void run(Lane r, int start, int n) {
      int zo = r.at(z);
      for (int i = 0; i < n; i++) {
        int value = (start + i) / inner % extent;
        switch (dtype) {
          case F32 -> r.f(z)[zo + i] = value;
          case F64 -> r.d(z)[zo + i] = value;
          case I32 -> r.i(z)[zo + i] = value;
          case I64 -> r.l(z)[zo + i] = value;
          case BF16 -> r.s(z)[zo + i] = NdArray.bfloat16Bits(value);
          case F16 -> r.s(z)[zo + i] = Float.floatToFloat16(value);
          case BOOL -> throw new AssertionError(dtype);
        }
      }
    }
  }
}
