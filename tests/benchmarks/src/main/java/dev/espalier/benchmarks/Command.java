package dev.espalier.benchmarks;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.io.PrintStream;
import java.util.List;

/** What a main of the benchmarks does. */
@FunctionalInterface
public interface Command {
  /** Carries out the command. */
  void run(List<String> arguments, PrintStream out, PrintStream err);

  /**
   * Carries out the command and gives its exit code: 0, or, with the error in words and without a
   * stack trace, 2 where the request is wrong and 1 where it could not be carried out.
   */
  default int exitCode(String[] arguments, PrintStream out, PrintStream err) {
    try {
      run(List.of(arguments), out, err);
      return 0;
    } catch (EspalierException e) {
      err.println(e.getMessage());
      return e.code().category() == ErrorCode.Category.USAGE ? 2 : 1;
    }
  }
}
