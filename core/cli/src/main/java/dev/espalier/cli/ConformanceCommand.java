package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.conformance.Conformance;
import dev.espalier.conformance.report.HtmlReport;
import dev.espalier.conformance.report.JsonReport;
import dev.espalier.conformance.report.Report;
import dev.espalier.conformance.rule.KnownGaps;
import dev.espalier.conformance.rule.Suite;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.conformance.subject.BackendSubject;
import dev.espalier.host.PluginCatalog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    Report report = new ConformanceView(console).run(suites, tier);
    console.out().print(ConformanceView.text(report));
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
      return ConformanceView.suites(PluginCatalog.of(path).requireSound());
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
