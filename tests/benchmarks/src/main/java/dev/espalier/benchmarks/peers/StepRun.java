package dev.espalier.benchmarks.peers;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.benchmarks.Figures;
import dev.espalier.benchmarks.Installation;
import dev.espalier.benchmarks.RandomValues;
import dev.espalier.benchmarks.RunningStep;
import dev.espalier.benchmarks.TrainingSteps;
import dev.espalier.training.step.Precision;
import dev.espalier.training.step.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A training step that is timed.
 *
 * @param name the step's name
 * @param precision what its products take
 * @param threads the backend's threads
 * @param products the plugin that multiplies matrices; empty for the backend itself
 * @param seconds for how long, from the end of the first step; the second half counts
 * @param start when the program began, in the clock of {@link System#nanoTime}
 */
record StepRun(
    String name,
    Precision precision,
    int threads,
    Optional<String> products,
    double seconds,
    long start) {
  /** However slow a step is, so many count. */
  private static final int FEWEST = 3;

  /** Runs it. */
  StepReport report() {
    Installation installation = Installation.discover();
    long building = System.nanoTime();
    TrainingStep step = new TrainingSteps(installation.extensions()).build(name, precision);
    RandomValues random = RandomValues.normal(TrainingSteps.classes(name));
    try (Backend backend = installation.openCpu(threads, products);
        RunningStep running = new RunningStep(step, backend, random)) {
      double buildMs = (System.nanoTime() - building) / 1e6;
      double firstStepMs = running.milliseconds();
      long first = System.nanoTime();
      OptionalDouble startToFirstStepS = OwnProcess.secondsSinceStart();
      List<Double> times = new ArrayList<>();
      while (times.size() < FEWEST || System.nanoTime() - first < seconds * 1e9) {
        boolean counts = System.nanoTime() - first >= seconds * 0.5e9;
        double ms = running.milliseconds();
        if (counts) {
          times.add(ms);
        }
      }
      return new StepReport(
          "JDK " + System.getProperty("java.version"),
          step.parameterTypes().leaves().stream().mapToLong(type -> type.shape().size()).sum(),
          times.size(),
          finite(running.loss()),
          Figures.median(times),
          Figures.quantile(times, 0.25),
          Figures.quantile(times, 0.75),
          OptionalDouble.of(buildMs),
          firstStepMs,
          (first - start) / 1e9,
          startToFirstStepS,
          OwnProcess.peakMegabytes());
    }
  }

  private double finite(double loss) {
    if (Double.isFinite(loss)) {
      return loss;
    }
    throw new EspalierException(
        ErrorCode.NOT_FINITE,
        "the loss of " + name + " stays finite",
        "" + loss,
        "a defect: report it with the machine's processor");
  }
}
