package dev.espalier.training.trainer;

import java.nio.file.Path;

/**
 * Hears what happens in a run, in order and on the run's thread. What it throws ends the run, whose
 * last checkpoint stays.
 */
public interface TrainingListener {
  /** The step is traced and the run's folder is open; training begins. */
  default void started(RunStart start) {}

  /** A step is done. */
  default void stepped(StepReport report) {}

  /** The model was evaluated. */
  default void evaluated(EvaluationReport report) {}

  /**
   * A checkpoint is about to be written. What was heard up to here has to survive whatever the
   * checkpoint survives: a run that goes on from it does not tell it again.
   */
  default void checkpointing(long step) {}

  /** A checkpoint is safely where it belongs. */
  default void checkpointed(long step, Path where) {}

  /** Something worth knowing, in a sentence. */
  default void note(String message) {}

  /** One that does nothing. */
  static TrainingListener silent() {
    return new TrainingListener() {};
  }
}
