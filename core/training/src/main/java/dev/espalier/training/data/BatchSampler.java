package dev.espalier.training.data;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;

/**
 * Which examples a step sees: a function of the step's number and of the run's random words alone,
 * so a run resumes at any step without having stored anything else.
 */
public interface BatchSampler {
  /** The number of examples in a batch. */
  int batchSize();

  /**
   * Writes the indices of a step's examples.
   *
   * @param step from 0
   * @param to an array of the batch's size
   */
  void indices(long step, int[] to);

  /** How often the whole dataset was seen before a step, with its fraction. */
  double epoch(long step);

  /**
   * Each epoch in a fresh random order. Batches are all of one size, so the {@code examples mod
   * batch} last ones of an epoch's order are left out of it; they differ from epoch to epoch.
   *
   * @param bits the random words of the run's key
   * @param examples the size of the dataset
   * @param batch the size of a batch
   * @throws EspalierException BAD_VALUE where the batch is empty or larger than the dataset
   */
  static BatchSampler epochs(RandomBits bits, int examples, int batch) {
    checkBatch(examples, batch);
    return new Epochs(bits, examples, batch);
  }

  /**
   * Each example drawn uniformly and independently: for windows of a text, of which there are too
   * many for epochs.
   *
   * @param bits the random words of the run's key
   * @param examples the size of the dataset
   * @param batch the size of a batch
   * @param stepsPerEpoch how many steps count as having seen the dataset once; for windows of a
   *     context length c: {@code examples / (batch * c)}
   * @throws EspalierException BAD_VALUE where the batch is empty or there is no example
   */
  static BatchSampler independent(RandomBits bits, int examples, int batch, double stepsPerEpoch) {
    checkBatch(examples, 1);
    checkBatch(Integer.MAX_VALUE, batch);
    return new Independent(bits, examples, batch, stepsPerEpoch);
  }

  private static void checkBatch(int examples, int batch) {
    if (batch < 1 || batch > examples) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a batch of 1 to " + examples + " examples, the size of the dataset",
          String.valueOf(batch),
          "set the batch size within that range, or use more data");
    }
  }

  /**
   * The order of epochs; remembers the order of the epoch last asked for, so not to be shared by
   * threads.
   */
  final class Epochs implements BatchSampler {
    private final RandomBits bits;
    private final int batch;
    private final long stepsPerEpoch;
    private final int[] order;
    private long epochOfOrder = -1;

    private Epochs(RandomBits bits, int examples, int batch) {
      this.bits = bits;
      this.batch = batch;
      this.stepsPerEpoch = examples / batch;
      this.order = new int[examples];
    }

    @Override
    public int batchSize() {
      return batch;
    }

    /** The number of steps in an epoch. */
    public long stepsPerEpoch() {
      return stepsPerEpoch;
    }

    @Override
    public void indices(long step, int[] to) {
      long epoch = step / stepsPerEpoch;
      if (epoch != epochOfOrder) {
        Shuffle.permute(bits, epoch, order);
        epochOfOrder = epoch;
      }
      System.arraycopy(order, (int) (step % stepsPerEpoch) * batch, to, 0, batch);
    }

    @Override
    public double epoch(long step) {
      return (double) step / stepsPerEpoch;
    }
  }

  /** Independent draws. */
  final class Independent implements BatchSampler {
    private final RandomBits bits;
    private final int examples;
    private final int batch;
    private final double stepsPerEpoch;

    private Independent(RandomBits bits, int examples, int batch, double stepsPerEpoch) {
      this.bits = bits;
      this.examples = examples;
      this.batch = batch;
      this.stepsPerEpoch = stepsPerEpoch;
    }

    @Override
    public int batchSize() {
      return batch;
    }

    @Override
    public void indices(long step, int[] to) {
      Shuffle.integers(bits, step, examples, to);
    }

    @Override
    public double epoch(long step) {
      return step / stepsPerEpoch;
    }
  }
}
