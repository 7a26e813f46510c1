package dev.espalier.conformance.report;

import dev.espalier.conformance.rule.Measurement;
import dev.espalier.conformance.rule.Result;
import dev.espalier.conformance.rule.Result.Status;
import dev.espalier.conformance.rule.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Results of trials, by subject and rule, and the largest distances by operation and element type.
 *
 * @param results in the order in which they came
 */
public record Report(List<Result> results) {
  public Report {
    results = List.copyOf(results);
  }

  /** How many trials ended in which way. */
  public record Count(int passed, int failed, int knownGaps, int notRun) {
    static Count of(List<Result> results) {
      int[] by = new int[4];
      for (Result result : results) {
        by[
            switch (result.status()) {
              case PASSED -> 0;
              case FAILED, GAP_CLOSED -> 1;
              case KNOWN_GAP -> 2;
              case NOT_RUN -> 3;
            }]++;
      }
      return new Count(by[0], by[1], by[2], by[3]);
    }

    /** All of them. */
    public int total() {
      return passed + failed + knownGaps + notRun;
    }
  }

  /** A rule on a subject. */
  public record Line(String subject, Rule rule, Count count) {}

  /** Whether nothing failed. */
  public boolean conforms() {
    return results.stream().allMatch(result -> result.status().conforms());
  }

  /** How all trials ended. */
  public Count count() {
    return Count.of(results);
  }

  /** The trials that failed. */
  public List<Result> failures() {
    return results.stream().filter(result -> !result.status().conforms()).toList();
  }

  /** Why subjects were not run, by subject. */
  public Map<String, String> notRun() {
    Map<String, String> reasons = new LinkedHashMap<>();
    for (Result result : results) {
      if (result.status() == Status.NOT_RUN) {
        reasons.putIfAbsent(result.subject(), String.join("; ", result.problems()));
      }
    }
    return reasons;
  }

  /** The results of each subject, in order. */
  public Map<String, List<Result>> bySubject() {
    Map<String, List<Result>> bySubject = new LinkedHashMap<>();
    for (Result result : results) {
      bySubject.computeIfAbsent(result.subject(), _ -> new ArrayList<>()).add(result);
    }
    return bySubject;
  }

  /** Every rule on every subject, in order. */
  public List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    bySubject()
        .forEach((subject, all) -> {
          Map<Rule, List<Result>> byRule = new LinkedHashMap<>();
          all.forEach(r -> byRule.computeIfAbsent(r.rule(), _ -> new ArrayList<>()).add(r));
          byRule.forEach((rule, of) -> lines.add(new Line(subject, rule, Count.of(of))));
        });
    return lines;
  }

  /** A subject's largest distance of an operation in an element type. */
  public record Worst(String subject, Measurement measurement) {}

  /** The largest distances, by subject, operation and element type; exact results are left out. */
  public List<Worst> worst() {
    Map<String, Worst> worst = new TreeMap<>();
    for (Result result : results) {
      for (Measurement m : result.measurements()) {
        String key = result.subject() + " " + m.op() + " " + m.dtype().text();
        Worst before = worst.get(key);
        if (m.ulp() > 0 && (before == null || before.measurement().ulp() < m.ulp())) {
          worst.put(key, new Worst(result.subject(), m));
        }
      }
    }
    return List.copyOf(worst.values());
  }
}
