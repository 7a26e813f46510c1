package dev.espalier.training.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.testing.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("metrics.jsonl");
  }

  private static MetricsLog.Entry entry(long step) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", 1.0 / (step + 1));
    values.put("learning_rate", step == 2 ? Double.NaN : 0.003);
    return new MetricsLog.Entry(step, values);
  }

  private void write(long... steps) {
    try (MetricsLog log = MetricsLog.open(file(), Long.MAX_VALUE)) {
      Arrays.stream(steps).forEach(step -> log.append(entry(step)));
    }
  }

  @Test
  void whatIsAppendedIsReadBackAlsoBeforeClosing() {
    try (MetricsLog log = MetricsLog.open(file(), Long.MAX_VALUE)) {
      assertThat(log.lastStep()).isEqualTo(-1);
      log.append(entry(0));
      log.append(entry(2));
      log.append(entry(2));
      log.sync();
      assertThat(MetricsLog.read(file())).containsExactly(entry(0), entry(2), entry(2));
    }
    assertThat(file()).content().startsWith("{\"step\":0,\"loss\":1.0,\"learning_rate\":0.003}\n");
  }

  @Test
  void openingToResumeCutsLaterSteps() {
    write(0, 5, 5, 10, 15);
    try (MetricsLog log = MetricsLog.open(file(), 9)) {
      assertThat(log.lastStep()).isEqualTo(5);
      assertThat(log.dropped()).isEmpty();
      log.append(entry(7));
    }
    assertThat(MetricsLog.read(file())).containsExactly(entry(0), entry(5), entry(5), entry(7));
  }

  @Test
  void aLogCutAtAnyByteKeepsItsWholeLines() throws IOException {
    write(1, 2, 3);
    byte[] whole = Files.readAllBytes(file());
    for (int length = 0; length <= whole.length; length++) {
      byte[] torn = Arrays.copyOf(whole, length);
      Files.write(file(), torn);
      long lines = 0;
      for (byte b : torn) {
        lines += b == '\n' ? 1 : 0;
      }
      boolean clean = length == 0 || torn[length - 1] == '\n';
      assertThat(MetricsLog.read(file())).hasSize((int) lines);
      try (MetricsLog log = MetricsLog.open(file(), Long.MAX_VALUE)) {
        assertThat(log.dropped().isEmpty()).isEqualTo(clean);
        assertThat(log.lastStep()).isEqualTo(lines == 0 ? -1 : lines);
        log.append(entry(4));
      }
      assertThat(MetricsLog.read(file())).hasSize((int) lines + 1).endsWith(entry(4));
    }
  }

  @Test
  void damageBeforeTheLastLineIsAnErrorWithTheLine() throws IOException {
    Files.writeString(file(), "{\"step\":1}\n{\"step\":2,}\n{\"step\":3}\n");
    assertThatThrownBy(() -> MetricsLog.open(file(), Long.MAX_VALUE))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE);
              assertThat(e.found()).startsWith("line 2: ");
            });
    assertThat(file()).content().hasLineCount(3);
    Files.writeString(file(), "{\"step\":4}\n{\"step\":2}\n{\"step\":3}\n");
    assertThatThrownBy(() -> MetricsLog.read(file())).hasMessageContaining("step 2 after step 4");
  }

  @Test
  void stepsNeverGoDown() {
    try (MetricsLog log = MetricsLog.open(file(), Long.MAX_VALUE)) {
      log.append(entry(5));
      assertThatThrownBy(() -> log.append(entry(4))).isInstanceOf(EspalierException.class);
      assertThatThrownBy(() -> log.append(new MetricsLog.Entry(6, Map.of("step", 1.0))))
          .isInstanceOf(EspalierException.class);
    }
    assertThat(MetricsLog.read(file())).containsExactly(entry(5));
  }

  @Test
  void aLineWithoutAnEndDoesNotFillTheMemory() throws IOException {
    Files.write(file(), new byte[3 << 20]);
    assertThatThrownBy(() -> MetricsLog.read(file())).hasMessageContaining("more than 1 MiB");
  }

  @Test
  void randomDamageNeverThrowsAnythingElse() throws IOException {
    write(1, 2, 3);
    byte[] good = Files.readAllBytes(file());
    Random random = new Random(17);
    for (int round = 0; round < 700; round++) {
      Files.write(file(), Damage.apply(good, random));
      try {
        List<MetricsLog.Entry> entries = MetricsLog.read(file());
        assertThat(entries.size()).isLessThan(12);
      } catch (EspalierException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE);
      }
    }
  }
}
