package org.example.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.training.metrics.MetricsLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InOrderTest {
  @Test
  void batchesFollowTheFileAndBeginAgainAtItsEnd() {
    InOrder sampler = new InOrder(5, 3);
    int[] indices = new int[3];

    sampler.indices(0, indices);
    assertThat(indices).containsExactly(0, 1, 2);
    sampler.indices(1, indices);
    assertThat(indices).containsExactly(3, 4, 0);
    assertThat(sampler.epoch(5)).isEqualTo(3);
  }

  @Test
  void theProgramTrainsInTheOrderOfTheFile(@TempDir Path folder) {
    Path file = Points.writeTo(folder);
    InOrder.main(new String[] {file.toString(), folder.resolve("run").toString()});
    List<MetricsLog.Entry> metrics = MetricsLog.read(folder.resolve("run/metrics.jsonl"));

    assertThat(metrics).hasSize(Points.STEPS + 1);
    assertThat(metrics).isNotEqualTo(Points.ordinary(folder));
    assertThat(metrics.getFirst().values()).containsEntry("epoch", 16.0 / 150);
  }

  @Test
  void theReadmeShowsTheProgramAsItIs() throws IOException {
    String program = Files.readString(Path.of("src/main/java/org/example/trainer/InOrder.java"));

    assertThat(Files.readString(Path.of("../README.md"))).contains(program.strip());
    assertThat(program.lines())
        .filteredOn(line -> !line.isBlank() && !line.matches("(import|package) .*"))
        .hasSizeLessThanOrEqualTo(30);
  }
}
