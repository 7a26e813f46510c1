package org.example.trainer;

import dev.espalier.training.data.Batch;
import dev.espalier.training.data.BatchSampler;
import dev.espalier.training.data.BatchSource;
import dev.espalier.training.data.Batching;
import dev.espalier.training.data.Dataset;
import dev.espalier.training.data.RandomBits;
import dev.espalier.training.data.Shuffle;
import java.util.Comparator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * From easy to hard: step t draws uniformly from the easiest part of the examples, which grows
 * evenly from {@code start} in step 0 to all of them in step {@code growth}.
 *
 * <p>Source: Y. Bengio et al., "Curriculum Learning", ICML 2009; the linear pace is that of E.
 * Platanios et al., "Competence-based Curriculum Learning", arXiv:1903.09848, with {@code start}
 * for c_0 and {@code growth} for T.
 *
 * @param difficulty of a batch of one example; less is easier, and equals keep their order
 * @param start the part of the examples that the first step draws from, in (0, 1]
 * @param growth the step from which all are drawn from, at least 1
 */
public record Curriculum(ToDoubleFunction<Batch> difficulty, double start, long growth)
    implements Batching {
  /** Checks the numbers. */
  public Curriculum {
    if (!(start > 0 && start <= 1) || growth < 1) {
      throw new IllegalArgumentException("start " + start + ", growth " + growth);
    }
  }

  @Override
  public BatchSource batches(Dataset training, int batch, RandomBits random) {
    return BatchSource.of(training, new Paced(byDifficulty(training), this, batch, random));
  }

  private int[] byDifficulty(Dataset training) {
    double[] difficulties =
        IntStream.range(0, training.size())
            .mapToDouble(i -> difficulty.applyAsDouble(training.batch(i)))
            .toArray();
    return IntStream.range(0, training.size())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> difficulties[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** How many of so many examples a step draws from. */
  int available(long step, int examples) {
    double part = Math.min(1, start + (1 - start) * step / growth);
    return Math.max(1, (int) Math.round(part * examples));
  }

  /**
   * Draws by the pace.
   *
   * @param order the examples, the easiest first
   */
  private record Paced(int[] order, Curriculum pace, int batchSize, RandomBits random)
      implements BatchSampler {
    @Override
    public void indices(long step, int[] to) {
      Shuffle.integers(random, step, pace.available(step, order.length), to);
      for (int i = 0; i < to.length; i++) {
        to[i] = order[to[i]];
      }
    }

    @Override
    public double epoch(long step) {
      return (double) step * batchSize / order.length;
    }
  }
}
