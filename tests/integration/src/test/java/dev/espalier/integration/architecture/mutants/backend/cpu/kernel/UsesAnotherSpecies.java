package dev.espalier.integration.architecture.mutants.backend.cpu.kernel;

import jdk.incubator.vector.FloatVector;

/** A mutant: vectors of a width of its own. */
final class UsesAnotherSpecies {
  int lanes() {
    return FloatVector.SPECIES_128.length();
  }
}
