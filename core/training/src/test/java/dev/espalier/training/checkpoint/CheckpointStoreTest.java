package dev.espalier.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointStoreTest {
  @TempDir Path run;

  private static Map<String, NdArray> tensors(long step) {
    return Map.of("w", NdArray.of(new float[] {step, -step}, 2));
  }

  private static Path save(CheckpointStore store, long step) {
    return store.save(tensors(step), TestManifests.of(step));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(run.resolve("checkpoints"))) {
      return entries.map(p -> String.valueOf(p.getFileName())).sorted().toList();
    }
  }

  @Test
  void theNewestIsReadBackWithItsTensorsInOrder() {
    try (CheckpointStore store = CheckpointStore.open(run, 2)) {
      assertThat(store.latest().checkpoint()).isEmpty();
      assertThatThrownBy(() -> store.latest().required(run))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND));
      save(store, 1);
      Map<String, NdArray> tensors = SafetensorsTest.everyType();
      Path folder = store.save(tensors, TestManifests.of(2));
      assertThat(folder).endsWithRaw(Path.of("checkpoints", "step-00000002"));
      Checkpoint latest = store.latest().required(run);
      assertThat(latest.folder()).isEqualTo(folder);
      assertThat(latest.manifest()).isEqualTo(TestManifests.of(2));
      assertThat(latest.tensors()).containsExactlyEntriesOf(tensors);
    }
    assertThat(CheckpointStore.latest(run).required(run).manifest().step()).isEqualTo(2);
    assertThat(CheckpointStore.latest(run.resolve("absent")).checkpoint()).isEmpty();
  }

  @Test
  void onlyTheLastAreKept() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(run, 2)) {
      for (long step : new long[] {0, 5, 100_000_000, 1_000_000_000_000L}) {
        save(store, step);
      }
      assertThat(names()).containsExactly("step-100000000", "step-1000000000000");
      assertThat(store.latest().required(run).manifest().step()).isEqualTo(1_000_000_000_000L);
    }
    assertThatThrownBy(() -> CheckpointStore.open(run, 0)).isInstanceOf(EspalierException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensors.safetensors", "manifest.json", "SHA256SUMS"})
  void everyFlippedBitIsFoundAndTheCheckpointBeforeServes(String name) throws IOException {
    try (CheckpointStore store = CheckpointStore.open(run, 3)) {
      save(store, 1);
      Path file = save(store, 2).resolve(name);
      byte[] good = Files.readAllBytes(file);
      for (int at = 0; at < good.length; at++) {
        byte[] bad = good.clone();
        bad[at] ^= (byte) (1 << (at % 8));
        Files.write(file, bad);
        Checkpoint.Latest latest;
        try {
          latest = store.latest();
        } catch (EspalierException e) {
          // The version's digit: the checkpoint then is another version's.
          assertThat(e.code()).isEqualTo(ErrorCode.CHECKPOINT_MISMATCH);
          continue;
        }
        assertThat(latest.required(run).manifest().step()).isEqualTo(1);
        assertThat(latest.skipped()).hasSize(1);
        assertThat(latest.skipped().getFirst().folder()).endsWithRaw(Path.of("step-00000002"));
        assertThat(latest.skipped().getFirst().reason().repair()).isNotBlank();
      }
      Files.write(file, good);
      assertThat(store.latest().required(run).manifest().step()).isEqualTo(2);
      Files.delete(file);
      assertThat(store.latest().required(run).manifest().step()).isEqualTo(1);
    }
  }

  @Test
  void aRenamedCheckpointIsNotTakenForAnother() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(run, 3)) {
      Path folder = save(store, 1);
      Files.move(folder, folder.resolveSibling("step-00000009"));
      assertThat(store.latest().checkpoint()).isEmpty();
      assertThatThrownBy(() -> store.latest().required(run))
          .hasMessageContaining("the checkpoint of step 1");
    }
  }

  @Test
  void savingBehindALaterCheckpointIsRefusedUntilItIsDiscarded() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(run, 3)) {
      save(store, 1);
      Path damaged = save(store, 5);
      Files.delete(damaged.resolve("manifest.json"));
      assertThatThrownBy(() -> save(store, 3))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECKPOINT_MISMATCH));
      assertThatThrownBy(() -> save(store, 5)).isInstanceOf(EspalierException.class);
      assertThat(store.discardAfter(1)).isEqualTo(1);
      save(store, 3);
      assertThat(names()).containsExactly("step-00000001", "step-00000003");
    }
  }

  @Test
  void leftoversAreNeverReadAndAreRemovedWhenTheFolderIsOpened() throws IOException {
    try (CheckpointStore store = CheckpointStore.open(run, 3)) {
      save(store, 1);
    }
    Path checkpoints = run.resolve("checkpoints");
    for (String name : new String[] {".writing-step-00000002", ".deleting-step-00000003"}) {
      Files.createDirectories(checkpoints.resolve(name).resolve("deep"));
      Files.write(checkpoints.resolve(name).resolve("tensors.safetensors"), new byte[5]);
    }
    Files.write(run.resolve(".writing-report.json"), new byte[5]);
    Files.writeString(run.resolve("mine.txt"), "kept");
    assertThat(CheckpointStore.latest(run).required(run).manifest().step()).isEqualTo(1);
    CheckpointStore.open(run, 3).close();
    assertThat(names()).containsExactly("step-00000001");
    assertThat(run.resolve(".writing-report.json")).doesNotExist();
    assertThat(run.resolve("mine.txt")).exists();
  }

  @Test
  void aRunFolderHasOneWriterAtATime() {
    CheckpointStore first = CheckpointStore.open(run, 3);
    assertThatThrownBy(() -> CheckpointStore.open(run, 3))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("process " + ProcessHandle.current().pid());
    first.close();
    CheckpointStore.open(run, 3).close();
  }

  @Test
  void aFileIsReplacedWholeOrNotAtAll() throws IOException {
    Path file = run.resolve("some.json");
    AtomicFile.write(file, new byte[] {1});
    assertThatThrownBy(() ->
            AtomicFile.write(
                file,
                channel -> {
                  channel.write(java.nio.ByteBuffer.allocate(100));
                  throw new IOException("disk full");
                }))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.IO_FAILURE);
              assertThat(e.found()).isEqualTo("disk full");
            });
    assertThat(Files.readAllBytes(file)).containsExactly(1);
    assertThat(AtomicFile.removeLeftovers(run)).hasSize(1);
    AtomicFile.write(file, new byte[] {2, 3});
    assertThat(Files.readAllBytes(file)).containsExactly(2, 3);
  }
}
