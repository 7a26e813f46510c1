package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.training.checkpoint.AtomicFile;
import dev.espalier.training.config.RunFile;
import dev.espalier.training.plot.Chart;
import dev.espalier.training.plot.Svg;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every probe takes. */
final class ProbeOptions {
  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A hyperparameter; may be repeated.")
  Map<String, String> set = new LinkedHashMap<>();

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "f64",
      description = "The type that is computed in: f64 or f32.")
  String dtype = "f64";

  @Option(names = "--json", description = "As one line of JSON.")
  boolean json;

  @Option(names = "--plot", paramLabel = "FILE.svg", description = "Draw it into this file.")
  @Nullable Path plot;

  @Mixin PluginOptions plugins = new PluginOptions();

  /** The type. */
  DType type() {
    return switch (dtype) {
      case "f64" -> DType.F64;
      case "f32" -> DType.F32;
      default ->
          throw new EspalierException(
              ErrorCode.BAD_VALUE, "--dtype is f64 or f32", dtype, "give one of the two");
    };
  }

  /** The hyperparameters. */
  Map<String, Object> hyperparameters() {
    return RunFile.values(set);
  }

  /** Draws the chart where that was asked for. */
  void draw(Chart chart) {
    Optional.ofNullable(plot)
        .ifPresent(file -> AtomicFile.write(file, Svg.of(chart).getBytes(StandardCharsets.UTF_8)));
  }
}
