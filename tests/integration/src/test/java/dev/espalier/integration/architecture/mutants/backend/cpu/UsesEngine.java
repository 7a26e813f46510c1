package dev.espalier.integration.architecture.mutants.backend.cpu;

import dev.espalier.integration.architecture.mutants.engine.Graphs;

/** A mutant: a backend sees more than the API. */
final class UsesEngine {
  Class<?> seen() {
    return Graphs.class;
  }
}
