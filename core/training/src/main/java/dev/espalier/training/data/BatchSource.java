package dev.espalier.training.data;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.training.ExampleSampling;
import java.util.OptionalDouble;

/**
 * The batches of a run: a function of the step's number and of nothing that happened before, so
 * that a run resumes at any step without having stored anything else. Used by one thread at a time.
 */
public interface BatchSource {
  /** A batch to fill, zeroed. All batches of a source have its types. */
  Batch allocate();

  /**
   * Writes the batch of a step.
   *
   * @param step from 0
   * @param into what {@link #allocate} made; its arrays are overwritten
   */
  void fill(long step, Batch into);

  /** How often the whole dataset was seen before a step, with its fraction; never goes down. */
  double epoch(long step);

  /**
   * What means over a batch divide by, where the number of examples differs from step to step;
   * empty where all batches are whole.
   */
  default OptionalDouble expected() {
    return OptionalDouble.empty();
  }

  /**
   * The number of examples of a step's batch, where it varies: those that {@link #fill} writes
   * first, of a batch with at least as many rows. Asked before the batch is filled.
   *
   * @param step from 0
   */
  default int count(long step) {
    throw new EspalierException(
        ErrorCode.MISSING_NEED,
        "a batch source whose batches vary",
        getClass().getSimpleName() + " has whole batches",
        "ask for expected() first");
  }

  /** How the examples are drawn. */
  default ExampleSampling sampling() {
    return ExampleSampling.ANY;
  }

  /**
   * Whether it is to be used although examples are not drawn as whoever accounts for them needs.
   */
  default boolean unaccounted() {
    return false;
  }

  /** The examples of a dataset that a sampler names. */
  static BatchSource of(Dataset data, BatchSampler sampler) {
    return new SampledBatches(data, sampler, new int[sampler.batchSize()]);
  }
}
