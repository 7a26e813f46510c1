package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.DoubleAttention;
import dev.espalier.backend.cpu.kernel.FloatAttention;
import java.util.List;

/**
 * Causal attention. With many heads a task does one, or several short ones; with few the queries of
 * a head are cut into parts of about equal work.
 */
public final class AttentionStep implements Step, WorkerPool.Task {
  /** Tasks that are wanted, whatever the number of threads. */
  private static final int TASKS_WANTED = 32;

  /** Multiplications that are worth a task of their own. */
  private static final long TASK_WORK = 1L << 18;

  private final ArrayKind arrays;
  private final int time;
  private final int features;
  private final Vectors q;
  private final Vectors k;
  private final Vectors v;
  private final Vectors output;
  private final int logSums;
  private final int[] parts;
  private final FloatAttention.Head floatSizes;
  private final DoubleAttention.Head doubleSizes;
  private final int group;

  /**
   * The vectors of all heads in a slot, the elements of each adjacent.
   *
   * @param slot the slot
   * @param heads for each head where its first position's vector begins
   * @param stride from a position to the next
   * @param kept for each head a slot where its rows are kept
   */
  @SuppressWarnings("ReferenceEquality") // the very array of the rows that were kept
  public record Vectors(int slot, List<Integer> heads, int stride, List<Integer> kept) {
    public Vectors {
      heads = List.copyOf(heads);
      kept = List.copyOf(kept);
    }

    FloatAttention.Rows floats(Frame frame, int head) {
      float[] array = frame.floats(slot);
      int offset = frame.offset(slot) + heads.get(head);
      if (frame.array(kept.get(head)) instanceof FloatAttention.Rows rows
          && rows.array() == array
          && rows.offset() == offset) {
        return rows;
      }
      FloatAttention.Rows fresh = new FloatAttention.Rows(array, offset, stride);
      frame.keep(kept.get(head), fresh);
      return fresh;
    }

    DoubleAttention.Rows doubles(Frame frame, int head) {
      double[] array = frame.doubles(slot);
      int offset = frame.offset(slot) + heads.get(head);
      if (frame.array(kept.get(head)) instanceof DoubleAttention.Rows rows
          && rows.array() == array
          && rows.offset() == offset) {
        return rows;
      }
      DoubleAttention.Rows fresh = new DoubleAttention.Rows(array, offset, stride);
      frame.keep(kept.get(head), fresh);
      return fresh;
    }
  }

  /**
   * Attention.
   *
   * @param arrays floats or doubles
   * @param time positions
   * @param features elements of a vector
   * @param q queries
   * @param k keys
   * @param v values
   * @param output where the outputs are put
   * @param logSums the slot of the logarithms of the sums, heads one after the other
   */
  public AttentionStep(
      ArrayKind arrays,
      int time,
      int features,
      Vectors q,
      Vectors k,
      Vectors v,
      Vectors output,
      int logSums) {
    this.arrays = arrays;
    this.time = time;
    this.features = features;
    this.q = q;
    this.k = k;
    this.v = v;
    this.output = output;
    this.logSums = logSums;
    this.parts = parts(arrays, q.heads().size(), time, TASKS_WANTED);
    this.floatSizes = new FloatAttention.Head(time, features);
    this.doubleSizes = new DoubleAttention.Head(time, features);
    this.group = group(parts, q.heads().size(), time, features);
  }

  @Override
  public void run(Frame frame, WorkerPool pool) {
    pool.run(Math.ceilDiv(q.heads().size(), group) * parts.length, frame, this);
  }

  @Override
  public void run(Frame frame, Scratch scratch, int index) {
    int first = index / parts.length * group;
    for (int head = first; head < Math.min(q.heads().size(), first + group); head++) {
      attend(frame, scratch, head, index % parts.length);
    }
  }

  /** Heads of a task. */
  static int group(int[] parts, int heads, int time, int features) {
    long work = Math.max(1, (long) time * time * features);
    return parts.length > 1 ? 1 : Math.clamp(TASK_WORK / work, 1, Math.max(1, heads));
  }

  /**
   * Parts of a head's blocks of queries that are about as much work each, so that there are tasks
   * enough whatever the number of threads: for each part one past its last block. A block costs as
   * many as it has blocks of keys.
   */
  static int[] parts(ArrayKind arrays, int heads, int time, int most) {
    int blocks = blocks(arrays, time);
    int wanted = Math.clamp(Math.ceilDiv(TASKS_WANTED, Math.max(1, heads)), 1, most);
    int[] ends = new int[Math.min(wanted, Math.ceilDiv(blocks, 2))];
    long total = (long) blocks * (blocks + 1) / 2;
    int block = 0;
    for (int part = 0; part < ends.length; part++) {
      while (block < blocks && (long) block * (block + 1) / 2 * ends.length < total * (part + 1)) {
        block++;
      }
      ends[part] = block;
    }
    return ends;
  }

  static int blocks(ArrayKind arrays, int time) {
    return Math.ceilDiv(
        time, arrays == ArrayKind.DOUBLES ? DoubleAttention.BLOCK : FloatAttention.BLOCK);
  }

  private void attend(Frame frame, Scratch scratch, int head, int part) {
    int from = part == 0 ? 0 : parts[part - 1];
    int to = parts[part];
    int lo = frame.offset(logSums) + head * time;
    if (arrays == ArrayKind.DOUBLES) {
      DoubleAttention.forward(
          doubleSizes,
          from,
          to,
          q.doubles(frame, head),
          k.doubles(frame, head),
          v.doubles(frame, head),
          output.doubles(frame, head),
          frame.doubles(logSums),
          lo,
          scratch.doubleAttention());
    } else {
      FloatAttention.forward(
          floatSizes,
          from,
          to,
          q.floats(frame, head),
          k.floats(frame, head),
          v.floats(frame, head),
          output.floats(frame, head),
          frame.floats(logSums),
          lo,
          scratch.floatAttention());
    }
  }

  @Override
  public String describe() {
    return "attention "
        + arrays
        + " "
        + q.heads().size()
        + " x ["
        + time
        + ", "
        + features
        + "] @"
        + q.slot()
        + ", @"
        + k.slot()
        + ", @"
        + v.slot()
        + " -> @"
        + output.slot()
        + ", @"
        + logSums;
  }
}
