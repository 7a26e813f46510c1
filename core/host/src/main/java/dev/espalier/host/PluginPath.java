package dev.espalier.host;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.Plugin;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolutionException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/** Plugins of one jar, or of a folder of jars, in a module layer of their own. */
public final class PluginPath {
  private PluginPath() {}

  /**
   * Loads the plugins of a jar or folder. Plain jars count as automatic modules. What the program
   * itself has, the API above all, comes from the program.
   *
   * @throws EspalierException FILE_NOT_FOUND, or PLUGIN_FAULT where it cannot be read, resolved or
   *     constructed or has no plugin
   */
  public static List<Plugin> load(Path path) {
    if (!Files.exists(path)) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_FOUND,
          "a plugin's jar, or a folder of jars",
          path + " does not exist",
          "check the path");
    }
    try {
      return load(path, ModuleFinder.of(path));
    } catch (FindException | ResolutionException | LayerInstantiationException e) {
      throw fault(path, e, "repair the jar, or put the libraries that it needs beside it");
    } catch (ServiceConfigurationError | LinkageError e) {
      throw fault(path, e, "repair the plugin");
    }
  }

  private static List<Plugin> load(Path path, ModuleFinder finder) {
    ModuleLayer parent = PluginPath.class.getModule().getLayer();
    if (parent == null) {
      parent = ModuleLayer.boot();
    }
    ModuleLayer own = parent;
    Set<String> here =
        finder.findAll().stream()
            .map(reference -> reference.descriptor().name())
            .filter(name -> own.findModule(name).isEmpty())
            .collect(Collectors.toSet());
    Configuration configuration = parent.configuration().resolve(finder, ModuleFinder.of(), here);
    ModuleLayer layer =
        parent.defineModulesWithOneLoader(configuration, PluginPath.class.getClassLoader());
    List<Plugin> plugins = new ArrayList<>();
    for (ServiceLoader.Provider<Plugin> provider :
        ServiceLoader.load(layer, Plugin.class).stream().toList()) {
      // A service loader sees the layers below too.
      if (provider.type().getModule().getLayer() == layer) {
        plugins.add(provider.get());
      }
    }
    if (plugins.isEmpty()) {
      throw new EspalierException(
          ErrorCode.PLUGIN_FAULT,
          path + " has a plugin",
          "none of its modules provides " + Plugin.class.getName(),
          "declare it with 'provides' in the module descriptor and in META-INF/services");
    }
    return List.copyOf(plugins);
  }

  private static EspalierException fault(Path path, Throwable thrown, String repair) {
    return new EspalierException(
        ErrorCode.PLUGIN_FAULT,
        "the plugins of " + path + " can be loaded",
        Discovery.explain(thrown),
        repair,
        thrown);
  }
}
