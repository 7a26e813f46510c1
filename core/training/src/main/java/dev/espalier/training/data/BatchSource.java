package dev.espalier.training.data;

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

  /** The examples of a dataset that a sampler names. */
  static BatchSource of(Dataset data, BatchSampler sampler) {
    return new SampledBatches(data, sampler, new int[sampler.batchSize()]);
  }
}
