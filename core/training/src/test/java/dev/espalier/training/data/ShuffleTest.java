package dev.espalier.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShuffleTest {
  private static final RandomBits BITS = TestBits.of(42);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 17, 1000, 100_003})
  void everyElementAppearsOnce(int n) {
    int[] order = Shuffle.permutation(BITS, 3, n);
    assertThat(Arrays.stream(order).sorted().toArray()).isEqualTo(IntStream.range(0, n).toArray());
  }

  @Test
  void keyAndEpochDetermineTheOrder() {
    assertThat(Shuffle.permutation(TestBits.of(42), 1, 50))
        .isEqualTo(Shuffle.permutation(BITS, 1, 50))
        .isNotEqualTo(Shuffle.permutation(BITS, 2, 50))
        .isNotEqualTo(Shuffle.permutation(TestBits.of(43), 1, 50));
  }

  @Test
  void everyPermutationIsEquallyLikely() {
    int draws = 48_000;
    Map<String, Integer> counts = new HashMap<>();
    for (int epoch = 0; epoch < draws; epoch++) {
      counts.merge(Arrays.toString(Shuffle.permutation(BITS, epoch, 4)), 1, Integer::sum);
    }
    assertThat(counts).hasSize(24);
    // Chi-squared with 23 degrees of freedom exceeds 59.9 once in 40,000 times.
    assertThat(chiSquared(counts.values().stream().mapToInt(c -> c).toArray(), draws))
        .isLessThan(59.9);
  }

  private static double chiSquared(int[] counts, int draws) {
    double expected = (double) draws / counts.length;
    return Arrays.stream(counts).mapToDouble(c -> (c - expected) * (c - expected) / expected).sum();
  }

  @Test
  void integersAreUniformAlsoWhereTheBoundDoesNotDivideTheRange() {
    // With 3 * 2^30 a plain multiplication or remainder would favour a third of the results
    // twofold.
    int[] to = new int[60_000];
    int bound = 3 << 29;
    Shuffle.integers(BITS, 7, bound, to);
    int[] counts = new int[12];
    for (int value : to) {
      assertThat(value).isBetween(0, bound - 1);
      counts[(int) (value * 12L / bound)]++;
    }
    assertThat(chiSquared(counts, to.length)).isLessThan(45);
    // The low bits too: the bias of a plain multiplication shows in them.
    int[] residues = new int[3];
    for (int value : to) {
      residues[value % 3]++;
    }
    assertThat(chiSquared(residues, to.length)).isLessThan(25);
  }

  @Test
  void everyChoiceOfDifferentIntegersIsEquallyLikely() {
    int draws = 60_000;
    Map<String, Integer> counts = new HashMap<>();
    for (int stream = 0; stream < draws; stream++) {
      counts.merge(Arrays.toString(Shuffle.distinct(BITS, stream, 5, 3)), 1, Integer::sum);
    }
    assertThat(counts).hasSize(5 * 4 * 3);
    // Chi-squared with 59 degrees of freedom exceeds 111 once in 25,000 times.
    assertThat(chiSquared(counts.values().stream().mapToInt(c -> c).toArray(), draws))
        .isLessThan(111);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 50, 999, 1000})
  void differentIntegersAreDifferentAndWithinTheBound(int count) {
    int[] chosen = Shuffle.distinct(BITS, 7, 1000, count);
    assertThat(chosen).hasSize(count).doesNotHaveDuplicates();
    assertThat(Arrays.stream(chosen).boxed()).allMatch(i -> i >= 0 && i < 1000);
    assertThat(Shuffle.distinct(BITS, 7, 1000, count)).isEqualTo(chosen);
  }

  @Test
  void wordsThatWouldBiasAreRejected() {
    // For bound 3, word 0 alone is rejected: 2^32 mod 3 = 1.
    int[] words = {0, 0, -1};
    int[] to = new int[1];
    Shuffle.integers(index -> words[(int) index], 0, 3, to);
    assertThat(to).containsExactly(2);
  }

  @Test
  void anEpochSeesEachExampleOnceAndTheNextInAnotherOrder() {
    BatchSampler sampler = BatchSampler.epochs(BITS, 12, 4);
    int[][] epochs = new int[2][12];
    int[] batch = new int[4];
    for (int step = 0; step < 6; step++) {
      sampler.indices(step, batch);
      System.arraycopy(batch, 0, epochs[step / 3], step % 3 * 4, 4);
    }
    for (int[] epoch : epochs) {
      assertThat(Arrays.stream(epoch).sorted().toArray())
          .isEqualTo(IntStream.range(0, 12).toArray());
    }
    assertThat(epochs[0]).isNotEqualTo(epochs[1]);
    assertThat(sampler.epoch(0)).isZero();
    assertThat(sampler.epoch(4)).isEqualTo(4 / 3.0);
  }

  @Test
  void everyExampleIsSeenThoughTheBatchDoesNotDivideTheirNumber() {
    BatchSampler sampler = BatchSampler.epochs(BITS, 10, 4);
    Set<Integer> seen = new HashSet<>();
    int[] batch = new int[4];
    for (int step = 0; step < 40; step++) {
      sampler.indices(step, batch);
      Arrays.stream(batch).forEach(seen::add);
    }
    assertThat(seen).hasSize(10);
  }

  @Test
  void aSamplerResumesAtAnyStepWithNothingButTheStep() {
    for (boolean independent : new boolean[] {true, false}) {
      BatchSampler through = sampler(independent);
      int[] expected = new int[3];
      int[] found = new int[3];
      for (int step = 0; step < 30; step++) {
        through.indices(step, expected);
        sampler(independent).indices(step, found);
        assertThat(found).isEqualTo(expected);
      }
      // And backwards.
      through.indices(2, expected);
      sampler(independent).indices(2, found);
      assertThat(found).isEqualTo(expected);
    }
  }

  private static BatchSampler sampler(boolean independent) {
    return independent
        ? BatchSampler.independent(TestBits.of(1), 11, 3, 4)
        : BatchSampler.epochs(TestBits.of(1), 11, 3);
  }

  @Test
  void aBatchLargerThanTheDatasetIsRefused() {
    assertThatThrownBy(() -> BatchSampler.epochs(BITS, 3, 4)).isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> BatchSampler.epochs(BITS, 3, 0)).isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> BatchSampler.independent(BITS, 0, 4, 1))
        .isInstanceOf(EspalierException.class);
    assertThat(BatchSampler.independent(BITS, 3, 4, 1).batchSize()).isEqualTo(4);
  }
}
