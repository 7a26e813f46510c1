package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.DoubleAttention;
import dev.espalier.backend.cpu.kernel.FloatAttention;
import java.util.List;

/** Causal attention: a task for each head and block of queries, of short heads several. */
public final class AttentionStep implements Step {
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

  /**
   * The vectors of all heads in a slot, the elements of each adjacent.
   *
   * @param slot the slot
   * @param heads for each head where its first position's vector begins
   * @param stride from a position to the next
   */
  public record Vectors(int slot, List<Integer> heads, int stride) {
    public Vectors {
      heads = List.copyOf(heads);
    }

    FloatAttention.Rows floats(Frame frame, int head) {
      return new FloatAttention.Rows(
          frame.floats(slot), frame.offset(slot) + heads.get(head), stride);
    }

    DoubleAttention.Rows doubles(Frame frame, int head) {
      return new DoubleAttention.Rows(
          frame.doubles(slot), frame.offset(slot) + heads.get(head), stride);
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
  }

  @Override
  public void run(Frame frame, WorkerPool pool) {
    int heads = q.heads().size();
    int blocks = blocks(arrays, time);
    long work = (long) time * Math.min(time, 64) * features / blocks;
    int group = Math.clamp(TASK_WORK / Math.max(1, work), 1, Math.max(1, heads));
    int groups = Math.ceilDiv(heads, group);
    pool.run(
        groups * blocks,
        frame.scratch(),
        (task, scratch) -> {
          // The last blocks have the most keys: they go first.
          int block = blocks - 1 - task / groups;
          int first = task % groups * group;
          for (int head = first; head < Math.min(heads, first + group); head++) {
            attend(frame, scratch, head, block);
          }
        });
  }

  static int blocks(ArrayKind arrays, int time) {
    return Math.ceilDiv(
        time, arrays == ArrayKind.DOUBLES ? DoubleAttention.BLOCK : FloatAttention.BLOCK);
  }

  private void attend(Frame frame, Scratch scratch, int head, int block) {
    int lo = frame.offset(logSums) + head * time;
    if (arrays == ArrayKind.DOUBLES) {
      DoubleAttention.forward(
          new DoubleAttention.Head(time, features),
          block,
          q.doubles(frame, head),
          k.doubles(frame, head),
          v.doubles(frame, head),
          output.doubles(frame, head),
          frame.doubles(logSums),
          lo,
          scratch.doubleAttention());
    } else {
      FloatAttention.forward(
          new FloatAttention.Head(time, features),
          block,
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
