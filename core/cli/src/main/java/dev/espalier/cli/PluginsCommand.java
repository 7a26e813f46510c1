package dev.espalier.cli;

import dev.espalier.host.Contested;
import dev.espalier.host.LoadedPlugin;
import dev.espalier.host.PluginCatalog;
import dev.espalier.host.PluginOrigin;
import dev.espalier.host.Quarantined;
import dev.espalier.host.Registration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
        .addSubcommand(new DocumentCommand(console))
        .addSubcommand(new LockCommand(console))
        .addSubcommand(new VerifyCommand(console, InstantSource.system()));
  }

  @Command(
      name = "list",
      description = "Lists every extension, and the plugins that were set aside with the reason.")
  int list(
      @Mixin PluginOptions plugins,
      @Option(names = "--json", description = "As one line of JSON.") boolean json) {
    PluginCatalog catalog = plugins.start().plugins();
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
      text.append("contested names, each found by its plugin's id only\n");
      Table table = new Table();
      for (Contested c : catalog.contested()) {
        for (LoadedPlugin p : c.plugins()) {
          table.row(
              c.point(), c.name() + "@" + p.info().id(), p.info().version(), location(p.origin()));
        }
      }
      text.append(table.lines("  "));
    }
    text.append(added(catalog));
    if (!catalog.quarantined().isEmpty()) {
      text.append("plugins that were set aside\n");
      for (Quarantined q : catalog.quarantined()) {
        text.append(
            "  %s%n    path:   %s%n    phase:  %s%n    cause:  %s%n    repair: %s%n"
                .formatted(q.plugin(), q.location(), q.phase().text(), q.cause(), q.repair())
                .replace(System.lineSeparator(), "\n"));
      }
    }
    return text.toString();
  }

  /** The plugins that did not come with the program. */
  private static String added(PluginCatalog catalog) {
    Table table = new Table();
    List<LoadedPlugin> added =
        catalog.loaded().stream()
            .filter(plugin -> plugin.origin().kind() != PluginOrigin.Kind.PROGRAM)
            .toList();
    for (LoadedPlugin plugin : added) {
      table.row(
          plugin.info().id(),
          plugin.info().version(),
          plugin.origin().location(),
          plugin.origin().signers().isEmpty()
              ? "not signed"
              : "signed by " + String.join(" and ", plugin.origin().signers()));
    }
    return added.isEmpty() ? "" : "plugins from folders\n" + table.lines("  ");
  }

  private static String location(PluginOrigin origin) {
    return origin.kind() == PluginOrigin.Kind.PROGRAM ? "of the program" : origin.location();
  }

  private static Object asJson(PluginCatalog catalog) {
    return Json.object(
        "plugins",
        catalog.loaded().stream().map(PluginsCommand::asJson).toList(),
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
            .map(c ->
                Json.object(
                    "point", c.point(),
                    "name", c.name(),
                    "plugins", c.plugins().stream().map(PluginsCommand::asJson).toList()))
            .toList(),
        "quarantined",
        catalog.quarantined().stream().map(PluginsCommand::asJson).toList());
  }

  /** A plugin that was set aside, for programs. */
  static Object asJson(Quarantined q) {
    return Json.object(
        "plugin", q.plugin(),
        "path", q.location(),
        "phase", q.phase().text(),
        "cause", q.cause(),
        "repair", q.repair());
  }

  private static Object asJson(LoadedPlugin plugin) {
    Map<String, Object> members =
        Json.object("id", plugin.info().id(), "version", plugin.info().version());
    if (plugin.origin().kind() != PluginOrigin.Kind.PROGRAM) {
      members.put("path", plugin.origin().location());
      plugin.origin().sha256().ifPresent(sha256 -> members.put("sha256", sha256));
      members.put("signers", plugin.origin().signers());
    }
    return members;
  }
}
