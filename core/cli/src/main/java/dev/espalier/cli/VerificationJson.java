package dev.espalier.cli;

import dev.espalier.conformance.report.JsonReport;
import dev.espalier.host.PluginFacts;
import dev.espalier.host.scan.Place;
import dev.espalier.host.scan.Scan;
import dev.espalier.host.scan.Unread;
import java.util.List;
import java.util.Map;

/** A {@link Verification} for programs. */
final class VerificationJson {
  /** A jar of a thousand classes has as many places; more of them tell nothing new. */
  private static final int MOST_PLACES = 100;

  private VerificationJson() {}

  /** What is known without loading the plugin. */
  static Map<String, Object> of(PluginFacts facts) {
    return Json.object(
        "path", facts.path().toString(),
        "sha256", facts.sha256(),
        "bytes", facts.bytes(),
        "jars", facts.jars().stream().map(VerificationJson::jar).toList(),
        "scan", scan(facts.scan()));
  }

  /** All of it. */
  static Map<String, Object> of(Verification verification) {
    Map<String, Object> members = of(verification.facts());
    members.putAll(
        Json.object(
            "plugins", verification.plugins().stream().map(VerificationJson::plugin).toList(),
            "quarantined", verification.quarantined().stream().map(PluginsCommand::asJson).toList(),
            "tier", Verification.text(verification.tier())));
    verification.report().ifPresent(report -> members.put("report", JsonReport.values(report)));
    verification.kept().ifPresent(file -> members.put("kept", file.toString()));
    members.put("conforms", verification.conforms());
    return members;
  }

  private static Object jar(PluginFacts.Jar jar) {
    Map<String, Object> members = Json.object("file", jar.file());
    jar.module().ifPresent(module -> members.put("module", module));
    members.put("requires", jar.requires());
    members.put("signers", jar.signers());
    jar.fault().ifPresent(fault -> members.put("fault", fault));
    return members;
  }

  private static Object scan(Scan scan) {
    return Json.object(
        "classes",
        scan.classes(),
        "capabilities",
        scan.found().entrySet().stream()
            .map(found ->
                Json.object(
                    "capability", found.getKey().id(),
                    "text", found.getKey().text(),
                    "count", found.getValue().size(),
                    "places",
                        found.getValue().stream()
                            .limit(MOST_PLACES)
                            .map(VerificationJson::place)
                            .toList()))
            .toList(),
        "cannot_be_read",
        parts(scan.unread()),
        "not_looked_into",
        parts(scan.notLookedInto()),
        "limits",
        String.join(" ", Scan.LIMITS));
  }

  private static Object place(Place place) {
    return Json.object(
        "jar", place.jar(),
        "class", place.className(),
        "method", place.method(),
        "use", place.use().text());
  }

  private static List<Object> parts(List<Unread> parts) {
    return parts.stream()
        .<Object>map(
            part -> Json.object("jar", part.jar(), "entry", part.entry(), "cause", part.cause()))
        .toList();
  }

  private static Object plugin(Verification.Loaded plugin) {
    Map<String, Object> members =
        Json.object(
            "id", plugin.info().id(),
            "version", plugin.info().version(),
            "api_version", plugin.info().apiVersion());
    plugin.module().ifPresent(module -> members.put("module", module));
    members.put("id_taken", plugin.idTaken());
    members.put(
        "extensions",
        plugin.extensions().stream()
            .map(one ->
                Json.object(
                    "point", one.point(),
                    "name", one.name(),
                    "formula", one.formula(),
                    "source", one.source(),
                    "hyperparameters", one.hyperparameters(),
                    "also_of", one.alsoOf()))
            .toList());
    return members;
  }
}
