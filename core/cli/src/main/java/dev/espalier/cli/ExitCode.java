package dev.espalier.cli;

import dev.espalier.api.ErrorCode;

/** How the program ends. */
final class ExitCode {
  /** What was asked for is done. */
  static final int DONE = 0;

  /** The request was fine and could not be carried out. */
  static final int FAILURE = 1;

  /** The request is wrong. */
  static final int USAGE = 2;

  private ExitCode() {}

  static int of(ErrorCode code) {
    return switch (code.category()) {
      case USAGE -> USAGE;
      case FAILURE -> FAILURE;
    };
  }
}
