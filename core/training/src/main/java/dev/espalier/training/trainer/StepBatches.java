package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.HostDraws;
import dev.espalier.api.training.Objective;
import dev.espalier.training.data.Batch;
import dev.espalier.training.data.BatchSource;
import dev.espalier.training.data.Dataset;
import dev.espalier.training.data.RandomBits;
import dev.espalier.training.data.Shuffle;
import dev.espalier.training.step.StepInputs;
import dev.espalier.training.step.TrainingStep;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The batches that the steps of a run are given: what the run's source fills, unless a step asked
 * for another number of examples. Those are drawn from the training data without replacement, as
 * are second and held-out batches, from random words of their own.
 *
 * <p>Which examples a step sees follows from the seed, from its number, and from what was asked
 * before; that is remembered in {@link #state}. An asking run's batches are padded to the run's own
 * number times a power of two, so that few graphs are compiled however the number changes. So are
 * those of a source whose batches vary.
 *
 * <p>What the host draws for a step stands behind its batches, and is fresh whenever it is asked.
 */
final class StepBatches implements AutoCloseable {
  /** What {@link #state} is called in a checkpoint. */
  static final String STATE = "run/batches";

  private final Run run;
  private final BatchSource source;
  private final TrainingStep step;
  private final RandomBits drawn;
  private final Batch own;
  private final Map<Integer, List<NdArray>> allocated = new HashMap<>();
  private final Optional<HostDraws.Source> host;
  private Drawing current;
  private Drawing previous;
  private long seen;

  /**
   * Which examples a batch holds.
   *
   * @param step the step that it was drawn for
   * @param count how many; 0 for those that the source has for the step
   */
  private record Drawing(long step, long count) {}

  StepBatches(Assembly assembly) {
    this.run = assembly.run();
    this.source = assembly.batches();
    this.step = assembly.step();
    this.drawn = assembly.drawn();
    this.own = source.allocate();
    this.current = new Drawing(0, run.step().firstBatch().map(this::count).orElse(0L));
    this.previous = current;
    this.host = step.hostDraws().map(HostDraws::open);
  }

  @Override
  public void close() {
    host.ifPresent(HostDraws.Source::close);
  }

  /**
   * How many rows the batches have that a step asks about beside its own.
   *
   * @throws EspalierException MISSING_NEED where nothing is held out and the step asks for it
   */
  static Map<Objective.Batch, Integer> rows(
      Set<Objective.Batch> asked, int batch, Dataset training, Dataset validation) {
    Map<Objective.Batch, Integer> rows = new EnumMap<>(Objective.Batch.class);
    for (Objective.Batch other : asked) {
      rows.put(
          other,
          switch (other) {
            case PREVIOUS -> batch;
            case SECOND -> Math.min(batch, training.size());
            case VALIDATION -> Math.min(batch, validation.size());
            case FULL -> training.size();
          });
    }
    if (rows.getOrDefault(Objective.Batch.VALIDATION, 1) == 0) {
      throw new EspalierException(
          ErrorCode.MISSING_NEED,
          "a run whose step asks about held-out examples holds some out",
          "none",
          "give validation data");
    }
    return rows;
  }

  /** The numbers of examples that there are: 0 stands for the run's own. */
  private long count(long asked) {
    long limited = Math.min(asked, run.training().size());
    return limited < 1 || limited == own.size() ? 0 : limited;
  }

  private int rows(Drawing of) {
    if (of.count() > 0) {
      return Math.toIntExact(of.count());
    }
    return source.expected().isPresent() ? source.count(of.step()) : own.size();
  }

  private boolean holdsPrevious() {
    return step.inputs().others().containsKey(Objective.Batch.PREVIOUS);
  }

  /**
   * What the step is given after parameters and state, by {@link StepInputs#types}; overwritten by
   * the next call.
   */
  List<NdArray> next(long number) {
    if (!step.asks()) {
      previous = new Drawing(Math.max(0, number - 1), 0);
      current = new Drawing(number, 0);
    }
    int rows = own.size();
    int needed = holdsPrevious() ? Math.max(rows(current), rows(previous)) : rows(current);
    while (rows < needed) {
      rows = Math.min(2 * rows, Math.max(own.size(), run.training().size()));
    }
    StepInputs inputs = step.inputs().withRows(rows);
    List<NdArray> values = allocated.computeIfAbsent(rows, r -> allocate(inputs));
    int at = fill(current, values, 0, inputs.padded());
    for (Objective.Batch other : inputs.others().keySet()) {
      at =
          switch (other) {
            case PREVIOUS -> fill(previous, values, at, inputs.padded());
            case SECOND -> draw(run.training(), 3 * number + 1, values, at);
            case VALIDATION -> draw(run.validation(), 3 * number + 2, values, at);
            case FULL -> draw(run.training(), 0, values, at);
          };
    }
    if (host.isPresent()) {
      Tree<TensorType> types = inputs.drawn();
      host.get().draw(types.withLeaves(values.subList(at, at + types.size())));
    }
    return values;
  }

  private static List<NdArray> allocate(StepInputs inputs) {
    return inputs.types().stream().map(type -> NdArray.wrap(type, NdArray.allocate(type))).toList();
  }

  /** Rows that are no examples repeat those that are. */
  private int fill(Drawing what, List<NdArray> values, int at, boolean padded) {
    Batch into = new Batch(values.get(at), values.get(at + 1));
    int count = rows(what);
    if (what.count() > 0) {
      draw(run.training(), 3 * what.step(), count, into);
    } else if (source.expected().isPresent() || into.size() == own.size()) {
      source.fill(what.step(), into);
    } else {
      source.fill(what.step(), own);
      repeat(own.inputs(), into.inputs());
      repeat(own.targets(), into.targets());
    }
    if (!padded) {
      return at + 2;
    }
    byte[] present = (byte[]) values.get(at + 2).storage();
    Arrays.fill(present, 0, count, (byte) 1);
    Arrays.fill(present, count, present.length, (byte) 0);
    ((double[]) values.get(at + 3).storage())[0] = source.expected().orElse(count);
    return at + 4;
  }

  private static void repeat(NdArray from, NdArray to) {
    int length = from.type().shape().size();
    int all = to.type().shape().size();
    for (int at = 0; at < all; at += length) {
      System.arraycopy(from.storage(), 0, to.storage(), at, Math.min(length, all - at));
    }
  }

  private int draw(Dataset from, long stream, List<NdArray> values, int at) {
    Batch into = new Batch(values.get(at), values.get(at + 1));
    draw(from, stream, into.size(), into);
    return at + 2;
  }

  private void draw(Dataset from, long stream, int count, Batch into) {
    int[] indices = new int[into.size()];
    int[] distinct = Shuffle.distinct(drawn, stream, from.size(), count);
    for (int i = 0; i < indices.length; i++) {
      indices[i] = distinct[i % count];
    }
    from.fill(indices, into);
  }

  /**
   * What a step asked of the next.
   *
   * @param number the step that asked
   * @param size how many examples, 0 for the run's own number
   * @param again whether they are the same
   */
  void asked(long number, double size, boolean again) {
    seen += rows(current);
    previous = current;
    if (!again) {
      current = new Drawing(number + 1, count((long) size));
    }
  }

  /** How often the training data was seen before a step. */
  double epoch(long number) {
    return step.asks() ? source.epoch(1) * ((double) seen / own.size()) : source.epoch(number);
  }

  /** What is remembered from step to step; nothing where no step asks. */
  Map<String, NdArray> state() {
    return step.asks()
        ? Map.of(
            STATE,
            NdArray.of(
                new long[] {
                  current.step(), current.count(), previous.step(), previous.count(), seen
                },
                5))
        : Map.of();
  }

  /**
   * Goes on from {@link #state}.
   *
   * @throws EspalierException CHECKPOINT_MISMATCH where it is not there
   */
  void restore(Map<String, NdArray> tensors) {
    if (!step.asks()) {
      return;
    }
    NdArray found = tensors.get(STATE);
    if (found == null || !found.type().equals(TensorType.of(DType.I64, 5))) {
      throw new EspalierException(
          ErrorCode.CHECKPOINT_MISMATCH,
          "the checkpoint of a run whose steps ask for batches holds " + STATE,
          found == null ? "no such tensor" : found.type().toString(),
          "resume with the optimizer that the checkpoint was made with");
    }
    current = new Drawing(found.getLong(0), found.getLong(1));
    previous = new Drawing(found.getLong(2), found.getLong(3));
    seen = found.getLong(4);
  }
}
