package dev.espalier.conformance.golden;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Plugin;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The plugins of these tests: all that the service loader finds. */
final class Plugins {
  private Plugins() {}

  /** Every registration of every plugin. */
  static List<Registered<?>> registrations() {
    return ServiceLoader.load(Plugin.class).stream()
        .map(ServiceLoader.Provider::get)
        .flatMap(plugin -> Registered.by(plugin).stream())
        .toList();
  }

  /** The registrations at one point. */
  static Stream<Registered<?>> at(ExtensionPoint<?> point) {
    return registrations().stream().filter(registered -> registered.point().equals(point));
  }

  /** A registration by its name. */
  static Registered<?> named(ExtensionPoint<?> point, String name) {
    return at(point).filter(registered -> registered.name().equals(name)).findFirst().orElseThrow();
  }
}
