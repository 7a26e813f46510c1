package dev.espalier.cli;

import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.Reference;
import dev.espalier.host.Bibliography;
import dev.espalier.host.Description;
import dev.espalier.host.PluginCatalog;
import dev.espalier.training.checkpoint.CheckpointStore;
import dev.espalier.training.checkpoint.Manifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The works that a run used. */
@Command(
    name = "cite",
    description = "Lists the works that a run used, from its last checkpoint's manifest.")
final class CiteCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "RUN_DIR", description = "The run folder.")
  Path runFolder = Path.of("");

  @Option(names = "--bibtex", description = "Print the entries for a bibliography instead.")
  boolean bibtex;

  @Option(names = "--json", description = "As one line of JSON.")
  boolean json;

  @Mixin PluginOptions plugins = new PluginOptions();

  CiteCommand(Console console) {
    this.console = console;
  }

  /** What the run used of a plugin, and the citation of that as the plugin now gives it. */
  private record Use(String what, String plugin, Citation citation) {}

  @Override
  public Integer call() {
    Manifest manifest = CheckpointStore.latest(runFolder).required(runFolder).manifest();
    PluginCatalog catalog = plugins.start().plugins();
    List<Use> uses = new ArrayList<>();
    Map<String, String> missing = new LinkedHashMap<>();
    for (Manifest.PluginUse plugin : manifest.plugins()) {
      for (String what : plugin.provides()) {
        find(catalog, plugin, what, uses, missing);
      }
    }
    if (json) {
      console.out().println(Json.line(asJson(uses, missing)));
    } else if (bibtex) {
      Bibliography works = Bibliography.of(uses.stream().map(Use::citation).toList());
      StringBuilder text = new StringBuilder(works.bibtex());
      missing.forEach((what, why) -> text.append("% " + what + ": " + why + "\n"));
      console.out().print(text);
    } else {
      console.out().print(asText(uses, missing));
    }
    console.out().flush();
    return ExitCode.DONE;
  }

  private static void find(
      PluginCatalog catalog,
      Manifest.PluginUse used,
      String what,
      List<Use> uses,
      Map<String, String> missing) {
    int slash = what.indexOf('/');
    String plugin = used.id() + " " + used.version();
    try {
      Description d =
          catalog.describe(what.substring(0, Math.max(slash, 0)), what.substring(slash + 1));
      if (d.plugin().id().equals(used.id()) && d.plugin().version().equals(used.version())) {
        uses.add(new Use(what, plugin, d.citation()));
      } else {
        missing.put(
            what,
            "the run used that of %s; here it is of %s %s"
                .formatted(plugin, d.plugin().id(), d.plugin().version()));
      }
    } catch (EspalierException e) {
      missing.put(what, "the run used that of " + plugin + "; " + e.found());
    }
  }

  private static String asText(List<Use> uses, Map<String, String> missing) {
    StringBuilder text = new StringBuilder();
    for (Use use : uses) {
      text.append(use.what()).append('\n');
      if (use.citation().references().isEmpty()) {
        text.append("  ").append(use.citation().source()).append('\n');
      }
      for (Reference work : use.citation().references()) {
        text.append("  ").append(DescribeCommand.inFull(work)).append('\n');
      }
    }
    if (!missing.isEmpty()) {
      text.append("not known here\n");
      missing.forEach((what, why) -> text.append("  " + what + ": " + why + "\n"));
    }
    return text.toString();
  }

  private static Object asJson(List<Use> uses, Map<String, String> missing) {
    return Json.object(
        "uses",
        uses.stream()
            .map(u ->
                Json.object(
                    "extension", u.what(),
                    "plugin", u.plugin(),
                    "source", u.citation().source(),
                    "references",
                        u.citation().references().stream().map(DescribeCommand::json).toList()))
            .toList(),
        "missing",
        missing.entrySet().stream()
            .map(m -> Json.object("extension", m.getKey(), "reason", m.getValue()))
            .toList());
  }
}
