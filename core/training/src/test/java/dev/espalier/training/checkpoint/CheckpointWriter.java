package dev.espalier.training.checkpoint;

import dev.espalier.api.tensor.NdArray;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A program that writes checkpoints until it is killed, continuing after the latest; for {@link
 * KillTest}.
 */
public final class CheckpointWriter {
  private CheckpointWriter() {}

  /** The tensors of a step: every element tells it. */
  static Map<String, NdArray> tensors(long step) {
    Map<String, NdArray> tensors = new LinkedHashMap<>();
    for (int i = 0; i < 4; i++) {
      float[] values = new float[50_000];
      Arrays.fill(values, (float) (step + i));
      tensors.put("layer." + i, NdArray.of(values, 50_000));
    }
    return tensors;
  }

  /** Runs until it is killed. */
  public static void main(String[] arguments) {
    Path run = Path.of(arguments[0]);
    try (CheckpointStore store = CheckpointStore.open(run, 2)) {
      Checkpoint.Latest latest = store.latest();
      if (!latest.skipped().isEmpty()) {
        throw latest.skipped().getFirst().reason();
      }
      long step = latest.checkpoint().map(c -> c.manifest().step()).orElse(0L);
      while (true) {
        step++;
        store.save(tensors(step), TestManifests.of(step));
        System.out.println(step);
      }
    }
  }
}
