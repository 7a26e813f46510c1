package dev.espalier.integration.architecture.mutants.backend.cpu;

import java.lang.foreign.Linker;

/** A mutant: native code outside the package of machine code. */
final class UsesNativeCode {
  Class<?> seen() {
    return Linker.class;
  }
}
