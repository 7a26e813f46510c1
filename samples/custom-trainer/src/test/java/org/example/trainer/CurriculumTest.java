package org.example.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.training.data.ArrayDataset;
import dev.espalier.training.data.Batch;
import dev.espalier.training.data.BatchSource;
import dev.espalier.training.metrics.MetricsLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CurriculumTest {
  private static final int EXAMPLES = 100;

  /** Example i holds the number i * 37 mod 100, which is its difficulty. */
  private static BatchSource batches(double start, long growth) {
    float[] values = new float[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      values[i] = (i * 37) % EXAMPLES;
    }
    ArrayDataset data =
        new ArrayDataset(NdArray.of(values, EXAMPLES, 1), NdArray.of(new int[EXAMPLES], EXAMPLES));
    return new Curriculum(example -> example.inputs().getDouble(0), start, growth)
        .batches(data, 64, index -> (int) ((index * 0x9E3779B97F4A7C15L) >>> 32));
  }

  private static List<Integer> drawn(BatchSource batches, long step) {
    Batch batch = batches.allocate();
    batches.fill(step, batch);
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      numbers.add((int) batch.inputs().getDouble(i));
    }
    return numbers;
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "5, 55", "10, 100", "1000000, 100"})
  void aStepDrawsFromTheEasiestAsManyAsItsPaceAllows(long step, int available) {
    Set<Integer> seen = new TreeSet<>();
    // The same pace at every step of a curriculum that is that far.
    BatchSource batches = batches(available / 100.0, Long.MAX_VALUE);
    for (int i = 0; i < 40; i++) {
      seen.addAll(drawn(batches, i));
    }
    assertThat(new Curriculum(example -> 0, 0.1, 10).available(step, EXAMPLES))
        .isEqualTo(available);
    assertThat(seen).hasSize(available).allMatch(number -> number < available);
  }

  @Test
  void theHardestComesLater() {
    BatchSource batches = batches(0.1, 10);

    assertThat(drawn(batches, 0)).allMatch(number -> number < 10);
    assertThat(drawn(batches, 10)).anyMatch(number -> number >= 90);
  }

  @Test
  void aStepsBatchDependsOnNothingButItsNumber() {
    BatchSource batches = batches(0.1, 10);
    List<Integer> seventh = drawn(batches, 7);
    drawn(batches, 3);

    assertThat(drawn(batches, 7)).isEqualTo(seventh);
    assertThat(drawn(batches(0.1, 10), 7)).isEqualTo(seventh);
  }

  @ParameterizedTest
  @CsvSource({"0, 10", "-0.5, 10", "1.5, 10", "NaN, 10", "0.5, 0"})
  void aPaceThatIsNoneIsRefused(double start, long growth) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Curriculum(e -> 0, start, growth));
  }

  @Test
  void theOrdinaryTrainerTakesItByOneBinding(@TempDir Path folder) {
    Path file = Points.writeTo(folder);
    EasyFirst.main(new String[] {file.toString(), folder.resolve("easy").toString()});
    List<MetricsLog.Entry> metrics = MetricsLog.read(folder.resolve("easy/metrics.jsonl"));

    assertThat(metrics).hasSize(Points.STEPS + 1);
    assertThat(metrics).isNotEqualTo(Points.ordinary(folder));
    // The epochs are those of the curriculum: batches of 16 of 150 examples.
    assertThat(metrics.getFirst().values()).containsEntry("epoch", 16.0 / 150);
  }
}
