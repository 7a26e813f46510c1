package dev.espalier.training.data;

/**
 * Says which examples a step sees: a part of the trainer. Called once for a run that begins or goes
 * on, with everything that a curriculum, a balanced draw or an augmentation needs.
 */
@FunctionalInterface
public interface Batching {
  /**
   * The batches of a run.
   *
   * @param training what is trained on
   * @param batch the number of examples in a batch
   * @param random the words that belong to the order of the run's data; they follow from its seed
   */
  BatchSource batches(Dataset training, int batch, RandomBits random);

  /**
   * Each epoch in a fresh random order; windows of a text independently, of which there are too
   * many for epochs.
   */
  static Batching shuffled() {
    return (training, batch, random) -> {
      if (training instanceof SequenceDataset text) {
        double steps = (double) text.size() / ((double) batch * text.context());
        return BatchSource.of(
            text, BatchSampler.independent(random, text.size(), batch, Math.max(steps, 1)));
      }
      return BatchSource.of(training, BatchSampler.epochs(random, training.size(), batch));
    };
  }
}
