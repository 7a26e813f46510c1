package dev.espalier.cli;

import java.io.PrintStream;
import java.util.Optional;

/**
 * Where a command writes.
 *
 * @param out results
 * @param err errors, and the progress bar
 * @param terminal whether a person watches
 */
record Console(PrintStream out, PrintStream err, boolean terminal) {
  /** The process's own. */
  static Console system() {
    boolean terminal =
        Optional.ofNullable(System.console()).map(java.io.Console::isTerminal).orElse(false);
    return new Console(System.out, System.err, terminal);
  }
}
