package dev.espalier.cli;

import dev.espalier.api.backend.BackendProvider.Probe;
import dev.espalier.api.backend.BackendProvider.Unusable;
import dev.espalier.api.backend.BackendProvider.Usable;
import dev.espalier.host.BackendSelection.Candidate;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which backends can run here. */
@Command(
    name = "backends",
    description = "Lists the backends, best first, and why one cannot run here.")
final class BackendsCommand implements Callable<Integer> {
  private final Console console;

  @Mixin PluginOptions plugins = new PluginOptions();

  @Option(names = "--json", description = "As one line of JSON.")
  boolean json;

  BackendsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<Candidate> candidates = plugins.start().backends().candidates();
    if (json) {
      console.out().println(Json.line(candidates.stream().map(BackendsCommand::asJson).toList()));
    } else {
      Table table = new Table();
      candidates.forEach(
          c -> table.row(c.name(), asText(c.probe()) + (c.byNameOnly() ? " (by name only)" : "")));
      console.out().print(table.lines(""));
    }
    console.out().flush();
    return ExitCode.DONE;
  }

  private static String asText(Probe probe) {
    return switch (probe) {
      case Usable(String description) -> "usable: " + description;
      case Unusable(String reason, String repair) -> "not usable: " + reason + "; " + repair;
    };
  }

  private static Object asJson(Candidate candidate) {
    return switch (candidate.probe()) {
      case Usable(String description) ->
          Json.object(
              "name",
              candidate.name(),
              "usable",
              true,
              "description",
              description,
              "by_name_only",
              candidate.byNameOnly());
      case Unusable(String reason, String repair) ->
          Json.object(
              "name",
              candidate.name(),
              "usable",
              false,
              "reason",
              reason,
              "repair",
              repair,
              "by_name_only",
              candidate.byNameOnly());
    };
  }
}
