package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.training.ExampleSampling;
import dev.espalier.training.data.BatchSource;
import dev.espalier.training.step.StepFunction;

/** Whether a step's examples are drawn as it needs. */
final class SampledAsNeeded {
  private SampledAsNeeded() {}

  /**
   * Refuses a step whose examples would be drawn otherwise, or that holds batches which are.
   *
   * @throws EspalierException MISSING_NEED
   */
  static void require(StepFunction step, BatchSource batches) {
    ExampleSampling needed = step.sampling();
    if (needed == ExampleSampling.ANY) {
      return;
    }
    if (!step.batches().isEmpty()) {
      throw new EspalierException(
          ErrorCode.MISSING_NEED,
          "a step that accounts for its examples holds its own batch alone",
          "one that holds " + step.batches(),
          "use an optimizer that asks about no other batch");
    }
    if (!batches.sampling().serves(needed) && !batches.unaccounted()) {
      throw new EspalierException(
          ErrorCode.MISSING_NEED,
          "examples drawn by " + text(needed) + ", which the gradient estimator accounts for",
          "examples drawn " + text(batches.sampling()),
          "set 'sampling: poisson' in the run file; or, where the budget that is told need not"
              + " hold, 'sampling: shuffled-not-what-the-accountant-assumes'");
    }
  }

  private static String text(ExampleSampling sampling) {
    return switch (sampling) {
      case ANY -> "in the order of shuffled epochs or otherwise";
      case POISSON -> "Poisson sampling from the run's seed";
      case SECRET_POISSON -> "Poisson sampling from a secure generator";
    };
  }

  /**
   * Refuses a step that asks for a number of examples: those are drawn without replacement.
   *
   * @throws EspalierException MISSING_NEED
   */
  static void requireNotAsking(StepFunction step, BatchSource batches) {
    if (step.sampling() != ExampleSampling.ANY || batches.expected().isPresent()) {
      throw new EspalierException(
          ErrorCode.MISSING_NEED,
          "a step that takes the examples that Poisson sampling draws",
          "one that asks for a number of them, or for the same again",
          "use an optimizer that asks for no batch, or leave sampling away");
    }
  }
}
