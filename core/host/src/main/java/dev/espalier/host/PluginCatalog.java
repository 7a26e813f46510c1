package dev.espalier.host;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Factory;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.host.Contributions.PointAndName;
import dev.espalier.training.Extensions;
import dev.espalier.training.Suggestions;
import dev.espalier.training.probe.Traits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the plugins offer. A plugin that fails is set aside with its reason, and the others go on;
 * whoever then asks for one of its names is told that reason. A name that two plugins register goes
 * to neither, and asking for it names both: which one comes first on a path decides nothing.
 */
public final class PluginCatalog implements Extensions {
  private final List<PluginInfo> plugins;
  private final Map<String, Map<String, Registration<?>>> registrations = new TreeMap<>();
  private final Map<PointAndName, Contested> contested;
  private final List<Quarantined> quarantined;
  private final Map<PointAndName, Quarantined> lost;

  PluginCatalog(
      List<PluginInfo> plugins,
      Map<PointAndName, List<Registration<?>>> offers,
      List<Quarantined> quarantined,
      Map<PointAndName, Quarantined> lost) {
    this.plugins = List.copyOf(plugins);
    this.quarantined = List.copyOf(quarantined);
    this.lost = Map.copyOf(lost);
    Map<PointAndName, Contested> conflicts = new LinkedHashMap<>();
    offers.forEach((key, offered) -> {
      if (offered.size() == 1) {
        registrations
            .computeIfAbsent(key.point(), _ -> new TreeMap<>())
            .put(key.name(), offered.getFirst());
      } else {
        List<String> ids = offered.stream().map(r -> r.plugin().id()).sorted().toList();
        conflicts.put(key, new Contested(key.point(), key.name(), ids));
      }
    });
    this.contested = Collections.unmodifiableMap(conflicts);
  }

  /** The plugins on the module path and on the class path of the running program. */
  public static PluginCatalog discover() {
    Discovery discovery = new Discovery();
    discovery.load(ServiceLoader.load(Plugin.class, PluginCatalog.class.getClassLoader()));
    return discovery.finish();
  }

  /** These plugins and no others. */
  public static PluginCatalog of(List<? extends Plugin> plugins) {
    Discovery discovery = new Discovery();
    plugins.forEach(discovery::identify);
    return discovery.finish();
  }

  /** The plugins that are used, by id. */
  public List<PluginInfo> plugins() {
    return plugins;
  }

  /** The plugins that were set aside. */
  public List<Quarantined> quarantined() {
    return quarantined;
  }

  /** The names that several plugins register. */
  public List<Contested> contested() {
    return List.copyOf(contested.values());
  }

  /** Everything that is offered, by point and name. */
  public List<Registration<?>> registrations() {
    return registrations.values().stream()
        .<Registration<?>>flatMap(names -> names.values().stream())
        .toList();
  }

  /** The factories at a point by name; each refuses hyperparameters that it does not know. */
  public <T> Map<String, Factory<T>> factories(ExtensionPoint<T> point) {
    Map<String, Factory<T>> factories = new TreeMap<>();
    registrations
        .getOrDefault(point.name(), Map.of())
        .forEach((name, found) -> factories.put(name, params -> make(point, found, params)));
    return Collections.unmodifiableMap(factories);
  }

  @Override
  public <T> T create(ExtensionPoint<T> point, String name, Map<String, ?> params) {
    return create(point, name, params, Map.of());
  }

  /** As the other one; what an injector binds besides is found too. */
  <T> T create(
      ExtensionPoint<T> point, String name, Map<String, ?> params, Map<String, Factory<T>> bound) {
    Factory<T> own = bound.get(name);
    if (own != null && !has(point.name(), name)) {
      return make(point, name, "(bound by a module)", own, Params.of(params));
    }
    return make(point, find(point.name(), name, bound.keySet()), Params.of(params));
  }

  boolean has(String point, String name) {
    return registrations.getOrDefault(point, Map.of()).containsKey(name);
  }

  @Override
  public PluginInfo pluginOf(ExtensionPoint<?> point, String name) {
    return find(point.name(), name, Set.of()).plugin();
  }

  /**
   * What is known of an extension; its factory runs once, on defaults.
   *
   * @param point the extension point's name
   * @param name the registered name
   */
  public Description describe(String point, String name) {
    Registration<?> found = find(point, name, Set.of());
    Params params = Params.defaults();
    Traits traits = Traits.of(make(found.point(), found, params));
    return new Description(
        point, name, found.citation(), found.plugin(), params.schema(), traits, Optional.empty());
  }

  /** What is known of every extension of a name, at whatever points; at least one. */
  public List<Description> describe(String name) {
    List<Description> found = new ArrayList<>();
    registrations.forEach((point, names) -> {
      if (names.containsKey(name)) {
        found.add(describe(point, name));
      }
    });
    if (!found.isEmpty()) {
      return List.copyOf(found);
    }
    for (PointAndName key : contested.keySet()) {
      if (key.name().equals(name)) {
        throw contested(key);
      }
    }
    for (PointAndName key : lost.keySet()) {
      if (key.name().equals(name)) {
        throw lost(key);
      }
    }
    List<String> known = registrations().stream().map(Registration::name).distinct().toList();
    throw new EspalierException(
        ErrorCode.UNKNOWN_NAME,
        "'" + name + "' is an extension's name",
        "no plugin registers it" + andQuarantined(),
        Suggestions.didYouMean(name, known, "see the names with: espalier plugins list"));
  }

  private Registration<?> find(String point, String name, Set<String> bound) {
    Map<String, Registration<?>> names = registrations.getOrDefault(point, Map.of());
    Registration<?> found = names.get(name);
    if (found != null) {
      return found;
    }
    PointAndName key = new PointAndName(point, name);
    if (contested.containsKey(key)) {
      throw contested(key);
    }
    if (lost.containsKey(key)) {
      throw lost(key);
    }
    Set<String> all = new TreeSet<>(names.keySet());
    all.addAll(bound);
    String known = all.isEmpty() ? "there is none" : "known: " + String.join(", ", all);
    throw new EspalierException(
        ErrorCode.UNKNOWN_NAME,
        point + " '" + name + "'",
        "no plugin registers it; " + known + andQuarantined(),
        Suggestions.didYouMean(
            name, all, "name one of those known, or add the plugin that registers it"));
  }

  private String andQuarantined() {
    return quarantined.isEmpty()
        ? ""
        : "; set aside, so not asked: "
            + quarantined.stream()
                .map(q -> q.plugin() + " (" + q.cause() + ")")
                .collect(Collectors.joining(", "));
  }

  private EspalierException contested(PointAndName key) {
    List<String> ids = contested.getOrDefault(key, new Contested("", "", List.of())).plugins();
    return new EspalierException(
        ErrorCode.DUPLICATE_NAME,
        key.point() + " '" + key.name() + "'",
        "registered by " + String.join(" and by ", ids),
        "remove all but one of these plugins");
  }

  private EspalierException lost(PointAndName key) {
    Quarantined reason = lost.get(key);
    if (reason == null) {
      throw new IllegalArgumentException("nothing is lost by the name " + key);
    }
    return new EspalierException(
        ErrorCode.PLUGIN_FAULT,
        key.point() + " '" + key.name() + "' of the plugin " + reason.plugin(),
        "the plugin was set aside: " + reason.cause(),
        reason.repair());
  }

  private static <T> T make(ExtensionPoint<T> point, Registration<?> found, Params params) {
    return make(point, found.name(), found.plugin().id(), found.factory(), params);
  }

  private static <T> T make(
      ExtensionPoint<T> point, String name, String plugin, Factory<?> factory, Params params) {
    String what = point.name() + " " + name;
    Object made;
    try {
      made = factory.create(params);
    } catch (EspalierException e) {
      throw new EspalierException(e.code(), what + ": " + e.asked(), e.found(), e.repair(), e);
    } catch (RuntimeException | LinkageError e) {
      throw faulty(plugin, what, Discovery.explain(e), e);
    }
    List<Params.Entry> schema = params.schema();
    List<String> keys = schema.stream().map(Params.Entry::name).toList();
    for (String given : params.given().stream().sorted().toList()) {
      if (!keys.contains(given)) {
        throw new EspalierException(
            ErrorCode.UNKNOWN_KEY,
            what + " takes " + (schema.isEmpty() ? "no hyperparameter" : takes(schema)),
            "'" + given + "'",
            Suggestions.didYouMean(given, keys, "remove '" + given + "'"));
      }
    }
    if (!point.type().isInstance(made)) {
      String got = made == null ? "null" : made.getClass().getName();
      IllegalStateException cause = new IllegalStateException(got);
      throw faulty(plugin, what, "its factory made " + got, cause);
    }
    return point.type().cast(made);
  }

  private static EspalierException faulty(String plugin, String what, String how, Throwable cause) {
    return new EspalierException(
        ErrorCode.PLUGIN_FAULT,
        what + " of the plugin " + plugin + " can be made",
        how,
        "tell the plugin's author, or take another version of it",
        cause);
  }

  private static String takes(List<Params.Entry> schema) {
    return schema.stream()
        .map(e ->
            "%s (%s%s, default %s)"
                .formatted(
                    e.name(),
                    e.kind(),
                    e.range().isEmpty() ? "" : " " + e.range(),
                    e.defaultValue().isEmpty() ? "empty" : e.defaultValue()))
        .collect(Collectors.joining(", "));
  }
}
