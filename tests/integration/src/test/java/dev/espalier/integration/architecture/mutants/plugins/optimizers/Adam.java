package dev.espalier.integration.architecture.mutants.plugins.optimizers;

/** Stands for a plugin of another family. */
public final class Adam {
  private Adam() {}
}
