package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.DoubleAttention;
import dev.espalier.backend.cpu.kernel.FloatAttention;
import dev.espalier.backend.cpu.run.AttentionStep.Vectors;
import java.util.List;

/**
 * The reverse derivative of causal attention. With many heads there is a task for each; with few
 * the queries of a head are cut into parts of about equal work, and what these contribute to the
 * cotangents of keys and values is added up in order.
 */
public final class AttentionBackwardStep implements Step {
  /** Parts of a head at most: each holds gradients of keys and values. */
  private static final int MOST_PARTS = 8;

  private final ArrayKind arrays;
  private final int time;
  private final int features;
  private final List<Vectors> in;
  private final int logSums;
  private final int logSumBars;
  private final List<Vectors> out;
  private final int partSums;
  private final List<Integer> points;
  private final FloatAttention.Head floatSizes;
  private final DoubleAttention.Head doubleSizes;
  private final int[] parts;
  private final int group;
  private final WorkerPool.Task differentiation = this::differentiate;
  private final WorkerPool.Task addition = this::add;

  /**
   * The derivative.
   *
   * @param arrays floats or doubles
   * @param time positions
   * @param features elements of a vector
   * @param in queries, keys, values, outputs and the cotangents of the outputs
   * @param logSums the slot of the logarithms of the sums
   * @param logSumBars the slot of their cotangents
   * @param out where the cotangents of queries, keys and values are put
   * @param partSums a slot of {@link #partsSize} elements
   * @param points for each head a slot where its point is kept
   */
  public AttentionBackwardStep(
      ArrayKind arrays,
      int time,
      int features,
      List<Vectors> in,
      int logSums,
      int logSumBars,
      List<Vectors> out,
      int partSums,
      List<Integer> points) {
    this.arrays = arrays;
    this.time = time;
    this.features = features;
    this.in = List.copyOf(in);
    this.logSums = logSums;
    this.logSumBars = logSumBars;
    this.out = List.copyOf(out);
    this.partSums = partSums;
    this.points = List.copyOf(points);
    this.floatSizes = new FloatAttention.Head(time, features);
    this.doubleSizes = new DoubleAttention.Head(time, features);
    this.parts = AttentionStep.parts(arrays, in.getFirst().heads().size(), time, MOST_PARTS);
    this.group = AttentionStep.group(parts, in.getFirst().heads().size(), time, features);
  }

  /** The elements that the contributions of parts take. */
  public static int partsSize(ArrayKind arrays, int heads, int time, int features) {
    int count = AttentionStep.parts(arrays, heads, time, MOST_PARTS).length;
    return count == 1 ? 0 : 2 * heads * count * gradientSize(arrays, time, features);
  }

  private static int gradientSize(ArrayKind arrays, int time, int features) {
    return arrays == ArrayKind.DOUBLES
        ? new DoubleAttention.Head(time, features).gradientSize()
        : new FloatAttention.Head(time, features).gradientSize();
  }

  @Override
  public void run(Frame frame, WorkerPool pool) {
    int heads = in.getFirst().heads().size();
    pool.run(Math.ceilDiv(heads, group) * parts.length, frame, differentiation);
    if (parts.length > 1) {
      pool.run(heads * AttentionStep.blocks(arrays, time), frame, addition);
    }
  }

  private void differentiate(Frame frame, Scratch scratch, int index) {
    int first = index / parts.length * group;
    for (int head = first; head < Math.min(in.getFirst().heads().size(), first + group); head++) {
      part(frame, scratch, head, index % parts.length);
    }
  }

  private void part(Frame frame, Scratch scratch, int head, int part) {
    int from = part == 0 ? 0 : parts[part - 1];
    int to = parts[part];
    int size = gradientSize(arrays, time, features);
    int kept = frame.offset(partSums) + 2 * (head * parts.length + part) * size;
    if (arrays == ArrayKind.DOUBLES) {
      DoubleAttention.Workspace work = scratch.doubleAttention();
      DoubleAttention.Point at = doublePoint(frame, head);
      DoubleAttention.backward(doubleSizes, from, to, at, out.get(0).doubles(frame, head), work);
      if (parts.length == 1) {
        DoubleAttention.writeContributions(
            doubleSizes, out.get(1).doubles(frame, head), out.get(2).doubles(frame, head), work);
      } else {
        DoubleAttention.keepContributions(doubleSizes, to, frame.doubles(partSums), kept, work);
      }
    } else {
      FloatAttention.Workspace work = scratch.floatAttention();
      FloatAttention.Point at = floatPoint(frame, head);
      FloatAttention.backward(floatSizes, from, to, at, out.get(0).floats(frame, head), work);
      if (parts.length == 1) {
        FloatAttention.writeContributions(
            floatSizes, out.get(1).floats(frame, head), out.get(2).floats(frame, head), work);
      } else {
        FloatAttention.keepContributions(floatSizes, to, frame.floats(partSums), kept, work);
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very rows that were kept
  private DoubleAttention.Point doublePoint(Frame frame, int head) {
    DoubleAttention.Rows q = in.get(0).doubles(frame, head);
    DoubleAttention.Rows k = in.get(1).doubles(frame, head);
    DoubleAttention.Rows v = in.get(2).doubles(frame, head);
    DoubleAttention.Rows output = in.get(3).doubles(frame, head);
    DoubleAttention.Rows outputBar = in.get(4).doubles(frame, head);
    int lo = frame.offset(logSums) + head * time;
    int bo = frame.offset(logSumBars) + head * time;
    if (frame.array(points.get(head)) instanceof DoubleAttention.Point kept
        && kept.q() == q
        && kept.k() == k
        && kept.v() == v
        && kept.output() == output
        && kept.outputBar() == outputBar
        && kept.logSums() == frame.doubles(logSums)
        && kept.lo() == lo
        && kept.logSumBars() == frame.doubles(logSumBars)
        && kept.bo() == bo) {
      return kept;
    }
    DoubleAttention.Point fresh =
        new DoubleAttention.Point(
            q, k, v, output, outputBar, frame.doubles(logSums), lo, frame.doubles(logSumBars), bo);
    frame.keep(points.get(head), fresh);
    return fresh;
  }

  @SuppressWarnings("ReferenceEquality") // the very rows that were kept
  private FloatAttention.Point floatPoint(Frame frame, int head) {
    FloatAttention.Rows q = in.get(0).floats(frame, head);
    FloatAttention.Rows k = in.get(1).floats(frame, head);
    FloatAttention.Rows v = in.get(2).floats(frame, head);
    FloatAttention.Rows output = in.get(3).floats(frame, head);
    FloatAttention.Rows outputBar = in.get(4).floats(frame, head);
    int lo = frame.offset(logSums) + head * time;
    int bo = frame.offset(logSumBars) + head * time;
    if (frame.array(points.get(head)) instanceof FloatAttention.Point kept
        && kept.q() == q
        && kept.k() == k
        && kept.v() == v
        && kept.output() == output
        && kept.outputBar() == outputBar
        && kept.logSums() == frame.floats(logSums)
        && kept.lo() == lo
        && kept.logSumBars() == frame.floats(logSumBars)
        && kept.bo() == bo) {
      return kept;
    }
    FloatAttention.Point fresh =
        new FloatAttention.Point(
            q, k, v, output, outputBar, frame.floats(logSums), lo, frame.floats(logSumBars), bo);
    frame.keep(points.get(head), fresh);
    return fresh;
  }

  private void add(Frame frame, Scratch scratch, int index) {
    int blocks = AttentionStep.blocks(arrays, time);
    int head = index / blocks;
    int block = index % blocks;
    int size = gradientSize(arrays, time, features);
    int from = frame.offset(partSums) + 2 * head * parts.length * size;
    if (arrays == ArrayKind.DOUBLES) {
      DoubleAttention.addContributions(
          doubleSizes,
          block,
          parts,
          frame.doubles(partSums),
          from,
          out.get(1).doubles(frame, head),
          out.get(2).doubles(frame, head));
    } else {
      FloatAttention.addContributions(
          floatSizes,
          block,
          parts,
          frame.floats(partSums),
          from,
          out.get(1).floats(frame, head),
          out.get(2).floats(frame, head));
    }
  }

  @Override
  public String describe() {
    return "attention_backward "
        + arrays
        + " "
        + in.getFirst().heads().size()
        + " x ["
        + time
        + ", "
        + features
        + "] in "
        + parts.length
        + " parts "
        + in.stream().map(x -> "@" + x.slot()).toList()
        + " -> "
        + out.stream().map(x -> "@" + x.slot()).toList();
  }
}
