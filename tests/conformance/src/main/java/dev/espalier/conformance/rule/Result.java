package dev.espalier.conformance.rule;

import java.util.List;

/**
 * What came of a trial.
 *
 * @param subject the subject's name
 * @param rule the rule
 * @param trial the trial's name
 * @param status how it ended
 * @param problems what is wrong, or why it did not run; empty where it passed
 * @param measurements distances that were measured
 */
public record Result(
    String subject,
    Rule rule,
    String trial,
    Status status,
    List<String> problems,
    List<Measurement> measurements) {
  /** How a trial ends. */
  public enum Status {
    /** Nothing is wrong. */
    PASSED,
    /** Something is wrong. */
    FAILED,
    /** Something is wrong, and the subject's author says so. */
    KNOWN_GAP,
    /** Nothing is wrong, though the subject's author says so: the known gap is to be removed. */
    GAP_CLOSED,
    /** The subject cannot run here. */
    NOT_RUN;

    /** Whether the subject conforms all the same. */
    public boolean conforms() {
      return this == PASSED || this == KNOWN_GAP || this == NOT_RUN;
    }
  }

  public Result {
    problems = List.copyOf(problems);
    measurements = List.copyOf(measurements);
  }

  @Override
  public String toString() {
    return rule.id() + " " + subject + " / " + trial + ": " + status + " " + problems;
  }
}
