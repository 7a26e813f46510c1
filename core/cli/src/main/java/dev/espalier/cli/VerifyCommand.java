package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.conformance.report.JsonReport;
import dev.espalier.conformance.report.Report;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.host.KeptReport;
import dev.espalier.host.PluginCatalog;
import dev.espalier.host.PluginFacts;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a plugin is, can do and does right, before it is trusted. */
@Command(
    name = "verify",
    description = {
      "Shows what a plugin's file is, what its code can do, what it registers, and whether it"
          + " holds the conformance rules; exit code 1 where it does not.",
      "What the file is and what its code can do is read without loading it. To try the rules"
          + " runs its code, with every right that this program has; --without-running does not."
    })
final class VerifyCommand implements Callable<Integer> {
  private final Console console;
  private final InstantSource clock;

  @Parameters(paramLabel = "PATH", description = "The plugin's jar, or its folder of jars.")
  Path path = Path.of("");

  @Option(names = "--quick", description = "What most faults show at: seconds, not minutes.")
  boolean quick;

  @Option(
      names = "--keep",
      description = "Keep the report as PATH.conformance.json; 'plugins describe' then tells it.")
  boolean keep;

  @Option(
      names = "--without-running",
      description = "Show only what can be read: none of its code runs, and no rule is tried.")
  boolean withoutRunning;

  @Option(names = "--json", description = "As one line of JSON.")
  boolean json;

  VerifyCommand(Console console, InstantSource clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    PluginFacts facts = PluginFacts.of(path);
    if (withoutRunning) {
      console
          .out()
          .print(
              json ? Json.line(VerificationJson.of(facts)) + "\n" : VerificationText.facts(facts));
      console.out().flush();
      return ExitCode.DONE;
    }
    if (!json) {
      // Before any of its code runs.
      console.out().println(VerificationText.facts(facts));
      console.out().flush();
    }
    Verification verification = verify(facts);
    console
        .out()
        .print(
            json
                ? Json.line(VerificationJson.of(verification)) + "\n"
                : VerificationText.tried(verification));
    console.out().flush();
    return verification.conforms() ? ExitCode.DONE : ExitCode.FAILURE;
  }

  private Verification verify(PluginFacts facts) {
    Tier tier = quick ? Tier.QUICK : Tier.FULL;
    try (PluginCatalog plugin = PluginCatalog.of(path);
        PluginCatalog program = PluginCatalog.discover()) {
      List<Verification.Loaded> loaded = Verification.loaded(plugin, program);
      Optional<Report> report =
          loaded.isEmpty() ? Optional.empty() : Optional.of(tried(plugin, tier));
      requireUnchanged(facts);
      return new Verification(
          facts,
          loaded,
          plugin.quarantined(),
          tier,
          report,
          keep ? report.map(tried -> keep(facts, tier, tried)) : Optional.empty());
    }
  }

  /** A fault of the plugin that is no rule's finding is told as its fault. */
  private Report tried(PluginCatalog plugin, Tier tier) {
    try {
      return new ConformanceView(console).run(ConformanceView.suites(plugin.loaded()), tier);
    } catch (EspalierException known) {
      throw known;
    } catch (RuntimeException | LinkageError thrown) {
      Optional<EspalierException> fault = plugin.faultOf(thrown);
      if (fault.isPresent()) {
        throw fault.get();
      }
      throw thrown;
    }
  }

  /** What is told of a file has to be true of the file that was tried. */
  private void requireUnchanged(PluginFacts facts) {
    String now = PluginFacts.sha256Of(path);
    if (!now.equals(facts.sha256())) {
      throw new EspalierException(
          ErrorCode.PLUGIN_MISMATCH,
          path + " stays as it is while it is tried",
          "its SHA-256 was " + facts.sha256() + " and is now " + now,
          "try it again when nobody writes to it");
    }
  }

  private Path keep(PluginFacts facts, Tier tier, Report report) {
    return KeptReport.write(
        path,
        facts.sha256(),
        Verification.text(tier),
        LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC),
        JsonReport.values(report));
  }
}
