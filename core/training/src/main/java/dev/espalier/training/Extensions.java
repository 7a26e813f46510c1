package dev.espalier.training;

import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.PluginInfo;
import java.util.Map;

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
}
