package dev.espalier.cli;

import dev.espalier.conformance.Conformance;
import dev.espalier.conformance.report.Report;
import dev.espalier.conformance.rule.Result;
import dev.espalier.conformance.rule.Suite;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.host.LoadedPlugin;
import java.util.ArrayList;
import java.util.List;

/** Tries rules with a person watching, and shows what came of it. */
final class ConformanceView {
  private static final int MOST_FAILURES = 20;
  private static final int MOST_PROBLEMS = 3;

  private final Console console;

  ConformanceView(Console console) {
    this.console = console;
  }

  /** The rules of plugins and of everything that they register. */
  static List<Suite<?>> suites(List<LoadedPlugin> plugins) {
    return plugins.stream()
        .map(LoadedPlugin::plugin)
        .<Suite<?>>flatMap(plugin -> Conformance.plugin(plugin).stream())
        .toList();
  }

  /** Runs suites and closes their subjects. */
  Report run(List<Suite<?>> suites, Tier tier) {
    List<Result> results = new ArrayList<>();
    int[] done = {0};
    try {
      for (Suite<?> suite : suites) {
        try {
          results.addAll(suite.run(tier, result -> progress(++done[0], result)));
        } finally {
          suite.subject().close();
        }
      }
    } finally {
      clearProgress();
    }
    return new Report(results);
  }

  private void progress(int done, Result result) {
    if (console.terminal() && done % 50 == 0) {
      console.err().printf("\r%-6s %,8d trials", result.rule().id(), done);
      console.err().flush();
    }
  }

  private void clearProgress() {
    if (console.terminal()) {
      console.err().print("\r                          \r");
      console.err().flush();
    }
  }

  /** The counts by rule, the first failures in detail, and the verdict as the last line. */
  static String text(Report report) {
    StringBuilder text = new StringBuilder();
    Table table = new Table();
    table.row("subject", "rule", "passed", "failed", "gaps", "not run");
    for (Report.Line line : report.lines()) {
      table.row(
          line.subject(),
          line.rule().id(),
          Integer.toString(line.count().passed()),
          Integer.toString(line.count().failed()),
          Integer.toString(line.count().knownGaps()),
          Integer.toString(line.count().notRun()));
    }
    text.append(table.lines(""));
    List<Result> failures = report.failures();
    for (Result failure : failures.subList(0, Math.min(MOST_FAILURES, failures.size()))) {
      text.append(
          "\n%s %s / %s\n".formatted(failure.rule().id(), failure.subject(), failure.trial()));
      failure.problems().stream()
          .limit(MOST_PROBLEMS)
          .forEach(problem -> text.append("  ").append(problem.replace("\n", "\n  ")).append('\n'));
    }
    if (failures.size() > MOST_FAILURES) {
      text.append("\nand ").append(failures.size() - MOST_FAILURES).append(" failures more\n");
    }
    report
        .notRun()
        .forEach((subject, reason) ->
            text.append(
                "\n%s: 0 of %,d trials run: %s\n"
                    .formatted(
                        subject,
                        report.bySubject().getOrDefault(subject, List.of()).size(),
                        reason)));
    Report.Count count = report.count();
    return text.append(
            "\n%s: %,d passed, %,d failed, %,d known gaps, %,d not run\n"
                .formatted(
                    verdict(report.conforms()),
                    count.passed(),
                    count.failed(),
                    count.knownGaps(),
                    count.notRun()))
        .toString();
  }

  /** The verdict in words. */
  static String verdict(boolean conforms) {
    return conforms ? "conforms" : "does not conform";
  }
}
