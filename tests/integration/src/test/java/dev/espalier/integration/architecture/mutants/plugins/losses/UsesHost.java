package dev.espalier.integration.architecture.mutants.plugins.losses;

import dev.espalier.integration.architecture.mutants.host.Binder;

/** A mutant: a plugin sees more than the API. */
final class UsesHost {
  Class<?> seen() {
    return Binder.class;
  }
}
