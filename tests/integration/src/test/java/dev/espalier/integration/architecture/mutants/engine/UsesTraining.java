package dev.espalier.integration.architecture.mutants.engine;

import dev.espalier.integration.architecture.mutants.training.Trainer;

/** A mutant: the arrow from engine to training points the wrong way. */
final class UsesTraining {
  Class<?> seen() {
    return Trainer.class;
  }
}
