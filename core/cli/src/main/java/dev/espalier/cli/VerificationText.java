package dev.espalier.cli;

import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.host.PluginFacts;
import dev.espalier.host.Quarantined;
import dev.espalier.host.scan.Place;
import dev.espalier.host.scan.Printable;
import dev.espalier.host.scan.Scan;
import dev.espalier.host.scan.Unread;
import java.util.List;
import java.util.stream.Collectors;

/** A {@link Verification} for people. */
final class VerificationText {
  private static final int MOST_PLACES = 3;

  /** Parts that nobody looked into matter more than one place more. */
  private static final int MOST_UNREAD = 10;

  private VerificationText() {}

  /** What is known without loading the plugin. */
  static String facts(PluginFacts facts) {
    Table table = new Table();
    table.row("SHA-256:", facts.sha256());
    table.row("size:", "%,d bytes".formatted(facts.bytes()));
    for (PluginFacts.Jar jar : facts.jars()) {
      table.row("jar:", jar.file());
      table.row("  signature:", Printable.plain(jar.signature()));
      table.row("  module:", Printable.plain(jar.module().orElse("no descriptor")));
      if (!jar.requires().isEmpty()) {
        table.row("  requires:", Printable.plain(String.join(", ", jar.requires())));
      }
    }
    return facts.path() + "\n" + table.lines("  ") + "\n" + scan(facts.scan());
  }

  private static String scan(Scan scan) {
    StringBuilder text = new StringBuilder();
    text.append("what its code can do (class files: %,d)\n".formatted(scan.classes()));
    scan.found()
        .forEach((capability, places) -> {
          text.append("  ").append(capability.text()).append('\n');
          places.stream()
              .limit(MOST_PLACES)
              .map(Place::text)
              .forEach(place -> text.append("    ").append(place).append('\n'));
          text.append(more(places.size() - MOST_PLACES, "    "));
        });
    if (scan.found().isEmpty()) {
      text.append("  nothing was found of what is looked for\n");
    }
    text.append(parts("cannot be read", scan.unread()));
    text.append(parts("not looked into", scan.notLookedInto()));
    Scan.LIMITS.forEach(sentence -> text.append("  ").append(sentence).append('\n'));
    return text.toString();
  }

  private static String parts(String title, List<Unread> parts) {
    return parts.isEmpty()
        ? ""
        : parts.stream()
                .limit(MOST_UNREAD)
                .map(part -> "    " + part.text() + "\n")
                .collect(Collectors.joining("", "  " + title + "\n", ""))
            + more(parts.size() - MOST_UNREAD, "    ");
  }

  private static String more(int count, String indent) {
    return count > 0 ? "%sand %,d more\n".formatted(indent, count) : "";
  }

  /** What was loaded or set aside, and what came of the rules; the last line is the verdict. */
  static String tried(Verification verification) {
    StringBuilder text = new StringBuilder();
    verification.plugins().forEach(plugin -> text.append(plugin(plugin)).append('\n'));
    for (Quarantined q : verification.quarantined()) {
      text.append(
          """
          set aside: %s
            phase:  %s
            cause:  %s
            repair: %s

          """
              .formatted(q.plugin(), q.phase().text(), q.cause(), q.repair()));
    }
    verification.kept().ifPresent(file -> text.append("report kept: " + file + "\n\n"));
    verification
        .report()
        .ifPresent(report ->
            text.append("conformance, %s tier\n".formatted(Verification.text(verification.tier())))
                .append(ConformanceView.text(report)));
    if (verification.report().isEmpty() || !verification.quarantined().isEmpty()) {
      text.append(ConformanceView.verdict(false)).append(": ").append(reason(verification));
    }
    return text.toString();
  }

  private static String reason(Verification verification) {
    return verification.quarantined().isEmpty()
        ? "there is no plugin in it\n"
        : verification.quarantined().stream()
            .map(q -> q.phase().text())
            .distinct()
            .collect(Collectors.joining(", ", "it is set aside in phase ", "\n"));
  }

  private static String plugin(Verification.Loaded plugin) {
    Table facts = new Table();
    facts.row(
        "plugin API:",
        "built against version %d; this program has version %d"
            .formatted(plugin.info().apiVersion(), PluginInfo.API_VERSION));
    facts.row("loaded as:", plugin.module().map(name -> "module " + name).orElse("class path"));
    if (plugin.idTaken()) {
      facts.row("its id:", "a plugin of Espalier has it too: this one would be set aside");
    }
    Table extensions = new Table();
    for (Verification.Extension one : plugin.extensions()) {
      extensions.row(
          one.point(),
          one.name(),
          one.formula(),
          one.source(),
          "hyperparameters: %d".formatted(one.hyperparameters()),
          contested(one, plugin.info()));
    }
    return "plugin %s %s\n".formatted(plugin.info().id(), plugin.info().version())
        + facts.lines("  ")
        + "  registers:\n"
        + extensions.lines("    ");
  }

  private static String contested(Verification.Extension one, PluginInfo plugin) {
    return one.alsoOf().isEmpty()
        ? ""
        : "contested: %s registers it too; write %s@%s"
            .formatted(String.join(" and ", one.alsoOf()), one.name(), plugin.id());
  }
}
