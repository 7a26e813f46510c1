package dev.espalier.conformance.report;

import dev.espalier.conformance.report.Report.Count;
import dev.espalier.conformance.report.Report.Line;
import dev.espalier.conformance.report.Report.Worst;
import dev.espalier.conformance.rule.Result;
import java.util.List;
import java.util.Locale;

/** A report as one page that needs nothing else: no script, no picture, no font. */
public final class HtmlReport {
  private static final int MOST_FAILURES = 200;

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --line: #8884; --good: #1a7f37; --bad: #cf222e; --gap: #9a6700 }
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
      h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2.5rem }
      table { border-collapse: collapse; width: 100% }
      th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top }
      td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
      .good { color: var(--good) } .bad { color: var(--bad); font-weight: 600 } .gap { color: var(--gap) }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #8881; padding: .6rem; border-radius: .3rem }
      .bar { background: #8883; border-radius: .2rem; width: 8rem; height: .7rem; display: inline-block }
      .bar span { background: var(--good); border-radius: .2rem; height: 100%; display: block }
      details { margin: .4rem 0 } summary { cursor: pointer }
      """;

  private HtmlReport() {}

  /**
   * The page.
   *
   * @param report the results
   * @param title what was tried, such as a backend's name
   */
  public static String of(Report report, String title) {
    StringBuilder page = new StringBuilder();
    page.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .append("<title>Conformance of ")
        .append(escaped(title))
        .append("</title><style>\n")
        .append(STYLE)
        .append("</style></head><body>\n<h1>Conformance of ")
        .append(escaped(title))
        .append("</h1>\n<p>")
        .append(summary(report))
        .append("</p>\n");
    report
        .notRun()
        .forEach((subject, reason) ->
            page.append("<p class=\"gap\">")
                .append(escaped(subject))
                .append(" was not run: ")
                .append(escaped(reason))
                .append("</p>\n"));
    failures(page, report.failures());
    subjects(page, report);
    worst(page, report.worst());
    return page.append("</body></html>\n").toString();
  }

  private static String summary(Report report) {
    Count count = report.count();
    String verdict =
        report.conforms()
            ? "<strong class=\"good\">It conforms.</strong> "
            : "<strong class=\"bad\">It does not conform.</strong> ";
    return verdict
        + "%,d trials passed, %,d failed, %,d are known gaps, %,d were not run."
            .formatted(count.passed(), count.failed(), count.knownGaps(), count.notRun());
  }

  private static void failures(StringBuilder page, List<Result> failures) {
    if (failures.isEmpty()) {
      return;
    }
    page.append("<h2>Failures</h2>\n");
    for (Result result : failures.subList(0, Math.min(MOST_FAILURES, failures.size()))) {
      page.append("<details open><summary><span class=\"bad\">")
          .append(result.rule().id())
          .append("</span> ")
          .append(escaped(result.subject() + " / " + result.trial()))
          .append("</summary><p>")
          .append(escaped(result.rule().statement()))
          .append("</p><pre>")
          .append(escaped(String.join("\n", result.problems())))
          .append("</pre></details>\n");
    }
    if (failures.size() > MOST_FAILURES) {
      page.append("<p>And ").append(failures.size() - MOST_FAILURES).append(" more.</p>\n");
    }
  }

  private static void subjects(StringBuilder page, Report report) {
    page.append("<h2>Rules</h2>\n");
    String open = "";
    for (Line line : report.lines()) {
      if (!line.subject().equals(open)) {
        page.append(open.isEmpty() ? "" : "</table></details>\n")
            .append("<details><summary>")
            .append(escaped(line.subject()))
            .append(mark(Count.of(report.bySubject().getOrDefault(line.subject(), List.of()))))
            .append("</summary>\n<table><tr><th>rule</th><th>statement</th>")
            .append("<th class=\"number\">passed</th><th class=\"number\">failed</th>")
            .append("<th class=\"number\">gaps</th><th class=\"number\">not run</th></tr>\n");
        open = line.subject();
      }
      page.append("<tr><td>")
          .append(line.rule().id())
          .append("</td><td>")
          .append(escaped(line.rule().statement()))
          .append("</td>")
          .append(number(line.count().passed(), "good"))
          .append(number(line.count().failed(), "bad"))
          .append(number(line.count().knownGaps(), "gap"))
          .append(number(line.count().notRun(), "gap"))
          .append("</tr>\n");
    }
    page.append(open.isEmpty() ? "" : "</table></details>\n");
  }

  private static String mark(Count count) {
    String text = " &mdash; %,d of %,d passed".formatted(count.passed(), count.total());
    return count.failed() > 0 ? "<span class=\"bad\">" + text + "</span>" : text;
  }

  private static String number(int value, String kind) {
    String shown = value == 0 ? "" : "%,d".formatted(value);
    return "<td class=\"number " + kind + "\">" + shown + "</td>";
  }

  private static void worst(StringBuilder page, List<Worst> worst) {
    if (worst.isEmpty()) {
      return;
    }
    page.append("<h2>Largest distances from the exact value</h2>\n")
        .append(
            "<p>In units in the last place of the element type; what is exact is left out, and ")
        .append("so is what lies within the absolute bound.</p>\n<table><tr><th>subject</th>")
        .append("<th>operation</th><th>type</th><th class=\"number\">distance</th>")
        .append("<th class=\"number\">bound</th><th></th><th>where</th></tr>\n");
    for (Worst of : worst) {
      double share = of.measurement().ulp() / of.measurement().bound();
      page.append("<tr><td>")
          .append(escaped(of.subject()))
          .append("</td><td>")
          .append(escaped(of.measurement().op()))
          .append("</td><td>")
          .append(of.measurement().dtype().text())
          .append("</td><td class=\"number\">")
          .append(String.format(Locale.ROOT, "%.0f", of.measurement().ulp()))
          .append("</td><td class=\"number\">")
          .append(String.format(Locale.ROOT, "%.0f", of.measurement().bound()))
          .append("</td><td><span class=\"bar\"><span style=\"width:")
          .append(String.format(Locale.ROOT, "%.0f", 100 * Math.clamp(share, 0, 1)))
          .append("%\"></span></span></td><td>")
          .append(escaped(of.measurement().where()))
          .append("</td></tr>\n");
    }
    page.append("</table>\n");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
