package dev.espalier.cli;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Reference;
import dev.espalier.host.Bibliography;
import dev.espalier.host.Description;
import dev.espalier.training.probe.Traits;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is known of an extension. */
@Command(
    name = "describe",
    description = "Describes an extension: formula, sources, what it needs, hyperparameters.")
final class DescribeCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "NAME", description = "Its name, as in a run file.")
  String name = "";

  @Option(names = "--bibtex", description = "Print the entries for a bibliography instead.")
  boolean bibtex;

  @Option(names = "--json", description = "As one line of JSON.")
  boolean json;

  @Mixin PluginOptions plugins = new PluginOptions();

  DescribeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<Description> found = plugins.start().plugins().describe(name);
    if (json) {
      console.out().println(Json.line(found.stream().map(DescribeCommand::asJson).toList()));
    } else if (bibtex) {
      console
          .out()
          .print(Bibliography.of(found.stream().map(Description::citation).toList()).bibtex());
    } else {
      console.out().print(String.join("\n", found.stream().map(DescribeCommand::asText).toList()));
    }
    console.out().flush();
    return ExitCode.DONE;
  }

  private static String asText(Description d) {
    Table facts = new Table();
    facts.row("formula:", d.formula());
    if (d.citation().references().isEmpty()) {
      facts.row("source:", d.source());
    }
    String label = "source:";
    for (Reference work : d.citation().references()) {
      facts.row(label, inFull(work));
      label = "";
    }
    facts.row("plugin:", d.plugin().id() + " " + d.plugin().version());
    for (Traits.Trait trait : d.traits().list()) {
      facts.row(trait.name() + ":", trait.text());
    }
    d.conformance().ifPresent(report -> facts.row("conformance:", report));
    String head = d.point() + " " + d.name() + "\n" + facts.lines("  ");
    if (d.hyperparameters().isEmpty()) {
      return head + "  no hyperparameters\n";
    }
    Table table = new Table();
    for (Params.Entry e : d.hyperparameters()) {
      String value = e.defaultValue().isEmpty() ? "empty" : e.defaultValue();
      table.row(e.name(), e.kind(), "default " + value, e.range(), e.help());
    }
    return head + "  hyperparameters:\n" + table.lines("    ");
  }

  /** A work in one line. */
  static String inFull(Reference work) {
    StringBuilder text = new StringBuilder();
    text.append(String.join(", ", work.authors()).replaceAll("[{}]", ""));
    text.append(": ").append(work.title()).append(". ");
    if (!work.venue().isEmpty()) {
      text.append(work.venue()).append(", ");
    }
    text.append(work.year());
    if (!work.identifier().isEmpty()) {
      text.append(", ").append(work.identifier());
    }
    return text.toString();
  }

  private static Object asJson(Description d) {
    Map<String, Object> members =
        Json.object(
            "point", d.point(),
            "name", d.name(),
            "formula", d.formula(),
            "source", d.source(),
            "references", d.citation().references().stream().map(DescribeCommand::json).toList(),
            "plugin", d.plugin().id(),
            "version", d.plugin().version(),
            "traits",
                d.traits().list().stream()
                    .map(t -> Json.object("name", t.name(), "text", t.text()))
                    .toList(),
            "hyperparameters",
                d.hyperparameters().stream()
                    .map(e ->
                        Json.object(
                            "name", e.name(),
                            "kind", e.kind(),
                            "default", e.defaultValue(),
                            "range", e.range(),
                            "help", e.help()))
                    .toList());
    d.conformance().ifPresent(report -> members.put("conformance", report));
    return members;
  }

  /** A work for a program. */
  static Object json(Reference work) {
    return Json.object(
        "key", work.key(),
        "authors", work.authors(),
        "title", work.title(),
        "year", work.year(),
        "venue", work.venue(),
        "identifier", work.identifier());
  }
}
