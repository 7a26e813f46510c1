package dev.espalier.training.trainer;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One step.
 *
 * @param step how many steps are done, from 1
 * @param totalSteps steps that the whole run takes
 * @param epoch how often the training data was seen, with its fraction
 * @param loss the mean loss of the step's batch, before its update; NaN where it is not to be told
 * @param learningRate the rate of this step
 * @param gradientNorm the gradient's L2 norm before clipping
 * @param report further numbers of the step, by name
 * @param guarded what the run's guards tell, by name, such as a budget that was spent
 * @param stepsPerSecond the recent speed
 * @param remaining time left at that speed
 */
public record StepReport(
    long step,
    long totalSteps,
    double epoch,
    double loss,
    double learningRate,
    double gradientNorm,
    Map<String, Double> report,
    Map<String, Double> guarded,
    double stepsPerSecond,
    Duration remaining) {
  /** Copies the maps, keeping their order. */
  public StepReport {
    report = Collections.unmodifiableMap(new LinkedHashMap<>(report));
    guarded = Collections.unmodifiableMap(new LinkedHashMap<>(guarded));
  }

  /** Whether the loss may be told: a guarded run's that is NaN is withheld. */
  public boolean tellsLoss() {
    return guarded.isEmpty() || !Double.isNaN(loss);
  }
}
