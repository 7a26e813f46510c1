package dev.espalier.training.data;

import dev.espalier.api.training.ExampleSampling;

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
   * Poisson sampling: each example is in each step's batch independently with probability {@code
   * batch / examples}, from the words of the run's seed.
   *
   * @throws dev.espalier.api.EspalierException BAD_VALUE for windows of a text, which share
   *     characters, and where the batch is larger than the dataset
   */
  static Batching poisson() {
    return (training, batch, random) ->
        PoissonBatches.of(training, batch, random, ExampleSampling.POISSON);
  }

  /**
   * As {@link #poisson}, from a cryptographically secure generator; a step is never drawn again.
   */
  static Batching secretPoisson() {
    return (training, batch, random) ->
        PoissonBatches.of(training, batch, new SecretWords(), ExampleSampling.SECRET_POISSON);
  }

  /**
   * This one, although it may not draw as whoever accounts for examples needs. A run with it is
   * labelled: what is told of a budget does not hold.
   */
  default Batching unaccounted() {
    return (training, batch, random) -> new UnaccountedBatches(batches(training, batch, random));
  }

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
