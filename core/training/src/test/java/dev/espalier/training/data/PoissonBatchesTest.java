package dev.espalier.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.training.ExampleSampling;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoissonBatchesTest {
  private static final int EXAMPLES = 40;
  private static final int BATCH = 6;
  private static final double RATE = (double) BATCH / EXAMPLES;

  private static ArrayDataset numbered(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i;
    }
    return new ArrayDataset(NdArray.of(numbers, count, 1), NdArray.of(numbers, count, 1));
  }

  private static BatchSource source(Batching batching, long seed) {
    return batching.batches(numbered(EXAMPLES), BATCH, TestBits.of(seed));
  }

  /** The examples of a step, in order. */
  private static List<Integer> examples(BatchSource source, long step) {
    int count = source.count(step);
    Batch into = numbered(EXAMPLES).allocate(EXAMPLES);
    source.fill(step, into);
    List<Integer> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      drawn.add((int) into.inputs().getDouble(i));
    }
    return drawn;
  }

  /** The deviation of a count from its mean, in standard deviations of the binomial. */
  private static double standardised(double count, double trials, double p) {
    return (count - trials * p) / Math.sqrt(trials * p * (1 - p));
  }

  private static void drawsIndependently(Batching batching) {
    int steps = 20_000;
    BatchSource source = source(batching, 5);
    double[] single = new double[EXAMPLES];
    double pairs = 0;
    double successive = 0;
    double sizes = 0;
    double squares = 0;
    List<Integer> before = List.of();
    for (long step = 0; step < steps; step++) {
      List<Integer> drawn = examples(source, step);
      assertThat(drawn).isSorted().doesNotHaveDuplicates();
      drawn.forEach(i -> single[i]++);
      pairs += drawn.contains(3) && drawn.contains(17) ? 1 : 0;
      successive += drawn.contains(8) && before.contains(8) ? 1 : 0;
      sizes += drawn.size();
      squares += Math.pow(drawn.size() - BATCH, 2);
      before = drawn;
    }
    double chiSquare = 0;
    for (double count : single) {
      chiSquare += Math.pow(standardised(count, steps, RATE), 2);
    }
    // Chi-square with 40 degrees of freedom: mean 40, deviation sqrt(80).
    assertThat(chiSquare).isBetween(40 - 5 * Math.sqrt(80), 40 + 5 * Math.sqrt(80));
    assertThat(standardised(pairs, steps, RATE * RATE)).isCloseTo(0, within(5.0));
    assertThat(standardised(successive, steps - 1.0, RATE * RATE)).isCloseTo(0, within(5.0));
    double variance = EXAMPLES * RATE * (1 - RATE);
    assertThat(sizes / steps).isCloseTo(BATCH, within(5 * Math.sqrt(variance / steps)));
    // Its variance is that of the binomial, within five deviations of a sample variance.
    assertThat(squares / steps).isCloseTo(variance, within(5 * variance * Math.sqrt(2.2 / steps)));
  }

  @Test
  void eachExampleIsDrawnIndependentlyWithTheProbability() {
    drawsIndependently(Batching.poisson());
  }

  @Test
  void soItIsFromTheSecureGenerator() {
    drawsIndependently(Batching.secretPoisson());
  }

  @Test
  void fromTheSeedAStepIsAFunctionOfItsNumber() {
    BatchSource one = source(Batching.poisson(), 1);
    BatchSource other = source(Batching.poisson(), 1);
    List<Integer> third = examples(one, 3);
    examples(other, 9);
    assertThat(examples(other, 3)).isEqualTo(third);
    List<List<Integer>> drawn = new ArrayList<>();
    List<List<Integer>> otherSeed = new ArrayList<>();
    BatchSource of2 = source(Batching.poisson(), 2);
    for (long step = 0; step < 5; step++) {
      drawn.add(examples(one, step));
      otherSeed.add(examples(of2, step));
    }
    assertThat(drawn).doesNotHaveDuplicates().isNotEqualTo(otherSeed);
    assertThat(one.sampling()).isEqualTo(ExampleSampling.POISSON);
  }

  @Test
  void fromTheSecureGeneratorNothingIsDrawnTwice() {
    BatchSource one = source(Batching.secretPoisson(), 1);
    BatchSource other = source(Batching.secretPoisson(), 1);
    List<List<Integer>> a = new ArrayList<>();
    List<List<Integer>> b = new ArrayList<>();
    for (long step = 0; step < 20; step++) {
      a.add(examples(one, step));
      b.add(examples(other, step));
    }
    assertThat(a).isNotEqualTo(b);
    // Within a step what was counted is what is filled.
    assertThat(examples(one, 19)).isEqualTo(a.get(19));
    assertThat(one.sampling()).isEqualTo(ExampleSampling.SECRET_POISSON);
  }

  @Test
  void meansDivideByTheExpectedNumberAndAllOfTheDataIsDrawnAtRateOne() {
    assertThat(source(Batching.poisson(), 1).expected()).hasValue(BATCH);
    BatchSource all = Batching.poisson().batches(numbered(7), 7, TestBits.of(1));
    assertThat(all.count(0)).isEqualTo(7);
    assertThat(all.allocate().size()).isEqualTo(7);
    assertThat(all.epoch(3)).isEqualTo(3);
  }

  @Test
  void whatSharesCharactersIsRefused() {
    Dataset text = SequenceDataset.everyWindow(new int[] {0, 1, 0, 1, 1, 0, 0, 1, 1, 1}, 4);
    assertThatThrownBy(() -> Batching.poisson().batches(text, 2, TestBits.of(1)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("share characters");
  }
}
