package dev.espalier.integration.architecture.mutants.engine.two;

import dev.espalier.integration.architecture.mutants.engine.one.First;

/** A mutant: the other half. */
public final class Second {
  Class<?> seen() {
    return First.class;
  }
}
