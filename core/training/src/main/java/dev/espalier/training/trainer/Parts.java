package dev.espalier.training.trainer;

import dev.espalier.training.checkpoint.Checkpointing;
import dev.espalier.training.data.Batching;
import dev.espalier.training.step.StepBuilder;

/**
 * The parts of a trainer. Each may be another; the loop that calls them stays.
 *
 * @param batching which examples a step sees
 * @param step what a step does
 * @param evaluation how the model is measured
 * @param checkpointing where checkpoints go and which are kept
 * @param reporting where the numbers go
 */
public record Parts(
    Batching batching,
    StepBuilder step,
    Evaluation evaluation,
    Checkpointing checkpointing,
    Reporting reporting) {

  /** Those that a run file means: what {@code espalier train} does. */
  public static Parts ordinary() {
    return new Parts(
        Batching.shuffled(),
        StepBuilder.ordinary(),
        Evaluation.onHeldOutExamples(),
        Checkpointing.inRunFolder(),
        Reporting.metricsLog());
  }
}
