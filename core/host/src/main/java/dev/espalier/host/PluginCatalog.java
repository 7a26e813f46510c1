package dev.espalier.host;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Factory;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.training.Extensions;
import dev.espalier.training.probe.Traits;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the plugins offer. A plugin that fails is set aside with its reason, and the others go on;
 * whoever then asks for one of its names is told that reason. A name that two plugins register goes
 * to neither, and asking for it names both: which one comes first on a path decides nothing. {@code
 * name@plugin-id} finds the one of that plugin, everywhere where a name is looked up.
 *
 * <p>Every jar or folder of a {@linkplain PluginSources#directories() folder of plugins} has a
 * class loader of its own that sees the JDK and the API, not Espalier's other modules, nor its
 * libraries, nor other plugins. What is asked of a plugin while it is found has a time limit. Each
 * factory runs once then, on its defaults: one that fails on them sets its plugin aside.
 *
 * <p>{@link #close} unloads: the jars are closed, and when nothing holds an object of the plugins
 * any more their classes leave memory. A catalogue that is made after that reads the files anew.
 */
public final class PluginCatalog implements Extensions, AutoCloseable {
  private volatile Optional<Offers> offers;
  private final List<Closeable> contents = new ArrayList<>();

  PluginCatalog(Offers offers, List<Closeable> contents) {
    this.offers = Optional.of(offers);
    this.contents.addAll(contents);
  }

  /** The plugins on the module path and on the class path of the running program. */
  public static PluginCatalog discover() {
    return discover(PluginSources.ofProgram());
  }

  /**
   * The plugins of some sources.
   *
   * @throws EspalierException FILE_NOT_FOUND for a folder that is not there; PLUGIN_MISMATCH where
   *     the sources are pinned and a plugin that the lock names is not there as it is pinned
   */
  public static PluginCatalog discover(PluginSources sources) {
    Discovery discovery = new Discovery(sources.timeLimit(), sources.lock());
    List<PluginUnit> units = PluginUnit.in(sources.directories());
    if (sources.program()) {
      discovery.takeProgram();
    }
    units.forEach(discovery::take);
    return discovery.finish();
  }

  /** These plugins and no others. */
  public static PluginCatalog of(List<? extends Plugin> plugins) {
    Discovery discovery = new Discovery(PluginSources.GENEROUS, Optional.empty());
    plugins.forEach(discovery::take);
    return discovery.finish();
  }

  /**
   * The plugin of one jar or of one folder of jars, and no others; loaded as from a folder of
   * plugins.
   *
   * @throws EspalierException FILE_NOT_FOUND; BAD_VALUE where the path is neither
   */
  public static PluginCatalog of(Path jarOrFolder) {
    PluginUnit unit = PluginUnit.of(jarOrFolder);
    Discovery discovery = new Discovery(PluginSources.GENEROUS, Optional.empty());
    discovery.take(unit);
    return discovery.finish();
  }

  private Offers offers() {
    return offers.orElseThrow(() ->
        new EspalierException(
            ErrorCode.USE_AFTER_CLOSE,
            "a catalogue of plugins is used while it is open",
            "it was closed, and its plugins are unloaded",
            "discover the plugins again"));
  }

  /** Who the plugins are that are used, by id. */
  public List<PluginInfo> plugins() {
    return loaded().stream().map(LoadedPlugin::info).toList();
  }

  /** The plugins that are used, with where they are from, by id. */
  public List<LoadedPlugin> loaded() {
    return offers().plugins();
  }

  /**
   * The plugins that are used, where none was set aside.
   *
   * @throws EspalierException PLUGIN_FAULT where there is none, or one was set aside
   */
  public List<LoadedPlugin> requireSound() {
    if (!quarantined().isEmpty()) {
      Quarantined first = quarantined().getFirst();
      throw new EspalierException(
          ErrorCode.PLUGIN_FAULT,
          "the plugin " + first.plugin() + " can be used",
          first.location() + " fails in phase " + first.phase().text() + ": " + first.cause(),
          first.repair());
    }
    if (loaded().isEmpty()) {
      throw new EspalierException(
          ErrorCode.PLUGIN_FAULT,
          "a plugin",
          "none of the modules and service files provides " + Plugin.class.getName(),
          "declare it with 'provides' in the module descriptor or in META-INF/services");
    }
    return loaded();
  }

  /**
   * What was thrown while extensions were used, as the fault of the plugin whose code threw it.
   *
   * @return a PLUGIN_FAULT that names the plugin; empty where no plugin's code threw
   */
  public Optional<EspalierException> faultOf(Throwable thrown) {
    return Blame.of(thrown, loaded());
  }

  /** The plugins that were set aside. */
  public List<Quarantined> quarantined() {
    return offers().quarantined();
  }

  /** The names that several plugins register. */
  public List<Contested> contested() {
    return offers().contested();
  }

  /** Everything that goes by its name alone, by point and name. */
  public List<Registration<?>> registrations() {
    return offers().registrations();
  }

  /**
   * The factories at a point by name, those of contested names by {@code name@plugin-id}; each
   * refuses hyperparameters that it does not know.
   */
  public <T> Map<String, Factory<T>> factories(ExtensionPoint<T> point) {
    Map<String, Factory<T>> factories = new TreeMap<>();
    offers()
        .namesAt(point.name())
        .forEach((name, found) -> factories.put(name, params -> Making.make(point, found, params)));
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
      return Making.make(point, name, "(bound by a module)", own, Params.of(params));
    }
    return Making.make(point, offers().find(point.name(), name, bound.keySet()), Params.of(params));
  }

  boolean has(String point, String name) {
    return offers().has(point, name);
  }

  @Override
  public PluginInfo pluginOf(ExtensionPoint<?> point, String name) {
    return loaded(point, name).info();
  }

  @Override
  public Optional<String> sha256Of(ExtensionPoint<?> point, String name) {
    return loaded(point, name).origin().sha256();
  }

  /**
   * The plugin of an extension, with where it is from.
   *
   * @param point the extension point
   * @param name the registered name, or {@code name@plugin-id}
   * @throws EspalierException as {@link #create}
   */
  public LoadedPlugin loaded(ExtensionPoint<?> point, String name) {
    Offers found = offers();
    return found.pluginOf(found.find(point.name(), name, Set.of()));
  }

  /**
   * What is known of an extension; its factory runs once, on defaults.
   *
   * @param point the extension point's name
   * @param name the registered name, or {@code name@plugin-id}
   */
  public Description describe(String point, String name) {
    Offers found = offers();
    return describe(found, found.find(point, name, Set.of()));
  }

  /** What is known of every extension of a name, at whatever points; at least one. */
  public List<Description> describe(String name) {
    Offers found = offers();
    return found.find(name).stream().map(one -> describe(found, one)).toList();
  }

  private static Description describe(Offers offers, Registration<?> found) {
    Params params = Params.defaults();
    Traits traits = Traits.of(Making.make(found.point(), found, params));
    return new Description(
        found.point().name(),
        found.name(),
        found.citation(),
        found.plugin(),
        params.schema(),
        traits,
        KeptReport.lineOf(offers.pluginOf(found).origin(), found.point().name(), found.name()));
  }

  /**
   * Unloads the plugins of jars and folders; those of the program stay loaded, and are no longer
   * offered here. A second call does nothing.
   *
   * @throws EspalierException IO_FAILURE
   */
  @Override
  public synchronized void close() {
    offers = Optional.empty();
    try {
      for (Closeable content : contents) {
        content.close();
      }
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.IO_FAILURE,
          "the plugins' jars are closed",
          Explanation.of(e),
          "check that the disk is there and healthy",
          e);
    } finally {
      contents.clear();
    }
  }
}
