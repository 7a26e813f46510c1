package dev.espalier.training.data;

/**
 * The examples of a dataset that a sampler names.
 *
 * @param data the examples
 * @param sampler says which
 * @param indices of the batch that is being filled
 */
record SampledBatches(Dataset data, BatchSampler sampler, int[] indices) implements BatchSource {
  @Override
  public Batch allocate() {
    return data.allocate(sampler.batchSize());
  }

  @Override
  public void fill(long step, Batch into) {
    sampler.indices(step, indices);
    data.fill(indices, into);
  }

  @Override
  public double epoch(long step) {
    return sampler.epoch(step);
  }
}
