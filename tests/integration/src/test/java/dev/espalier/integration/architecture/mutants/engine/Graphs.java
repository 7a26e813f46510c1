package dev.espalier.integration.architecture.mutants.engine;

/** Stands for a class of the engine. */
public final class Graphs {
  private Graphs() {}
}
