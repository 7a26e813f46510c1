package dev.espalier.integration.architecture.mutants.host;

import picocli.CommandLine;

/** A mutant: the command line outside cli. */
final class UsesPicocli {
  Class<?> seen() {
    return CommandLine.class;
  }
}
