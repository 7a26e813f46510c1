package dev.espalier.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.testing.Damage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestFileTest {
  private static final ManifestFile FILE =
      new ManifestFile(
          TestManifests.of(1000),
          new TensorsFile("tensors.safetensors", "fedcba9876543210".repeat(4), 123));

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBack() {
    Path path = folder.resolve("manifest.json");
    FILE.write(path);
    assertThat(ManifestFile.read(path)).isEqualTo(FILE);
    ManifestFile classes =
        new ManifestFile(
            new Manifest(
                "1",
                Instant.EPOCH,
                Long.MAX_VALUE,
                0,
                Map.of(),
                List.of(),
                new Manifest.DataSource(
                    "x.csv", "0".repeat(64), Optional.empty(), List.of("no", "yes")),
                Map.of()),
            FILE.tensors());
    classes.write(path);
    assertThat(ManifestFile.read(path)).isEqualTo(classes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"seed\": -42 | \"seed\": 1.5 | seed is a number, not an integer",
        "\"seed\": -42 | \"sead\": 1 | the key seed is missing",
        "\"seed\": -42 | \"seed\": 1, \"more\": 1 | the key more is unknown",
        "\"seed\": -42 | \"seed\": 1, \"seed\": 2 | Duplicate",
        "\"step\": 1000 | \"step\": -1 | step is -1",
        "2025-01-02T | 2025-01-32T | not an instant",
        "\"format\": \"espalier-checkpoint\" | \"format\": \"other\" | format is 'other'",
        "\"bytes\": 123 | \"bytes\": true | tensors.bytes is a boolean",
        "\"file\": \"tensors.safetensors\" | \"file\": \"../../x\" | not a plain file name",
        "fedcba98 | FEDCBA98 | tensors.sha256",
        "\"loss\": 1.25 | \"loss\": \"low\" | metrics.loss is a string, not a number",
        "\"id\": \"dev.espalier.losses\" | \"id\": 3 | plugins[0].id is an integer",
        "\"sha256\": \"0011 | \"sha256\": \"xx11 | plugins[0].sha256 is 'xx11",
        "\"format_version\": 2 | \"format_version\": 1 | the key plugins[0].sha256 is unknown",
      })
  void aChangedManifestIsRefusedWithThePlace(String from, String to, String found)
      throws IOException {
    Path path = folder.resolve("manifest.json");
    assertThat(FILE.toJson()).contains(from);
    Files.writeString(path, FILE.toJson().replace(from, to));
    assertThatThrownBy(() -> ManifestFile.read(path))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE);
              assertThat(e.found()).contains(found);
            });
  }

  @Test
  void aManifestOfTheFirstVersionHasNoHashesOfPlugins() throws IOException {
    Path path = folder.resolve("manifest.json");
    Files.writeString(
        path,
        FILE.toJson()
            .replace("\"format_version\": 2", "\"format_version\": 1")
            .replaceFirst("\"sha256\": \"0011[0-9]+\",\\s*", ""));
    assertThat(ManifestFile.read(path).manifest().plugins())
        .extracting(Manifest.PluginUse::sha256)
        .containsExactly(Optional.empty(), Optional.empty());
  }

  @Test
  void anotherVersionOfTheFormatIsAMismatch() throws IOException {
    Path path = folder.resolve("manifest.json");
    Files.writeString(
        path, FILE.toJson().replace("\"format_version\": 2", "\"format_version\": 3"));
    assertThatThrownBy(() -> ManifestFile.read(path))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECKPOINT_MISMATCH));
  }

  @Test
  void aHugeFileIsRefusedBeforeItIsRead() throws IOException {
    Path path = folder.resolve("manifest.json");
    try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
      sparse.setLength(1L << 36);
    }
    assertThatThrownBy(() -> ManifestFile.read(path)).hasMessageContaining("68719476736 bytes");
  }

  @Test
  void randomDamageNeverThrowsAnythingElse() {
    Random random = new Random(11);
    byte[] good = FILE.toJson().getBytes(StandardCharsets.UTF_8);
    Path path = folder.resolve("manifest.json");
    for (int round = 0; round < 10_000; round++) {
      try {
        ManifestFile.parse(path, Damage.apply(good, random));
      } catch (EspalierException e) {
        assertThat(e.code()).isIn(ErrorCode.BAD_FILE, ErrorCode.CHECKPOINT_MISMATCH);
      }
    }
  }
}
