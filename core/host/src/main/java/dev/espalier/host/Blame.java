package dev.espalier.host;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.host.PluginOrigin.Kind;
import java.net.URL;
import java.security.CodeSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Whose code threw: that of the first frame which is neither the JDK's nor the plugin API's, of the
 * innermost cause.
 */
final class Blame {
  private static final String API = Platform.API + ".";

  private Blame() {}

  /** The fault of one of these plugins, where it is one. */
  static Optional<EspalierException> of(Throwable thrown, List<LoadedPlugin> plugins) {
    return thrower(Explanation.innermost(thrown).getStackTrace(), plugins)
        .map(plugin ->
            new EspalierException(
                ErrorCode.PLUGIN_FAULT,
                "the plugin " + plugin + " does what its interface promises",
                Explanation.of(thrown),
                Explanation.repair(thrown, "tell the plugin's author, or take another version"),
                thrown));
  }

  private static Optional<LoadedPlugin> thrower(
      StackTraceElement[] frames, List<LoadedPlugin> plugins) {
    for (StackTraceElement frame : frames) {
      String name = frame.getClassName();
      if (!name.startsWith(API) && !isOfJdk(name)) {
        return plugins.stream().filter(plugin -> has(plugin, name)).findFirst();
      }
    }
    return Optional.empty();
  }

  private static boolean isOfJdk(String className) {
    String packageName = Platform.packageOf(className);
    return ModuleLayer.boot().modules().stream()
        .filter(
            module -> module.getName().startsWith("java.") || module.getName().startsWith("jdk."))
        .anyMatch(module -> module.getPackages().contains(packageName));
  }

  private static boolean has(LoadedPlugin plugin, String className) {
    Class<?> own = plugin.plugin().getClass();
    ClassLoader loader = own.getClassLoader();
    Class<?> found;
    try {
      found = Class.forName(className, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      // Not one of this plugin's.
      return false;
    }
    if (plugin.origin().kind() == Kind.DIRECTORY) {
      return loader.equals(found.getClassLoader());
    }
    return own.getModule().equals(found.getModule())
        && (own.getModule().isNamed() || Objects.equals(location(own), location(found)));
  }

  private static Optional<URL> location(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    return source == null ? Optional.empty() : Optional.ofNullable(source.getLocation());
  }
}
