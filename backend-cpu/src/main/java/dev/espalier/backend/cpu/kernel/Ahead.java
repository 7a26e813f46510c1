package dev.espalier.backend.cpu.kernel;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Parts of arrays that are wanted next, for a product to ask the memory for while it multiplies:
 * each step of its depth asks for a little. It changes no result. Of one worker, and filled anew
 * for each block.
 */
public final class Ahead {
  /** Parts at most; more are passed over. */
  private static final int MOST = 8;

  /** Bytes that one step asks for at most: a line of the cache. */
  private static final int LINE = 64;

  private final FloatArray none = FloatArray.ofLength(0);
  private final FloatArray[] arrays = new FloatArray[MOST];
  private final long[] starts = new long[MOST];
  private final long[] lengths = new long[MOST];
  private int count;
  private int part;
  private int turned;
  private long bytes;
  private long steps;
  private long start;
  private int step;

  /** Nothing is wanted. */
  public Ahead() {
    Arrays.fill(arrays, none);
  }

  /**
   * Nothing is wanted yet, and no array is held on to; so many steps will be there to ask for what
   * is added.
   */
  public void clear(long steps) {
    Arrays.fill(arrays, 0, count, none);
    count = 0;
    part = 0;
    bytes = 0;
    this.steps = steps;
  }

  /** Some elements are wanted. */
  public void add(FloatArray array, long start, long length) {
    if (count < MOST && length > 0) {
      arrays[count] = array;
      starts[count] = Float.BYTES * start;
      lengths[count] = Float.BYTES * length;
      bytes += Float.BYTES * length;
      count++;
    }
  }

  /**
   * Boxes of elements are wanted, a step apart, each of spans that are next apart; as one where
   * they lie densely, one by one where only each box does, else not at all.
   */
  void addBoxes(FloatArray array, int start, int boxes, int step, int spans, int next, int span) {
    if (step < 0 || next < 0 || span <= 0) {
      return;
    }
    long box = (long) (spans - 1) * next + span;
    long all = (long) (boxes - 1) * step + box;
    if (all <= 2L * boxes * spans * span) {
      add(array, start, all);
    } else if (box <= 2L * spans * span) {
      for (int i = 0; i < boxes; i++) {
        add(array, start + (long) i * step, box);
      }
    }
  }

  /** One of so many equal parts of all that another wants is wanted. */
  void add(Ahead other, int index, int parts) {
    for (int i = 0; i < other.count; i++) {
      long length = other.lengths[i] / Float.BYTES;
      long from = length * index / parts;
      add(
          other.arrays[i],
          other.starts[i] / Float.BYTES + from,
          length * (index + 1) / parts - from);
    }
  }

  /** Turns to what the next steps, at least one, ask for: as large a share as they are of all. */
  public void turn(int some) {
    if (part == count || steps <= 0) {
      step = 0;
      start = 0;
      return;
    }
    long wanted = Math.min(lengths[part], Math.ceilDiv(bytes * some, steps));
    step = (int) Math.min(LINE, Math.ceilDiv(wanted, some));
    turned = part;
    start = starts[part];
    long asked = Math.min(lengths[part], (long) step * some);
    starts[part] += asked;
    lengths[part] -= asked;
    if (lengths[part] == 0) {
      part++;
    }
  }

  /** The array that is asked for, or another where nothing is wanted. */
  public MemorySegment segment(FloatArray other) {
    return step == 0 ? other.segment() : arrays[turned].segment();
  }

  /** The byte that is asked for first. */
  public long start() {
    return start;
  }

  /** Bytes from one step's to the next's. */
  public int step() {
    return step;
  }
}
