package dev.espalier.training;

import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.PluginInfo;
import java.util.Map;
import java.util.Optional;

/** Makes extensions by name. */
public interface Extensions {
  /**
   * The extension that is registered under a name.
   *
   * @param <T> what the extension point takes
   * @param point the extension point
   * @param name the registered name
   * @param params its hyperparameters by key; those absent have their defaults
   * @throws EspalierException UNKNOWN_NAME where the name is not registered, UNKNOWN_KEY where the
   *     extension does not know a key, BAD_VALUE where a value is out of its domain
   */
  <T> T create(ExtensionPoint<T> point, String name, Map<String, ?> params);

  /**
   * Which plugin an extension is from.
   *
   * @param point the extension point
   * @param name the registered name
   */
  PluginInfo pluginOf(ExtensionPoint<?> point, String name);

  /**
   * The SHA-256 of the file that an extension's plugin is from, where there is a file.
   *
   * @param point the extension point
   * @param name the registered name
   */
  default Optional<String> sha256Of(ExtensionPoint<?> point, String name) {
    return Optional.empty();
  }
}
