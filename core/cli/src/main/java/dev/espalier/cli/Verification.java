package dev.espalier.cli;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.conformance.report.Report;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.host.Contested;
import dev.espalier.host.LoadedPlugin;
import dev.espalier.host.PluginCatalog;
import dev.espalier.host.PluginFacts;
import dev.espalier.host.Quarantined;
import dev.espalier.host.Registration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What came of looking at a plugin's jar or folder, loading it and trying it.
 *
 * @param facts what is known without loading it
 * @param plugins what was loaded
 * @param quarantined what could not be
 * @param tier how much was tried
 * @param report what came of the rules; absent where nothing was loaded
 * @param kept where the report is kept, if it is
 */
record Verification(
    PluginFacts facts,
    List<Loaded> plugins,
    List<Quarantined> quarantined,
    Tier tier,
    Optional<Report> report,
    Optional<Path> kept) {

  /**
   * A plugin that was loaded.
   *
   * @param info who it is
   * @param module the module that it is, or nothing where it stands on a class path of its own
   * @param idTaken whether a plugin of the program has its id, so that the program would set it
   *     aside
   * @param extensions what it registers
   */
  record Loaded(
      PluginInfo info, Optional<String> module, boolean idTaken, List<Extension> extensions) {}

  /**
   * Something that it registers.
   *
   * @param point the extension point's name
   * @param name its name there
   * @param formula its definition
   * @param source where that comes from
   * @param hyperparameters how many it has
   * @param alsoOf the plugins of the program that register the name too
   */
  record Extension(
      String point,
      String name,
      String formula,
      String source,
      int hyperparameters,
      List<String> alsoOf) {}

  /** Whether all of it is loaded, and no rule failed. */
  boolean conforms() {
    return quarantined.isEmpty() && report.map(Report::conforms).orElse(false);
  }

  /** The tier as it is printed. */
  static String text(Tier tier) {
    return tier.name().toLowerCase(Locale.ROOT);
  }

  /** What a catalogue of the plugin alone holds, beside that of the program. */
  static List<Loaded> loaded(PluginCatalog plugin, PluginCatalog program) {
    return plugin.loaded().stream().map(one -> loaded(one, plugin, program)).toList();
  }

  private static Loaded loaded(LoadedPlugin one, PluginCatalog plugin, PluginCatalog program) {
    List<Extension> extensions = new ArrayList<>();
    for (Registration<?> r : plugin.registrations()) {
      if (r.plugin().id().equals(one.info().id())) {
        extensions.add(extension(r, program));
      }
    }
    return new Loaded(
        one.info(),
        Optional.ofNullable(one.module().getName()),
        program.plugins().stream().anyMatch(own -> own.id().equals(one.info().id())),
        extensions);
  }

  private static Extension extension(Registration<?> r, PluginCatalog program) {
    Params params = Params.defaults();
    // Its factory has run on defaults before: one that fails then is set aside.
    Object _ = r.factory().create(params);
    return new Extension(
        r.point().name(),
        r.name(),
        r.citation().formula(),
        r.citation().source(),
        params.schema().size(),
        ofProgram(program, r.point().name(), r.name()));
  }

  private static List<String> ofProgram(PluginCatalog program, String point, String name) {
    Stream<String> alone =
        program.registrations().stream()
            .filter(r -> r.point().name().equals(point) && r.name().equals(name))
            .map(r -> r.plugin().id());
    Stream<String> several =
        program.contested().stream()
            .filter(c -> c.point().equals(point) && c.name().equals(name))
            .map(Contested::plugins)
            .flatMap(List::stream)
            .map(own -> own.info().id());
    return Stream.concat(alone, several).toList();
  }
}
