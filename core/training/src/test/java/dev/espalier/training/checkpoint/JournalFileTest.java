package dev.espalier.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFileTest {
  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void place() {
    file = folder.resolve("a.journal");
  }

  private void write(String... lines) {
    try (JournalFile journal = JournalFile.open(file)) {
      Arrays.asList(lines).forEach(journal::append);
    }
  }

  private List<String> read() {
    try (JournalFile journal = JournalFile.open(file)) {
      return journal.before();
    }
  }

  @Test
  void whatWasAppendedIsThereAndMoreFollowsIt() {
    assertThat(read()).isEmpty();
    write("one", "zwei \u00e4");
    write("three");
    assertThat(read()).containsExactly("one", "zwei \u00e4", "three");
  }

  @Test
  void wherEverAFileIsCutWholeLinesStay() throws IOException {
    write("one", "two", "three");
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length <= whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      Files.write(file, cut);
      long lines = new String(cut, StandardCharsets.UTF_8).chars().filter(c -> c == '\n').count();
      assertThat(read()).hasSize((int) lines);
      write("four");
      assertThat(read()).hasSize((int) lines + 1).endsWith("four");
    }
  }

  @Test
  void aFlippedBitAnywhereIsDamage() throws IOException {
    write("spent 1", "spent 2", "spent 3");
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(3);
    for (int i = 0; i < whole.length - 1; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      assertThatThrownBy(this::read)
          .as("byte %s", i)
          .isInstanceOf(EspalierException.class)
          .extracting(e -> ((EspalierException) e).code())
          .isEqualTo(ErrorCode.BAD_FILE);
    }
  }

  /** Appends numbers and tells each when it is safe, until it is killed. */
  public static final class Writer {
    private Writer() {}

    /** Runs until it is killed. */
    public static void main(String[] arguments) {
      try (JournalFile journal = JournalFile.open(Path.of(arguments[0]))) {
        for (long number = journal.before().size(); ; number++) {
          journal.append("number " + number);
          System.out.println(number);
        }
      }
    }
  }

  @Test
  void aWriterKilledAtAnyMomentForgetsNothingThatItTold() throws IOException, InterruptedException {
    Random random = new Random(5);
    for (int round = 0; round < 4; round++) {
      Process writer = KillTest.start(Writer.class, file);
      long told = -1;
      try (BufferedReader lines = writer.inputReader(StandardCharsets.US_ASCII)) {
        told = Long.parseLong(String.valueOf(lines.readLine()));
        Thread.sleep(random.nextInt(40));
        writer.toHandle().destroyForcibly();
        writer.waitFor();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          told = line.isEmpty() ? told : Long.parseLong(line);
        }
      }
      List<String> found = read();
      assertThat((long) found.size()).isGreaterThan(told);
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i)).isEqualTo("number " + i);
      }
    }
  }
}
