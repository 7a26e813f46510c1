package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.engine.random.Philox;
import dev.espalier.training.data.Batch;
import dev.espalier.training.data.BatchSource;
import dev.espalier.training.data.Batching;
import dev.espalier.training.data.Dataset;
import dev.espalier.training.data.RandomBits;
import dev.espalier.training.step.StepInputs;
import dev.espalier.training.step.TrainingStep;

/**
 * A run put together: its batches and its traced step.
 *
 * @param run the run
 * @param batches what the steps see
 * @param step the graphs
 */
record Assembly(Run run, BatchSource batches, TrainingStep step) {

  /** Words of the data's order; the model's randomness uses other counters of the same key. */
  private static final int DATA_ORDER = 0xDA7A0000;

  /** Words of what is drawn apart from that order. */
  private static final int DRAWN = 0xDA7A0001;

  static Assembly of(Run run, Parts parts) {
    return of(run, batches(parts.batching(), run.training(), run.batch(), run.seed()));
  }

  static Assembly of(Run run, BatchSource batches) {
    Batch batch = batches.allocate();
    StepInputs inputs =
        StepInputs.of(batch.inputs().type(), batch.targets().type())
            .holding(
                StepBatches.rows(
                    run.step().batches(), batch.size(), run.training(), run.validation()));
    SampledAsNeeded.require(run.step(), batches);
    TrainingStep step =
        TrainingStep.build(
            run.step(), batches.expected().isPresent() ? inputs.withPadding() : inputs);
    if (step.asks()) {
      SampledAsNeeded.requireNotAsking(run.step(), batches);
      step = TrainingStep.build(run.step(), inputs.withPadding());
    }
    return new Assembly(run, batches, step);
  }

  /** What the batching makes of a dataset, with the words of a seed that are the data's order. */
  static BatchSource batches(Batching batching, Dataset training, int batch, long seed) {
    return batching.batches(training, batch, bits(seed, DATA_ORDER));
  }

  /** The words for batches that are drawn apart from the data's order. */
  RandomBits drawn() {
    return bits(run.seed(), DRAWN);
  }

  private static RandomBits bits(long seed, int use) {
    int k0 = (int) seed;
    int k1 = (int) (seed >>> 32);
    return index -> {
      long block = index >>> 2;
      return Philox.block((int) block, (int) (block >>> 32), 0, use, k0, k1)[(int) (index & 3)];
    };
  }

  /** The first step at which that many epochs are seen. */
  static long stepsFor(double epochs, BatchSource batches) {
    long low = 0;
    long high = Integer.MAX_VALUE;
    if (batches.epoch(high) < epochs) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a run has at most " + high + " steps",
          epochs + " epochs take more",
          "lower epochs or raise batch");
    }
    while (low + 1 < high) {
      long middle = (low + high) >>> 1;
      if (batches.epoch(middle) >= epochs) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }
}
