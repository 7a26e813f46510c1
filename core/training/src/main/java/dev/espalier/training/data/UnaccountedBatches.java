package dev.espalier.training.data;

import dev.espalier.api.training.ExampleSampling;
import java.util.OptionalDouble;

/**
 * Another source's batches, whatever an accountant assumes.
 *
 * @param inner the source
 */
record UnaccountedBatches(BatchSource inner) implements BatchSource {
  @Override
  public Batch allocate() {
    return inner.allocate();
  }

  @Override
  public void fill(long step, Batch into) {
    inner.fill(step, into);
  }

  @Override
  public double epoch(long step) {
    return inner.epoch(step);
  }

  @Override
  public OptionalDouble expected() {
    return inner.expected();
  }

  @Override
  public int count(long step) {
    return inner.count(step);
  }

  @Override
  public ExampleSampling sampling() {
    return inner.sampling();
  }

  @Override
  public boolean unaccounted() {
    return true;
  }
}
