package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.checkpoint.Manifest;
import dev.espalier.training.data.Dataset;
import dev.espalier.training.file.Sha256;
import dev.espalier.training.step.StepFunction;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be trained, in Java. A {@link RunRequest} becomes one of these.
 *
 * @param name what the run is called
 * @param seed everything random follows from it
 * @param step what a step does
 * @param training what is trained on
 * @param validation what is held out
 * @param batch examples in a step
 * @param steps how many steps, at least 1
 * @param evaluateEvery steps between evaluations; 0 for one at the end
 * @param checkpointEvery steps between checkpoints; 0 for one at the end
 * @param keep how many checkpoints are kept, at least 1
 * @param origin what the manifest says of where this is from
 */
public record Run(
    String name,
    long seed,
    StepFunction step,
    Dataset training,
    Dataset validation,
    int batch,
    long steps,
    long evaluateEvery,
    long checkpointEvery,
    int keep,
    Origin origin) {

  /**
   * Where a run is from. A run goes on only where all of it is as when it began.
   *
   * @param config a description as a tree of maps, lists, strings, longs, doubles and booleans
   * @param plugins the plugins in use
   * @param data what names the data
   */
  public record Origin(
      Map<String, Object> config, List<Manifest.PluginUse> plugins, Manifest.DataSource data) {
    /** Copies the collections. */
    public Origin {
      config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
      plugins = List.copyOf(plugins);
    }
  }

  /** Checks the numbers. */
  public Run {
    if (batch < 1 || steps < 1 || evaluateEvery < 0 || checkpointEvery < 0 || keep < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a run has a batch, steps and kept checkpoints of at least 1, and no negative interval",
          "batch %d, steps %d, keep %d, evaluation every %d, checkpoint every %d"
              .formatted(batch, steps, keep, evaluateEvery, checkpointEvery),
          "correct the number");
    }
  }

  /**
   * A run of seed 1 that is evaluated and kept at its end. Of its data the manifest knows types and
   * sizes only: where other data of the same types may come, {@link #withOrigin} names it.
   *
   * @param name what the run is called
   * @param step what a step does
   * @param training what is trained on
   * @param validation what is held out
   * @param batch examples in a step
   * @param steps how many steps
   */
  public static Run of(
      String name, StepFunction step, Dataset training, Dataset validation, int batch, long steps) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("name", name);
    config.put("batch", (long) batch);
    config.put("steps", steps);
    Origin origin = new Origin(config, List.of(), source(training, validation));
    return new Run(name, 1, step, training, validation, batch, steps, 0, 0, 2, origin);
  }

  private static Manifest.DataSource source(Dataset training, Dataset validation) {
    String types =
        "%d of %s and %s, %d held out"
            .formatted(
                training.size(), training.inputType(1), training.targetType(1), validation.size());
    return new Manifest.DataSource(
        "given in Java: " + types,
        Sha256.of(types.getBytes(StandardCharsets.UTF_8)),
        Optional.empty(),
        List.of());
  }

  /** With another seed. */
  public Run withSeed(long other) {
    return new Run(
        name,
        other,
        step,
        training,
        validation,
        batch,
        steps,
        evaluateEvery,
        checkpointEvery,
        keep,
        origin);
  }

  /** Evaluated after every so many steps, and at the end. */
  public Run evaluatedEvery(long interval) {
    return new Run(
        name,
        seed,
        step,
        training,
        validation,
        batch,
        steps,
        interval,
        checkpointEvery,
        keep,
        origin);
  }

  /** With a checkpoint after every so many steps, of which so many are kept, and one at the end. */
  public Run checkpointedEvery(long interval, int kept) {
    return new Run(
        name,
        seed,
        step,
        training,
        validation,
        batch,
        steps,
        evaluateEvery,
        interval,
        kept,
        origin);
  }

  /** With another description. */
  public Run withOrigin(Origin other) {
    return new Run(
        name,
        seed,
        step,
        training,
        validation,
        batch,
        steps,
        evaluateEvery,
        checkpointEvery,
        keep,
        other);
  }
}
