package dev.espalier.training.data;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.training.ExampleSampling;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Batches in which each example is with one probability, independently of all others and of all
 * other steps.
 *
 * <p>Each example of each step takes 63 random bits and is in the batch where they, as a number,
 * are below {@code probability * 2^63}, so the probability is off by less than 2^-62. No batch is
 * ever cut: one that is larger than {@link #allocate} has rows for is filled into a larger one.
 */
final class PoissonBatches implements BatchSource {
  private final Dataset data;
  private final int batch;
  private final RandomBits random;
  private final ExampleSampling sampling;
  private final long threshold;
  private final int[] drawn;
  private int count;
  private long drawnFor = -1;

  private PoissonBatches(Dataset data, int batch, RandomBits random, ExampleSampling sampling) {
    this.data = data;
    this.batch = batch;
    this.random = random;
    this.sampling = sampling;
    double probability = (double) batch / data.size();
    this.threshold = probability == 1 ? Long.MAX_VALUE : (long) (probability * 0x1p63);
    this.drawn = new int[data.size()];
  }

  static PoissonBatches of(Dataset data, int batch, RandomBits random, ExampleSampling sampling) {
    if (data instanceof SequenceDataset) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "Poisson sampling draws examples that have nothing in common",
          "windows of a text, which share characters",
          "train on data of separate examples, or leave sampling away");
    }
    if (batch > data.size()) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a batch of 1 to " + data.size() + " examples, the size of the dataset",
          String.valueOf(batch),
          "set the batch size within that range, or use more data");
    }
    return new PoissonBatches(data, batch, random, sampling);
  }

  /** Rows for six standard deviations more than the mean, so that larger batches are rare. */
  @Override
  public Batch allocate() {
    double deviation = Math.sqrt(batch * (1 - (double) batch / data.size()));
    long rows = (long) Math.ceil((batch + 6 * deviation) / 8) * 8;
    return data.allocate((int) Math.min(data.size(), rows));
  }

  @Override
  public OptionalDouble expected() {
    return OptionalDouble.of(batch);
  }

  @Override
  public int count(long step) {
    if (step != drawnFor) {
      draw(step);
    }
    return count;
  }

  private void draw(long step) {
    count = 0;
    long word = 2 * step * data.size();
    for (int i = 0; i < data.size(); i++) {
      long high = random.word(word++) & 0x7fffffffL;
      long low = random.word(word++) & 0xffffffffL;
      if ((high << 32 | low) < threshold || threshold == Long.MAX_VALUE) {
        drawn[count++] = i;
      }
    }
    drawnFor = step;
  }

  /** Rows that are no examples repeat those that are, or the first of the data where none is. */
  @Override
  public void fill(long step, Batch into) {
    int examples = count(step);
    int[] indices = Arrays.copyOf(drawn, into.size());
    for (int i = examples; i < indices.length; i++) {
      indices[i] = examples == 0 ? 0 : drawn[i % examples];
    }
    data.fill(indices, into);
  }

  @Override
  public double epoch(long step) {
    return (double) step * batch / data.size();
  }

  @Override
  public ExampleSampling sampling() {
    return sampling;
  }
}
