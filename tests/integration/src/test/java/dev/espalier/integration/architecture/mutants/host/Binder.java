package dev.espalier.integration.architecture.mutants.host;

/** Stands for a class of the host. */
public final class Binder {
  private Binder() {}
}
