package dev.espalier.integration.architecture.mutants.backend.cpu;

import jdk.incubator.vector.FloatVector;

/** A mutant: the Vector API outside the package of kernels. */
final class UsesVectors {
  Class<?> seen() {
    return FloatVector.class;
  }
}
