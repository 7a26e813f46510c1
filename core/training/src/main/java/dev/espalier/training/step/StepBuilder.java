package dev.espalier.training.step;

/**
 * Makes the step of a run: a part of the trainer. One that wraps the optimizer, adds a gradient
 * estimator or trains in another way altogether takes the place of {@link #ordinary()}.
 */
@FunctionalInterface
public interface StepBuilder {
  /**
   * The mathematics of a run's steps.
   *
   * @param settings what the run file names, made and typed
   */
  StepFunction build(TrainingStep.Settings settings);

  /** An optimizer moves a model's parameters against its loss on the batch. */
  static StepBuilder ordinary() {
    return OptimizerStep::new;
  }
}
