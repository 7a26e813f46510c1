package dev.espalier.training.checkpoint;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Manifests for tests. */
final class TestManifests {
  private TestManifests() {}

  static Manifest of(long step) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("steps", 2000L);
    config.put("model", Map.of("kind", "gpt", "dropout", 0.1, "tied", true));
    config.put("layers", List.of(1L, "two", 3.5));
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("loss", 1.25);
    metrics.put("validation_loss", Double.NaN);
    return new Manifest(
        "0.1.0",
        Instant.parse("2025-01-02T03:04:05.678Z"),
        -42,
        step,
        config,
        List.of(
            new Manifest.PluginUse(
                "dev.espalier.losses",
                "0.1.0",
                Optional.of("00112233".repeat(8)),
                List.of("loss/mse", "loss/mae")),
            new Manifest.PluginUse("mine", "1", Optional.empty(), List.of("schedule/mine"))),
        new Manifest.DataSource(
            "text/some.txt", "0123456789abcdef".repeat(4), Optional.of("\n \"ab😀"), List.of()),
        metrics);
  }
}
