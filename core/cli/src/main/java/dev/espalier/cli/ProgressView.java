package dev.espalier.cli;

import dev.espalier.api.backend.MemoryUse;
import dev.espalier.training.trainer.EvaluationReport;
import dev.espalier.training.trainer.RunResult;
import dev.espalier.training.trainer.RunStart;
import dev.espalier.training.trainer.StepReport;
import dev.espalier.training.trainer.TrainingListener;
import java.time.Duration;
import java.util.Locale;

/** Shows a run while it goes on. */
interface ProgressView extends TrainingListener, AutoCloseable {
  /** The run ended well. */
  void finished(RunResult result);

  @Override
  void close();

  /** For a program, for a person at a terminal, or for a file. */
  static ProgressView on(Console console, boolean json) {
    if (json) {
      return new JsonProgress(console.out());
    }
    return console.terminal()
        ? new BarProgress(console.out(), console.err())
        : new LineProgress(console.out(), System::nanoTime);
  }

  /** The first line of a run. */
  static String headline(RunStart start) {
    String steps =
        start.firstStep() == 0
            ? String.format(Locale.ROOT, "%,d steps", start.totalSteps())
            : String.format(
                Locale.ROOT, "steps %,d to %,d", start.firstStep() + 1, start.totalSteps());
    return String.format(
        Locale.ROOT,
        "%s: %,d parameters, %s, on %s, in %s",
        start.name(),
        start.parameters(),
        steps,
        start.backend(),
        start.runFolder());
  }

  /** The memory of a step. */
  static String memory(RunStart start) {
    MemoryUse memory = start.memory();
    return String.format(
        Locale.ROOT,
        "a step needs %s of memory: %s of buffers, %s of intermediate values, %s of constants",
        megabytes(memory.total()),
        megabytes(memory.buffers()),
        megabytes(memory.intermediates()),
        megabytes(memory.constants()));
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
  }

  /** The figures of a step. */
  static String figures(StepReport report) {
    return String.format(
        Locale.ROOT,
        "%srate %.2e  gradient %.3g  %.3g steps/s  %s left",
        lossAndGuarded(report),
        report.learningRate(),
        report.gradientNorm(),
        report.stepsPerSecond(),
        clock(report.remaining()));
  }

  /** The loss, where it is told, and what guards tell; each with two blanks behind it. */
  static String lossAndGuarded(StepReport report) {
    StringBuilder text = new StringBuilder();
    if (report.tellsLoss()) {
      text.append(String.format(Locale.ROOT, "loss %.4f  ", report.loss()));
    }
    report
        .guarded()
        .forEach((name, value) ->
            text.append(String.format(Locale.ROOT, "%s %.4g  ", name.replace('_', ' '), value)));
    return text.toString();
  }

  /** An evaluation in a line. */
  static String evaluation(EvaluationReport report) {
    String accuracy =
        report.accuracy().isPresent()
            ? String.format(
                Locale.ROOT, ", accuracy %.2f %%", 100 * report.accuracy().getAsDouble())
            : "";
    return String.format(
        Locale.ROOT,
        "evaluated after step %d: loss %.4f%s",
        report.step(),
        report.loss(),
        accuracy);
  }

  /** The last line of a run. */
  static String ending(RunResult result) {
    String accuracy =
        result.last().accuracy().isPresent()
            ? String.format(
                Locale.ROOT, ", accuracy %.2f %%", 100 * result.last().accuracy().getAsDouble())
            : "";
    return String.format(
        Locale.ROOT,
        "done after %d steps: loss %.4f%s; see %s",
        result.steps(),
        result.last().loss(),
        accuracy,
        result.runFolder());
  }

  /** Hours, minutes and seconds. */
  static String clock(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
