package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.CopyPlan;
import dev.espalier.backend.cpu.kernel.StridedCopy;
import java.util.Arrays;
import java.util.List;

/** Steps that move elements: slices, transposes, concatenation, padding. */
public final class Movement {
  private Movement() {}

  /**
   * A copy between parts of two slots.
   *
   * @param plan shape and strides of both parts
   * @param from the slot that is read
   * @param fromOffset where the part begins in it
   * @param to the slot that is written
   * @param toOffset where the part begins in it
   */
  public record Copy(CopyPlan plan, int from, int fromOffset, int to, int toOffset)
      implements Partition {
    @Override
    public int size() {
      return plan.size();
    }

    @Override
    public void part(Frame frame, Scratch scratch, int first, int last) {
      part(frame, 0, 0, first, last);
    }

    /** A part, read and written further on. */
    private void part(Frame frame, int readOn, int writeOn, int first, int last) {
      copy(
          plan,
          frame.array(from),
          frame.offset(from) + fromOffset + readOn,
          frame.array(to),
          frame.offset(to) + toOffset + writeOn,
          first,
          last);
    }
  }

  /**
   * Copies that do not read what they write.
   *
   * @param text what is done, for people
   * @param copies the copies
   */
  public record Copies(String text, List<Copy> copies) implements Step {
    public Copies {
      copies = List.copyOf(copies);
    }

    @Override
    public void run(Frame frame, WorkerPool pool) {
      for (int i = 0; i < copies.size(); i++) {
        copies.get(i).runParts(frame, pool);
      }
    }

    @Override
    public String describe() {
      return text;
    }
  }

  /**
   * Fills a slot with a scalar and copies a part into it.
   *
   * @param text what is done, for people
   * @param value the slot of the scalar
   * @param size the number of elements of the result
   * @param copy the part
   */
  public record Padded(String text, int value, int size, Copy copy) implements Step, Partition {
    @Override
    public void run(Frame frame, WorkerPool pool) {
      runParts(frame, pool);
      copy.runParts(frame, pool);
    }

    @Override
    public void part(Frame frame, Scratch scratch, int from, int to) {
      int start = frame.offset(copy.to()) + from;
      fill(frame.array(value), frame.offset(value), frame.array(copy.to()), start, to - from);
    }

    @Override
    public String describe() {
      return text;
    }
  }

  /**
   * A part that begins where scalars say.
   *
   * @param text what is done, for people
   * @param whole for an update: the copy of all of the operand, before the part
   * @param part the part; its offsets are from the start
   * @param starts the slots of the I64 scalars
   * @param limits the largest start along each axis
   * @param strides the strides of the operand that is indexed
   * @param updates whether the part is written at the starts, not read there
   */
  public record Dynamic(
      String text,
      List<Copy> whole,
      Copy part,
      List<Integer> starts,
      List<Integer> limits,
      List<Integer> strides,
      boolean updates)
      implements Step, Partition {
    public Dynamic {
      whole = List.copyOf(whole);
      starts = List.copyOf(starts);
      limits = List.copyOf(limits);
      strides = List.copyOf(strides);
    }

    @Override
    public void run(Frame frame, WorkerPool pool) {
      for (int i = 0; i < whole.size(); i++) {
        whole.get(i).runParts(frame, pool);
      }
      runParts(frame, pool);
    }

    @Override
    public int size() {
      return part.size();
    }

    @Override
    public void part(Frame frame, Scratch scratch, int from, int to) {
      int at = 0;
      for (int axis = 0; axis < starts.size(); axis++) {
        long start = frame.longs(starts.get(axis))[frame.offset(starts.get(axis))];
        at += Math.clamp(start, 0, limits.get(axis)) * strides.get(axis);
      }
      part.part(frame, updates ? 0 : at, updates ? at : 0, from, to);
    }

    @Override
    public String describe() {
      return text;
    }
  }

  static void copy(CopyPlan plan, Object x, int xo, Object z, int zo, int from, int to) {
    switch (x) {
      case float[] a -> StridedCopy.copy(plan, a, xo, (float[]) z, zo, from, to);
      case double[] a -> StridedCopy.copy(plan, a, xo, (double[]) z, zo, from, to);
      case int[] a -> StridedCopy.copy(plan, a, xo, (int[]) z, zo, from, to);
      case long[] a -> StridedCopy.copy(plan, a, xo, (long[]) z, zo, from, to);
      case short[] a -> StridedCopy.copy(plan, a, xo, (short[]) z, zo, from, to);
      case byte[] a -> StridedCopy.copy(plan, a, xo, (byte[]) z, zo, from, to);
      default -> throw new AssertionError(x.getClass());
    }
  }

  static void fill(Object from, int at, Object to, int zo, int n) {
    switch (to) {
      case float[] z -> Arrays.fill(z, zo, zo + n, ((float[]) from)[at]);
      case double[] z -> Arrays.fill(z, zo, zo + n, ((double[]) from)[at]);
      case int[] z -> Arrays.fill(z, zo, zo + n, ((int[]) from)[at]);
      case long[] z -> Arrays.fill(z, zo, zo + n, ((long[]) from)[at]);
      case short[] z -> Arrays.fill(z, zo, zo + n, ((short[]) from)[at]);
      case byte[] z -> Arrays.fill(z, zo, zo + n, ((byte[]) from)[at]);
      default -> throw new AssertionError(to.getClass());
    }
  }
}
