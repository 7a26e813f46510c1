package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.conformance.Conformance;
import dev.espalier.conformance.report.HtmlReport;
import dev.espalier.conformance.report.JsonReport;
import dev.espalier.conformance.report.Report;
import dev.espalier.conformance.rule.KnownGaps;
import dev.espalier.conformance.rule.Result;
import dev.espalier.conformance.rule.Suite;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.conformance.subject.BackendSubject;
import dev.espalier.host.LoadedPlugin;
import dev.espalier.host.PluginCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The conformance rules, without writing a class. */
@Command(
    name = "conformance",
    description = "Holds backends and plugins against the conformance rules.",
    synopsisSubcommandLabel = "COMMAND")
final class ConformanceCommand {
  private static final int MOST_FAILURES = 20;

  private final Console console;

  ConformanceCommand(Console console) {
    this.console = console;
  }

  /** What is tried: one of these. */
  static final class Subject {
    @Option(
        names = "--backend",
        paramLabel = "NAME",
        description = "A backend; 'reference' is the interpreter that the others are held against.")
    @Nullable String backend;

    @Option(
        names = "--plugin",
        paramLabel = "PATH",
        description = "A plugin's jar, or a folder of jars, with all that it registers.")
    @Nullable Path plugin;

    @Option(names = "--engine", description = "The engine's transformations.")
    boolean engine;
  }

  @Command(
      name = "run",
      description = "Tries every rule; exit code 1 where one fails.",
      sortOptions = false)
  int run(
      @ArgGroup(multiplicity = "1") Subject subject,
      @Option(names = "--quick", description = "What most faults show at: seconds, not minutes.")
          boolean quick,
      @Option(
              names = "--require",
              description = "A backend that cannot run here is a failure, not left out.")
          boolean require,
      @Option(names = "--json", paramLabel = "FILE", description = "Writes a report as JSON.")
          @Nullable Path json,
      @Option(names = "--html", paramLabel = "FILE", description = "Writes a report as a page.")
          @Nullable Path html,
      @Mixin PluginOptions plugins) {
    Tier tier = quick ? Tier.QUICK : Tier.FULL;
    List<Suite<?>> suites = suites(subject, plugins);
    List<Result> results = new ArrayList<>();
    int[] done = {0};
    for (Suite<?> suite : suites) {
      try {
        results.addAll(suite.run(tier, result -> progress(++done[0], result)));
      } finally {
        suite.subject().close();
      }
    }
    Report report = new Report(results);
    clearProgress();
    console.out().print(text(report));
    console.out().flush();
    String title = String.join(", ", report.bySubject().keySet());
    write(json, JsonReport.of(report) + "\n");
    write(html, HtmlReport.of(report, title));
    boolean missing = require && !report.notRun().isEmpty();
    return report.conforms() && !missing ? ExitCode.DONE : ExitCode.FAILURE;
  }

  private static List<Suite<?>> suites(Subject subject, PluginOptions plugins) {
    if (subject.engine) {
      return List.of(Conformance.engine());
    }
    Path path = subject.plugin;
    if (path != null) {
      return PluginCatalog.of(path).requireSound().stream()
          .map(LoadedPlugin::plugin)
          .<Suite<?>>flatMap(plugin -> Conformance.plugin(plugin).stream())
          .toList();
    }
    String name = String.valueOf(subject.backend);
    if (name.equals("reference")) {
      return List.of(Conformance.reference());
    }
    return List.of(
        Conformance.backend(
            new BackendSubject(
                name,
                plugins.start().extensions().create(ExtensionPoint.BACKEND, name, Map.of()),
                KnownGaps.NONE)));
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

  private static String text(Report report) {
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
          "\n%s %s / %s%n"
              .formatted(failure.rule().id(), failure.subject(), failure.trial())
              .replace(System.lineSeparator(), "\n"));
      failure.problems().stream()
          .limit(3)
          .forEach(problem -> text.append("  ").append(problem.replace("\n", "\n  ")).append('\n'));
    }
    if (failures.size() > MOST_FAILURES) {
      text.append("\nand ").append(failures.size() - MOST_FAILURES).append(" failures more\n");
    }
    Report.Count count = report.count();
    report
        .notRun()
        .forEach((subject, reason) ->
            text.append(
                "\n%s: 0 of %,d trials run: %s\n"
                    .formatted(
                        subject,
                        report.bySubject().getOrDefault(subject, List.of()).size(),
                        reason)));
    return text.append(
            "\n%s: %,d passed, %,d failed, %,d known gaps, %,d not run\n"
                .formatted(
                    report.conforms() ? "conforms" : "does not conform",
                    count.passed(),
                    count.failed(),
                    count.knownGaps(),
                    count.notRun()))
        .toString();
  }

  private static void write(@Nullable Path file, String text) {
    if (file == null) {
      return;
    }
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.IO_FAILURE,
          "a report is written to " + file,
          e.toString(),
          "choose another file",
          e);
    }
  }
}
