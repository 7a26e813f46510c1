package dev.espalier.training.trainer;

import java.nio.file.Path;

/** Hears what happens in a run, in order and on the run's thread. */
public interface TrainingListener {
  /** The step is compiled; training begins. */
  void started(RunStart start);

  /** A step is done. */
  void stepped(StepReport report);

  /** The model was evaluated. */
  void evaluated(EvaluationReport report);

  /** A checkpoint is safely on disk. */
  void checkpointed(long step, Path where);

  /** Something worth knowing, in a sentence. */
  void note(String message);
}
