package dev.espalier.conformance.rule;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.conformance.numerics.Bound;
import dev.espalier.conformance.numerics.Closeness;
import java.util.ArrayList;
import java.util.List;

/** What a trial finds: problems, and distances that were measured. */
public final class Findings {
  private final List<String> problems = new ArrayList<>();
  private final List<Measurement> measurements = new ArrayList<>();

  /** Nothing found yet. */
  public Findings() {}

  /** What is wrong, in words that name both values and the bound. */
  public void problem(String text) {
    problems.add(text);
  }

  /** A problem, unless something holds. */
  public void require(boolean holds, String problem) {
    if (!holds) {
      problem(problem);
    }
  }

  /** A distance. */
  public void measured(Measurement measurement) {
    measurements.add(measurement);
  }

  /**
   * Compares an array with what it should be, notes the largest distance and, outside the bound,
   * the worst elements with both values.
   *
   * @param op what was computed, for the report of distances
   * @param what what is compared, for people
   */
  public void compare(String op, String what, NdArray found, NdArray expected, Bound bound) {
    Closeness.Report report = Closeness.compare(found, expected, bound);
    if (found.type().dtype().isFloat() && report.problem().isEmpty()) {
      report
          .farthest()
          .ifPresent(e ->
              measured(
                  new Measurement(
                      op,
                      found.type().dtype(),
                      e.ulp(),
                      bound.ulp(),
                      what + " [" + e.index() + "]: " + e.found() + " for " + e.expected())));
    }
    require(report.holds(), what + ": " + report);
  }

  /** Requires that something is refused with a code. */
  public void refused(String what, ErrorCode code, Action action) {
    try {
      action.run();
    } catch (EspalierException e) {
      require(
          e.code() == code,
          what
              + " is refused as "
              + e.code().text()
              + " rather than "
              + code.text()
              + ": "
              + e.getMessage());
      return;
    } catch (Exception | LinkageError | OutOfMemoryError | StackOverflowError e) {
      problem(what + " ends in " + e + " rather than in an error of code " + code.text());
      return;
    }
    problem(what + " is not refused, with code " + code.text());
  }

  /** Something that may throw. */
  @FunctionalInterface
  public interface Action {
    /** Does it. */
    void run() throws Exception;
  }

  /** The problems so far. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /** The distances so far. */
  public List<Measurement> measurements() {
    return List.copyOf(measurements);
  }
}
