package dev.espalier.host;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Factory;
import dev.espalier.api.plugin.PluginInfo;
import java.util.Objects;

/**
 * One extension that a plugin offers.
 *
 * @param <T> what the extension point takes
 * @param point where
 * @param name its name at the point
 * @param citation where its definition comes from
 * @param factory makes it
 * @param plugin who offers it
 */
public record Registration<T>(
    ExtensionPoint<T> point,
    String name,
    Citation citation,
    Factory<? extends T> factory,
    PluginInfo plugin) {
  public Registration {
    Objects.requireNonNull(point);
    Objects.requireNonNull(name);
    Objects.requireNonNull(citation);
    Objects.requireNonNull(factory);
    Objects.requireNonNull(plugin);
  }
}
