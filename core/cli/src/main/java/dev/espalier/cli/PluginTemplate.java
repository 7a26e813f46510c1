package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.Suggestions;
import java.util.ArrayList;
import java.util.List;

/**
 * The sample that a new plugin starts from. Its files are carried in the program, below {@code
 * samples/} beside this class.
 *
 * @param family what the plugin is
 * @param sample the sample's folder
 * @param names what the sample's things are called
 * @param classes its classes besides the plugin
 * @param golden whether it has golden points
 */
record PluginTemplate(
    String family, String sample, PluginNames names, List<String> classes, boolean golden) {
  private static final List<PluginTemplate> ALL =
      List.of(
          of("activation", "third-party-plugin", "bell-curve"),
          of("loss", "third-party-loss", "pseudo-huber"),
          of("optimizer", "third-party-optimizer", "sign-momentum"),
          of("preconditioner", "third-party-preconditioner", "ada-delta"),
          new PluginTemplate(
              "backend",
              "third-party-backend",
              new PluginNames("plain-backend"),
              List.of("PlainBackend", "PlainBackendProvider", "Interpreter"),
              false));

  PluginTemplate {
    classes = List.copyOf(classes);
  }

  /** One whose extension is a class by its name. */
  private static PluginTemplate of(String family, String sample, String name) {
    PluginNames names = new PluginNames(name);
    return new PluginTemplate(family, sample, names, List.of(names.className()), true);
  }

  /**
   * The template of a family.
   *
   * @throws EspalierException UNKNOWN_NAME
   */
  static PluginTemplate of(String family) {
    List<String> known = ALL.stream().map(PluginTemplate::family).toList();
    return ALL.stream()
        .filter(template -> template.family.equals(family))
        .findFirst()
        .orElseThrow(() ->
            new EspalierException(
                ErrorCode.UNKNOWN_NAME,
                "a family of plugins",
                "'" + family + "'",
                Suggestions.didYouMean(family, known, "there are: " + String.join(", ", known))));
  }

  /** The sample's files, by path; the one without which a folder is no project comes last. */
  List<String> files() {
    String own = names.packagePath() + "/";
    String name = names.className();
    List<String> files = new ArrayList<>();
    files.add("README.md");
    files.add("src/main/java/module-info.java");
    classes.forEach(type -> files.add("src/main/java/" + own + type + ".java"));
    files.add("src/main/java/" + own + name + "Plugin.java");
    files.add("src/main/resources/META-INF/services/dev.espalier.api.plugin.Plugin");
    if (golden) {
      files.add("src/main/resources/" + own + names.name() + ".golden.csv");
    }
    files.add("src/test/java/" + own + name + "ConformanceTest.java");
    files.add("pom.xml");
    return files;
  }
}
