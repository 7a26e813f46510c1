package dev.espalier.conformance.plugin;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.conformance.golden.GoldenFile;
import dev.espalier.conformance.golden.GoldenPoints;
import dev.espalier.conformance.golden.Registered;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.conformance.rule.Trial;
import dev.espalier.conformance.subject.PluginSubject;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who a plugin is, where it is found, and what it registers. */
final class IdentityRules {
  private static final Pattern ID = Pattern.compile("[a-z0-9]+([.-][a-z0-9]+)*");
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern VERSION =
      Pattern.compile("[0-9]+(\\.[0-9]+)*([-+.][0-9A-Za-z.+-]+)?");

  /** The framework's points by name. */
  private static final Map<String, ExtensionPoint<?>> POINTS =
      Stream.of(
              ExtensionPoint.ACTIVATION,
              ExtensionPoint.LOSS,
              ExtensionPoint.OPTIMIZER,
              ExtensionPoint.GRADIENT_TRANSFORM,
              ExtensionPoint.GRADIENT_ESTIMATOR,
              ExtensionPoint.SCHEDULE,
              ExtensionPoint.INITIALIZER,
              ExtensionPoint.BACKEND,
              ExtensionPoint.MATRIX_PRODUCTS,
              ExtensionPoint.ACCOUNTANT)
          .collect(Collectors.toUnmodifiableMap(ExtensionPoint::name, point -> point));

  private IdentityRules() {}

  static List<Check<? super PluginSubject>> checks() {
    return List.of(
        Check.single("PL-1", IdentityRules::info),
        Check.single("PL-2", IdentityRules::provided),
        Check.single("PL-3", IdentityRules::sameEachTime),
        Check.single("PL-4", IdentityRules::names),
        new Check<>("PL-5", IdentityRules::citations),
        new Check<>("PL-6", IdentityRules::goldenPoints));
  }

  private static void info(PluginSubject subject, Findings findings) {
    PluginInfo info = subject.plugin().info();
    findings.require(
        ID.matcher(info.id()).matches(),
        "the id '" + info.id() + "' is not lower case words joined by dots or hyphens");
    findings.require(
        VERSION.matcher(info.version()).matches(),
        "the version '" + info.version() + "' does not begin with numbers joined by dots");
    findings.require(
        info.apiVersion() == PluginInfo.API_VERSION,
        "the plugin was built against version "
            + info.apiVersion()
            + " of the plugin API; this kit is of version "
            + PluginInfo.API_VERSION);
    findings.require(
        info.equals(subject.plugin().info()), "info() says something else the second time");
  }

  private static void provided(PluginSubject subject, Findings findings) throws IOException {
    String plugin = subject.plugin().getClass().getName();
    Module module = subject.plugin().getClass().getModule();
    Set<String> listed = services(subject.plugin());
    findings.require(
        listed.contains(plugin),
        "META-INF/services/" + Plugin.class.getName() + " lists " + listed + ", not " + plugin);
    if (module.isNamed() && !module.getDescriptor().isAutomatic()) {
      Set<String> declared =
          module.getDescriptor().provides().stream()
              .filter(provides -> provides.service().equals(Plugin.class.getName()))
              .map(ModuleDescriptor.Provides::providers)
              .flatMap(List::stream)
              .collect(Collectors.toSet());
      findings.require(
          declared.equals(listed),
          "the module descriptor provides "
              + declared
              + " and META-INF/services lists "
              + listed
              + ": on the module path and on the class path they would be other plugins");
    }
  }

  private static Set<String> services(Plugin plugin) throws IOException {
    String resource = "META-INF/services/" + Plugin.class.getName();
    Class<?> owner = plugin.getClass();
    Module module = owner.getModule();
    if (!module.isNamed()) {
      // Of a class path with several plugins, all of them.
      Set<String> all = new HashSet<>();
      for (var file : java.util.Collections.list(owner.getClassLoader().getResources(resource))) {
        try (InputStream in = file.openStream()) {
          all.addAll(lines(in));
        }
      }
      return all;
    }
    try (ModuleReader reader =
        module
            .getLayer()
            .configuration()
            .findModule(module.getName())
            .orElseThrow()
            .reference()
            .open()) {
      Optional<InputStream> found = reader.open(resource);
      if (found.isEmpty()) {
        return Set.of();
      }
      try (InputStream in = found.get()) {
        return lines(in);
      }
    }
  }

  private static Set<String> lines(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.replaceFirst("#.*", "").strip())
        .filter(line -> !line.isEmpty())
        .collect(Collectors.toSet());
  }

  private static void sameEachTime(PluginSubject subject, Findings findings) {
    List<String> first = told(subject);
    List<String> second = told(subject);
    findings.require(
        first.equals(second), "the plugin contributes " + first + " and, asked again, " + second);
  }

  private static List<String> told(PluginSubject subject) {
    return subject.registrations().stream()
        .map(r -> r.point().name() + " " + r.name() + " " + r.citation())
        .toList();
  }

  private static void names(PluginSubject subject, Findings findings) {
    Set<String> seen = new HashSet<>();
    for (Registered<?> registered : subject.registrations()) {
      ExtensionPoint<?> point = registered.point();
      findings.require(
          NAME.matcher(registered.name()).matches() && NAME.matcher(point.name()).matches(),
          point.name() + " '" + registered.name() + "' is not lower case words joined by hyphens");
      findings.require(
          seen.add(point.name() + " " + registered.name()),
          point.name() + " '" + registered.name() + "' is registered twice");
      ExtensionPoint<?> known = POINTS.get(point.name());
      findings.require(
          known == null || known.type().equals(point.type()),
          "extension point '"
              + point.name()
              + "' is one of the framework's and takes another type than "
              + point.type().getName());
    }
    findings.require(!seen.isEmpty(), "the plugin registers nothing");
  }

  private static Stream<Trial> citations(PluginSubject subject, Tier tier) {
    return each(
        subject,
        (registered, findings) -> {
          String source = registered.citation().source();
          String formula = registered.citation().formula();
          findings.require(!source.isBlank(), "its citation has no source");
          findings.require(
              !formula.isBlank() && formula.lines().count() == 1,
              "its formula is not one line: '" + formula + "'");
        });
  }

  private static Stream<Trial> goldenPoints(PluginSubject subject, Tier tier) {
    return each(
        subject,
        (registered, findings) -> {
          if (GoldenPoints.required(registered)) {
            Optional<GoldenFile> file = GoldenFile.of(registered);
            findings.require(
                file.isPresent(),
                "there is no "
                    + registered.name()
                    + ".golden.csv beside "
                    + registered.plugin().getClass().getName());
          }
        });
  }

  /** Looks at one registration. */
  interface Look {
    /** Notes what is wrong. */
    void at(Registered<?> registered, Findings findings) throws Exception;
  }

  /** A trial for each registration. */
  static Stream<Trial> each(PluginSubject subject, Look look) {
    return subject.registrations().stream()
        .map(registered ->
            new Trial(
                registered.point().name() + " " + registered.name(),
                findings -> look.at(registered, findings)));
  }
}
