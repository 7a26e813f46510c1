package dev.espalier.host;

import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import java.util.Objects;
import java.util.Optional;

/**
 * A plugin that was found, constructed and asked who it is.
 *
 * @param info who it is
 * @param origin where it came from
 * @param plugin the plugin itself
 */
public record LoadedPlugin(PluginInfo info, PluginOrigin origin, Plugin plugin) {
  public LoadedPlugin {
    Objects.requireNonNull(info);
    Objects.requireNonNull(origin);
    Objects.requireNonNull(plugin);
  }

  /**
   * Its module: a named one where its jar has a descriptor, else its class loader's unnamed one.
   */
  public Module module() {
    return plugin.getClass().getModule();
  }

  /** The layer of its module, where that is a named one. */
  public Optional<ModuleLayer> layer() {
    return Optional.ofNullable(module().getLayer());
  }

  /** For messages: id, version and location. */
  @Override
  public String toString() {
    return info.id() + " " + info.version() + " (" + origin.location() + ")";
  }
}
