package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;

/** Tells of an error: its three lines on stderr, and an event where a program reads. */
final class ErrorReport {
  private final Console console;
  private final boolean debug;
  private final boolean json;

  ErrorReport(Console console, boolean debug, boolean json) {
    this.console = console;
    this.debug = debug;
    this.json = json;
  }

  /** Tells, and gives the exit code. */
  int tell(Throwable thrown) {
    EspalierException error = asError(thrown);
    console.err().println(error.getMessage());
    if (debug) {
      thrown.printStackTrace(console.err());
    }
    if (json) {
      console
          .out()
          .println(
              Json.line(
                  Json.object(
                      "event", "error",
                      "code", error.code().text(),
                      "asked", error.asked(),
                      "found", error.found(),
                      "repair", error.repair())));
    }
    console.out().flush();
    console.err().flush();
    return ExitCode.of(error.code());
  }

  private static EspalierException asError(Throwable thrown) {
    return switch (thrown) {
      case EspalierException error -> error;
      case OutOfMemoryError _ ->
          new EspalierException(
              ErrorCode.OUT_OF_MEMORY,
              "memory for this command",
              String.valueOf(thrown.getMessage()),
              "make the model or the batch smaller, or give Java more:"
                  + " ESPALIER_JAVA_OPTIONS=-Xmx8g",
              thrown);
      default ->
          new EspalierException(
              ErrorCode.INTERNAL,
              "Espalier does what was asked",
              thrown.toString(),
              "this is a defect: run again with --debug and report what is printed",
              thrown);
    };
  }
}
