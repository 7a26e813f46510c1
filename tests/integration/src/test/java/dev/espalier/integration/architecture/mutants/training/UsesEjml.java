package dev.espalier.integration.architecture.mutants.training;

import org.ejml.data.DMatrixRMaj;

/** A mutant: EJML outside the engine. */
final class UsesEjml {
  Class<?> seen() {
    return DMatrixRMaj.class;
  }
}
