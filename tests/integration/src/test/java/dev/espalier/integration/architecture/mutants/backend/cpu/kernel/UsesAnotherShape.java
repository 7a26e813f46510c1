package dev.espalier.integration.architecture.mutants.backend.cpu.kernel;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;

/** A mutant: a shape of its own. */
final class UsesAnotherShape {
  int lanes() {
    return IntVector.SPECIES_PREFERRED.withShape(VectorShape.S_128_BIT).length();
  }
}
