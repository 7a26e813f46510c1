package dev.espalier.host;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Factory;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Takes what one plugin registers, and remembers the first fault: a plugin that catches the
 * exception is found out all the same. Safe for a plugin's thread that goes on after its turn.
 */
final class Contributions implements Registrar {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  /** The framework's points: a plugin may use them and may not declare others by their names. */
  private static final Map<String, ExtensionPoint<?>> POINTS = points();

  private final PluginInfo plugin;
  private final Map<PointAndName, Registration<?>> registrations = new LinkedHashMap<>();
  private Optional<String> fault = Optional.empty();
  private boolean open = true;

  Contributions(PluginInfo plugin) {
    this.plugin = plugin;
  }

  /** A name at an extension point. */
  record PointAndName(String point, String name) {}

  @Override
  public synchronized <T> void register(
      ExtensionPoint<T> point, String name, Citation citation, Factory<? extends T> factory) {
    if (!open) {
      throw new IllegalStateException("registrations are taken during contribute() only");
    }
    // Plugins may be compiled without a check for null.
    Objects.requireNonNull(point, "the extension point is null");
    Objects.requireNonNull(name, "the name is null");
    if (!NAME.matcher(name).matches()) {
      throw refuse(
          "%s name '%s' is not lower case words joined by hyphens".formatted(point.name(), name));
    }
    PointAndName key = new PointAndName(point.name(), name);
    ExtensionPoint<?> known = POINTS.get(point.name());
    if (!NAME.matcher(point.name()).matches()) {
      throw refuse(
          "extension point '%s' is not lower case words joined by hyphens".formatted(point.name()));
    }
    if (known != null && !known.type().equals(point.type())) {
      throw refuse(
          "extension point '%s' takes %s, not %s"
              .formatted(point.name(), known.type().getName(), point.type().getName()));
    }
    if (registrations.containsKey(key)) {
      throw refuse("it registers the %s '%s' twice".formatted(point.name(), name));
    }
    registrations.put(key, new Registration<>(point, name, citation, factory, plugin));
  }

  /** Ends the plugin's turn. */
  synchronized void close() {
    open = false;
  }

  /** What the plugin did wrong first. */
  synchronized Optional<String> fault() {
    return fault;
  }

  /** What it registered, in its order. */
  synchronized Map<PointAndName, Registration<?>> registrations() {
    return new LinkedHashMap<>(registrations);
  }

  private IllegalArgumentException refuse(String what) {
    if (fault.isEmpty()) {
      fault = Optional.of(what);
    }
    return new IllegalArgumentException(what);
  }

  private static Map<String, ExtensionPoint<?>> points() {
    Map<String, ExtensionPoint<?>> map = new LinkedHashMap<>();
    for (ExtensionPoint<?> point : frameworkPoints()) {
      map.put(point.name(), point);
    }
    return Map.copyOf(map);
  }

  /** The extension points that the framework itself declares. */
  static List<ExtensionPoint<?>> frameworkPoints() {
    List<ExtensionPoint<?>> points = new ArrayList<>();
    points.add(ExtensionPoint.ACTIVATION);
    points.add(ExtensionPoint.LOSS);
    points.add(ExtensionPoint.OPTIMIZER);
    points.add(ExtensionPoint.GRADIENT_TRANSFORM);
    points.add(ExtensionPoint.GRADIENT_ESTIMATOR);
    points.add(ExtensionPoint.SCHEDULE);
    points.add(ExtensionPoint.INITIALIZER);
    points.add(ExtensionPoint.BACKEND);
    points.add(ExtensionPoint.MATRIX_PRODUCTS);
    points.add(ExtensionPoint.ACCOUNTANT);
    return List.copyOf(points);
  }
}
