package dev.espalier.integration.architecture.mutants.training;

/** Stands for a class of training. */
public final class Trainer {
  private Trainer() {}
}
