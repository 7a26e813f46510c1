package dev.espalier.host;

import com.google.inject.Binder;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.name.Names;
import com.google.inject.util.Types;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Factory;
import java.util.Map;

/**
 * Where an injector holds the factories of an extension point: under {@code Map<String,
 * Factory<T>>} for the framework's own points, whose types differ, and under the same type with
 * {@code @Named} of the point's name for one that a plugin declares, as two plugins may declare
 * points of one type.
 */
public final class ExtensionPoints {
  private ExtensionPoints() {}

  /**
   * Takes further factories of a module of one's own, which are then found by name as those of the
   * plugins are: {@code ExtensionPoints.factories(binder(), ExtensionPoint.ACTIVATION)
   * .addBinding("mine").toInstance(params -> new Mine())}. A name that a plugin registers cannot be
   * bound again.
   *
   * @param <T> what the extension point takes
   * @param binder of the module
   * @param point the extension point
   */
  public static <T> MapBinder<String, Factory<T>> factories(
      Binder binder, ExtensionPoint<T> point) {
    TypeLiteral<String> name = TypeLiteral.get(String.class);
    return isOfTheFramework(point)
        ? MapBinder.newMapBinder(binder, name, factoryOf(point))
        : MapBinder.newMapBinder(binder, name, factoryOf(point), Names.named(point.name()));
  }

  /**
   * The key of all factories of an extension point by name, the plugins' and those of modules.
   *
   * @param <T> what the extension point takes
   * @param point the extension point
   */
  @SuppressWarnings("unchecked") // The type is built for exactly this T.
  public static <T> Key<Map<String, Factory<T>>> key(ExtensionPoint<T> point) {
    var map = Types.mapOf(String.class, factoryOf(point).getType());
    return (Key<Map<String, Factory<T>>>)
        (isOfTheFramework(point) ? Key.get(map) : Key.get(map, Names.named(point.name())));
  }

  private static boolean isOfTheFramework(ExtensionPoint<?> point) {
    return Contributions.frameworkPoints().stream()
        .anyMatch(own -> own.name().equals(point.name()));
  }

  @SuppressWarnings("unchecked") // The type is built for exactly this T.
  private static <T> TypeLiteral<Factory<T>> factoryOf(ExtensionPoint<T> point) {
    return (TypeLiteral<Factory<T>>)
        Key.get(Types.newParameterizedType(Factory.class, point.type())).getTypeLiteral();
  }
}
