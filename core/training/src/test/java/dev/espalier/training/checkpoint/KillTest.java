package dev.espalier.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillTest {
  @TempDir Path run;

  /** Where a class was loaded from, which works on the class path and on the module path. */
  private static String place(Class<?> type) {
    try {
      String resource = type.getSimpleName() + ".class";
      String url = String.valueOf(type.getResource(resource));
      String root = url.substring(0, url.length() - type.getName().length() - ".class".length());
      return root.startsWith("jar:")
          ? new File(java.net.URI.create(root.substring(4, root.indexOf("!")))).getPath()
          : new File(java.net.URI.create(root)).getPath();
    } catch (IllegalArgumentException e) {
      throw new AssertionError(type + " was loaded from nowhere", e);
    }
  }

  private Process start() throws IOException {
    return start(CheckpointWriter.class, run);
  }

  /** Starts a program of the tests with one argument. */
  static Process start(Class<?> program, Path argument) throws IOException {
    String classPath =
        Stream.of(CheckpointWriter.class, CheckpointStore.class, NdArray.class, JsonFactory.class)
            .map(KillTest::place)
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath,
            program.getName(),
            argument.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void aWriterKilledAtAnyMomentLeavesTheLastGoodCheckpoint()
      throws IOException, InterruptedException {
    Random random = new Random(13);
    long before = 0;
    for (int round = 0; round < 8; round++) {
      Process writer = start();
      long reported = 0;
      try (BufferedReader steps = writer.inputReader(StandardCharsets.US_ASCII)) {
        String first = steps.readLine();
        assertThat(first).as("the writer's first step in round %s", round).isNotNull();
        assertThatThrownBy(() -> CheckpointStore.open(run, 2))
            .isInstanceOf(EspalierException.class)
            .hasMessageContaining("process " + writer.pid());
        Thread.sleep(random.nextInt(60));
        // Through the handle: the process itself would close the stream that still holds the last
        // steps.
        writer.toHandle().destroyForcibly();
        writer.waitFor();
        reported = Long.parseLong(String.valueOf(first));
        for (String line = steps.readLine(); line != null; line = steps.readLine()) {
          reported = line.isEmpty() ? reported : Long.parseLong(line);
        }
      }
      Checkpoint.Latest latest = CheckpointStore.latest(run);
      assertThat(latest.skipped()).isEmpty();
      Checkpoint checkpoint = latest.required(run);
      long step = checkpoint.manifest().step();
      assertThat(step).isGreaterThan(before).isGreaterThanOrEqualTo(reported);
      assertThat(checkpoint.tensors()).containsExactlyEntriesOf(CheckpointWriter.tensors(step));
      before = step;
    }
    // The lock ended with its holder, and what was half-written is gone once the folder is opened.
    try (CheckpointStore store = CheckpointStore.open(run, 2)) {
      assertThat(store.latest().required(run).manifest().step()).isEqualTo(before);
    }
    try (Stream<Path> entries = java.nio.file.Files.list(run.resolve("checkpoints"))) {
      assertThat(entries.map(p -> String.valueOf(p.getFileName())))
          .allMatch(name -> name.startsWith("step-"));
    }
  }
}
