package dev.espalier.cli;

import dev.espalier.host.Contested;
import dev.espalier.host.Host;
import dev.espalier.host.PluginCatalog;
import dev.espalier.host.Quarantined;
import dev.espalier.host.Registration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the plugins offer. */
@Command(
    name = "plugins",
    description = "Shows what the plugins offer.",
    synopsisSubcommandLabel = "COMMAND")
final class PluginsCommand {
  private final Console console;

  PluginsCommand(Console console) {
    this.console = console;
  }

  /** The command with its subcommands. */
  static CommandLine line(Console console) {
    return new CommandLine(new PluginsCommand(console))
        .addSubcommand(new DescribeCommand(console))
        .addSubcommand(new CiteCommand(console))
        .addSubcommand(new DocumentCommand(console));
  }

  @Command(
      name = "list",
      description = "Lists every extension, and the plugins that were set aside with the reason.")
  int list(@Option(names = "--json", description = "As one line of JSON.") boolean json) {
    PluginCatalog catalog = Host.start().plugins();
    console.out().print(json ? Json.line(asJson(catalog)) + "\n" : asText(catalog));
    console.out().flush();
    return ExitCode.DONE;
  }

  private static String asText(PluginCatalog catalog) {
    Map<String, Table> points = new TreeMap<>();
    for (Registration<?> r : catalog.registrations()) {
      points
          .computeIfAbsent(r.point().name(), _ -> new Table())
          .row(r.name(), r.plugin().id(), r.citation().formula());
    }
    StringBuilder text = new StringBuilder();
    points.forEach((point, table) -> text.append(point).append('\n').append(table.lines("  ")));
    if (!catalog.contested().isEmpty()) {
      text.append("contested names, which go to nobody\n");
      Table table = new Table();
      for (Contested c : catalog.contested()) {
        table.row(c.point() + " " + c.name(), String.join(", ", c.plugins()));
      }
      text.append(table.lines("  "));
    }
    if (!catalog.quarantined().isEmpty()) {
      text.append("plugins that were set aside\n");
      for (Quarantined q : catalog.quarantined()) {
        text.append(
            "  %s%n    phase:  %s%n    cause:  %s%n    repair: %s%n"
                .formatted(q.plugin(), phase(q), q.cause(), q.repair())
                .replace(System.lineSeparator(), "\n"));
      }
    }
    return text.toString();
  }

  private static String phase(Quarantined quarantined) {
    return quarantined.phase().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Object asJson(PluginCatalog catalog) {
    return Json.object(
        "plugins",
        catalog.plugins().stream()
            .map(p -> Json.object("id", p.id(), "version", p.version()))
            .toList(),
        "extensions",
        catalog.registrations().stream()
            .map(r ->
                Json.object(
                    "point", r.point().name(),
                    "name", r.name(),
                    "plugin", r.plugin().id(),
                    "formula", r.citation().formula(),
                    "source", r.citation().source()))
            .toList(),
        "contested",
        catalog.contested().stream()
            .map(c -> Json.object("point", c.point(), "name", c.name(), "plugins", c.plugins()))
            .toList(),
        "quarantined",
        catalog.quarantined().stream()
            .map(q ->
                Json.object(
                    "plugin", q.plugin(),
                    "phase", phase(q),
                    "cause", q.cause(),
                    "repair", q.repair()))
            .toList());
  }
}
