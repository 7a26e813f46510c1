package dev.espalier.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluginLockTest {
  private static final PluginLock LOCK =
      new PluginLock(
          List.of(
              new PluginLock.Pin("b.two", "2.0-\"ü\"", "0123456789abcdef".repeat(4), "two.jar"),
              new PluginLock.Pin("a.one", "1", "fedcba9876543210".repeat(4), "one")));

  @TempDir Path folder;

  private static PluginLock parse(String text) {
    return PluginLock.parse(Path.of("plugins.lock"), text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theTextIsReadAsItWasWrittenAndSortedById() {
    assertThat(parse(LOCK.toJson())).isEqualTo(LOCK);
    assertThat(LOCK.pins()).extracting(PluginLock.Pin::id).containsExactly("a.one", "b.two");
    assertThat(parse(new PluginLock(List.of()).toJson()).pins()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "espalier-plugins-lock | another-format | another-format",
        "\"format_version\": 1 | \"format_version\": 2 | format_version is 2",
        "\"version\": \"1\" | \"version\": 1 | plugins[0].version",
        "\"id\": | \"name\": | id",
        "fedcba98 | FEDCBA98 | sha256",
        "fedcba98 | fedcba9 | sha256",
        "\"a.one\" | \"b.two\" | there twice",
        "\"file\": \"one\" | \"file\": \"one\", \"more\": 1 | more",
        "\"plugins\" | \"plugin\" | plugins",
      })
  void aChangedLockIsRefusedWithThePlace(String from, String to, String found) {
    String text = LOCK.toJson();
    assertThat(text).contains(from);
    assertThatThrownBy(() -> parse(text.replace(from, to)))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE);
              assertThat(e.found()).contains(found);
            });
  }

  @Test
  void anyBytesAreALockOrABadFile() {
    Random random = new Random(11);
    byte[] whole = LOCK.toJson().getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = whole.clone();
      if (i % 3 == 0) {
        bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      for (int flips = random.nextInt(4); flips >= 0 && bytes.length > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        PluginLock read = PluginLock.parse(Path.of("plugins.lock"), bytes);
        assertThat(parse(read.toJson())).isEqualTo(read);
      } catch (EspalierException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE);
      }
    }
  }

  @Test
  void aFileThatIsFarTooLongIsRefusedUnread() throws IOException {
    Path file = folder.resolve("plugins.lock");
    Files.write(file, new byte[PluginLock.MAX_BYTES + 1]);
    assertThatThrownBy(() -> PluginLock.read(file))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.found()).contains((PluginLock.MAX_BYTES + 1) + " bytes"));
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> PluginLock.read(folder.resolve("none.lock")))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND));
  }
}
