package dev.espalier.integration.architecture.mutants.plugins.losses;

import dev.espalier.integration.architecture.mutants.plugins.optimizers.Adam;

/** A mutant: one family of plugins uses another. */
final class UsesOptimizers {
  Class<?> seen() {
    return Adam.class;
  }
}
