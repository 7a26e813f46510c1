package dev.espalier.conformance.report;

import dev.espalier.conformance.report.Report.Count;
import dev.espalier.training.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A report as JSON:
 *
 * <pre>
 * { "conforms": true, "passed": n, "failed": n, "known_gaps": n, "not_run": n,
 *   "rules":    [ { "subject", "rule", "statement", "passed", "failed", "known_gaps", "not_run" } ],
 *   "failures": [ { "subject", "rule", "trial", "problems": [ ] } ],
 *   "worst":    [ { "subject", "op", "dtype", "ulp", "bound", "where" } ],
 *   "reasons":  { SUBJECT: why it was not run } }
 * </pre>
 */
public final class JsonReport {
  private JsonReport() {}

  /** The report in one line. */
  public static String of(Report report) {
    return Json.line(values(report));
  }

  /** The report as plain values: maps, lists, texts, numbers and flags. */
  public static Map<String, Object> values(Report report) {
    Map<String, Object> top = counted(report.count());
    top.put("conforms", report.conforms());
    top.put(
        "rules",
        report.lines().stream()
            .map(line -> {
              Map<String, Object> rule = counted(line.count());
              rule.put("subject", line.subject());
              rule.put("rule", line.rule().id());
              rule.put("statement", line.rule().statement());
              return rule;
            })
            .toList());
    top.put(
        "failures",
        report.failures().stream()
            .map(result -> {
              Map<String, Object> failure = new LinkedHashMap<>();
              failure.put("subject", result.subject());
              failure.put("rule", result.rule().id());
              failure.put("trial", result.trial());
              failure.put("problems", result.problems());
              return failure;
            })
            .toList());
    top.put(
        "worst",
        report.worst().stream()
            .map(of -> {
              Map<String, Object> worst = new LinkedHashMap<>();
              worst.put("subject", of.subject());
              worst.put("op", of.measurement().op());
              worst.put("dtype", of.measurement().dtype().text());
              // JSON has no infinity; such a distance is a failure, which says more.
              worst.put("ulp", Math.min(of.measurement().ulp(), Double.MAX_VALUE));
              worst.put("bound", of.measurement().bound());
              worst.put("where", of.measurement().where());
              return worst;
            })
            .toList());
    top.put("reasons", report.notRun());
    return top;
  }

  private static Map<String, Object> counted(Count count) {
    Map<String, Object> counted = new LinkedHashMap<>();
    counted.put("passed", (long) count.passed());
    counted.put("failed", (long) count.failed());
    counted.put("known_gaps", (long) count.knownGaps());
    counted.put("not_run", (long) count.notRun());
    return counted;
  }
}
