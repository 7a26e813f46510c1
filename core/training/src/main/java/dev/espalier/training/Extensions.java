package dev.espalier.training;

import dev.espalier.api.plugin.ExtensionPoint;
import java.util.Map;

/** Makes extensions by name; the host's catalogue of plugins is the usual one. */
public interface Extensions {
  /**
   * Makes an extension.
   *
   * <p>Errors: a name that is not registered is UNKNOWN_NAME, a hyperparameter that the extension
   * does not read is UNKNOWN_KEY, a value outside its domain is BAD_VALUE, and a plugin that fails
   * is PLUGIN_FAULT.
   *
   * @param <T> what the extension point takes
   * @param point the extension point
   * @param name the registered name
   * @param params hyperparameters by name: numbers, booleans, strings, or lists of integers
   */
  <T> T create(ExtensionPoint<T> point, String name, Map<String, ?> params);
}
