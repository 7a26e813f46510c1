package dev.espalier.integration.architecture.mutants.engine.one;

import dev.espalier.integration.architecture.mutants.engine.two.Second;

/** A mutant: half of a cycle of packages. */
public final class First {
  Class<?> seen() {
    return Second.class;
  }
}
