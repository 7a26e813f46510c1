package dev.espalier.conformance.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A subject and the rules it is held against.
 *
 * @param <S> the kind of subject
 * @param subject the subject
 * @param checks the checks of the rules
 * @param unavailable why nothing can be run here; empty where it can
 */
public record Suite<S extends Subject>(
    S subject, List<Check<? super S>> checks, Optional<String> unavailable) {
  public Suite {
    checks = List.copyOf(checks);
  }

  /** A suite that can run here. */
  public static <S extends Subject> Suite<S> of(S subject, List<Check<? super S>> checks) {
    return new Suite<>(subject, checks, Optional.empty());
  }

  /**
   * A trial that is still to be run.
   *
   * @param subject whose
   * @param rule of which rule
   * @param trial what is tried
   * @param unavailable why it cannot be run here
   */
  public record Planned(Subject subject, Rule rule, Trial trial, Optional<String> unavailable) {
    /** Runs it. */
    public Result run() {
      if (unavailable.isPresent()) {
        return result(Result.Status.NOT_RUN, List.of(unavailable.get()), List.of());
      }
      Findings findings = new Findings();
      try {
        trial.body().run(findings);
      } catch (Exception
          | LinkageError
          | AssertionError
          | StackOverflowError
          | OutOfMemoryError e) {
        findings.problem("it throws " + explain(e));
      }
      boolean known = subject.gaps().of(rule.id(), subject.name(), trial.name()).isPresent();
      List<String> problems = findings.problems();
      if (known && problems.isEmpty()) {
        return result(
            Result.Status.GAP_CLOSED,
            List.of("it is listed as a known gap and passes: remove the line"),
            findings.measurements());
      }
      Result.Status status =
          problems.isEmpty()
              ? Result.Status.PASSED
              : known ? Result.Status.KNOWN_GAP : Result.Status.FAILED;
      return result(status, problems, findings.measurements());
    }

    private Result result(
        Result.Status status, List<String> problems, List<Measurement> measurements) {
      return new Result(subject.name(), rule, trial.name(), status, problems, measurements);
    }

    private static String explain(Throwable thrown) {
      StackTraceElement[] trace = thrown.getStackTrace();
      return thrown + (trace.length == 0 ? "" : " at " + trace[0]);
    }
  }

  /** The trials of one check. */
  public Stream<Planned> planned(Check<? super S> check, Tier tier) {
    Rule rule = RuleBook.standard().rule(check.rule());
    return check.trials().of(subject, tier).map(t -> new Planned(subject, rule, t, unavailable));
  }

  /** Runs every trial; each result is told as it comes. */
  public List<Result> run(Tier tier, Consumer<Result> listener) {
    List<Result> results = new ArrayList<>();
    for (Check<? super S> check : checks) {
      planned(check, tier)
          .forEach(planned -> {
            Result result = planned.run();
            results.add(result);
            listener.accept(result);
          });
    }
    return List.copyOf(results);
  }
}
