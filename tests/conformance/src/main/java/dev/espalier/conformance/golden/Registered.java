package dev.espalier.conformance.golden;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Factory;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.Registrar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One registration of a plugin.
 *
 * @param <T> what the extension point takes
 * @param plugin whose it is
 * @param point where
 * @param name under which name
 * @param citation the origin given
 * @param factory makes the extension
 */
public record Registered<T>(
    Plugin plugin,
    ExtensionPoint<T> point,
    String name,
    Citation citation,
    Factory<? extends T> factory) {

  /** What a plugin registers, in order. */
  public static List<Registered<?>> by(Plugin plugin) {
    List<Registered<?>> found = new ArrayList<>();
    plugin.contribute(
        new Registrar() {
          @Override
          public <E> void register(
              ExtensionPoint<E> point,
              String name,
              Citation citation,
              Factory<? extends E> factory) {
            found.add(new Registered<>(plugin, point, name, citation, factory));
          }
        });
    return List.copyOf(found);
  }

  /** This registration, if it is at an extension point. */
  public <E> Optional<Registered<E>> at(ExtensionPoint<E> wanted) {
    if (!point.equals(wanted)) {
      return Optional.empty();
    }
    return Optional.of(
        new Registered<>(
            plugin, wanted, name, citation, params -> wanted.type().cast(factory.create(params))));
  }

  /** The extension with these hyperparameters. */
  public T create(Map<String, ?> hyperparameters) {
    return factory.create(Params.of(hyperparameters));
  }

  @Override
  public String toString() {
    return point.name() + " " + name + " of " + plugin.info().id();
  }
}
