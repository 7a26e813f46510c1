package dev.espalier.integration.architecture.mutants.plugins.losses;

import jakarta.inject.Inject;

/** A plugin that wants to be injected. */
final class UsesInject {
  @Inject
  UsesInject() {}
}
