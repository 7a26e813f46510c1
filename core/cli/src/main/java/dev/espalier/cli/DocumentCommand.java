package dev.espalier.cli;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Reference;
import dev.espalier.host.Description;
import dev.espalier.host.PluginCatalog;
import dev.espalier.host.Registration;
import dev.espalier.training.checkpoint.AtomicFile;
import dev.espalier.training.probe.Traits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The catalogue as a page. */
@Command(
    name = "document",
    description = "Writes a page in Markdown about every extension that is offered.")
final class DocumentCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--out",
      paramLabel = "FILE.md",
      description = "Where to; to the standard output where absent.")
  @Nullable Path out;

  @Mixin PluginOptions plugins = new PluginOptions();

  DocumentCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    String page = page(plugins.start().plugins());
    if (out == null) {
      console.out().print(page);
      console.out().flush();
    } else {
      AtomicFile.write(out, page.getBytes(StandardCharsets.UTF_8));
    }
    return ExitCode.DONE;
  }

  private static String page(PluginCatalog catalog) {
    StringBuilder page =
        new StringBuilder(
            """
            # The plugins that come with Espalier

            Generated from the catalogue by `./espalier plugins document --out docs/plugins.md`; do \
            not edit. The same of one
            extension, and its BibTeX: `./espalier plugins describe NAME`, `--bibtex`.
            """);
    String point = "";
    for (Registration<?> r : catalog.registrations()) {
      if (!r.point().name().equals(point)) {
        point = r.point().name();
        page.append("\n## ").append(point).append("\n\n").append(r.point().help()).append('\n');
      }
      section(page, catalog.describe(point, r.name()));
    }
    return page.toString();
  }

  private static void section(StringBuilder page, Description d) {
    page.append("\n### ").append(d.name()).append("\n\n");
    page.append("`").append(d.formula()).append("`\n\n");
    if (d.citation().references().isEmpty()) {
      page.append("* source: ").append(text(d.source())).append('\n');
    }
    for (Reference work : d.citation().references()) {
      page.append("* source: ").append(text(DescribeCommand.inFull(work))).append('\n');
    }
    page.append("* plugin: ").append(d.plugin().id()).append('\n');
    for (Traits.Trait trait : d.traits().list()) {
      page.append("* ").append(trait.name()).append(": ").append(text(trait.text())).append('\n');
    }
    if (!d.hyperparameters().isEmpty()) {
      page.append("\n| hyperparameter | kind | default | range | |\n|---|---|---|---|---|\n");
    }
    for (Params.Entry e : d.hyperparameters()) {
      page.append(
          "| `%s` | %s | %s | %s | %s |\n"
              .formatted(
                  e.name(),
                  e.kind(),
                  e.defaultValue().isEmpty() ? "empty" : text(e.defaultValue()),
                  text(e.range()),
                  text(e.help())));
    }
  }

  /** As Markdown takes it, also in a table. */
  private static String text(String plain) {
    return plain
        .replace("\\", "\\\\")
        .replace("|", "\\|")
        .replace("*", "\\*")
        .replace("_", "\\_")
        .replace("<", "&lt;");
  }
}
