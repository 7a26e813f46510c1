package dev.espalier.integration.architecture.mutants.cli;

import com.google.inject.Injector;

/** A mutant: Guice outside the host. */
final class UsesGuice {
  Class<?> seen() {
    return Injector.class;
  }
}
