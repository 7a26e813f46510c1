package dev.espalier.host;

import com.google.inject.AbstractModule;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.util.Types;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Factory;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.training.Extensions;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Espalier's bindings, for an injector of your own.
 *
 * <ul>
 *   <li>{@link PluginCatalog}: what the plugins offer;
 *   <li>{@link Extensions}: makes extensions by name; the catalogue, unless a module sets another:
 *       {@code OptionalBinder.newOptionalBinder(binder(), Extensions.class).setBinding()};
 *   <li>{@link BackendSelection}: may be set likewise;
 *   <li>for every extension point of type T: {@code Map<String, Factory<T>>} by name, to which a
 *       module may add with a {@link MapBinder}.
 * </ul>
 */
public final class EspalierModule extends AbstractModule {
  private final PluginCatalog catalog;

  /** With the plugins on the module path and on the class path. */
  public EspalierModule() {
    this(PluginCatalog.discover());
  }

  /** With these plugins. */
  public EspalierModule(PluginCatalog catalog) {
    this.catalog = catalog;
  }

  // Providers and instances only: a binding to a class would need this package opened to Guice.
  @Override
  protected void configure() {
    bind(PluginCatalog.class).toInstance(catalog);

    Map<String, ExtensionPoint<?>> points = new LinkedHashMap<>();
    Contributions.frameworkPoints().forEach(point -> points.put(point.name(), point));
    catalog.registrations().forEach(r -> points.putIfAbsent(r.point().name(), r.point()));
    Map<String, Provider<? extends Map<String, ? extends Factory<?>>>> bound =
        new LinkedHashMap<>();
    points.forEach((name, point) -> bound.put(name, bindFactories(point)));

    OptionalBinder.newOptionalBinder(binder(), Extensions.class)
        .setDefault()
        .toInstance(new BoundExtensions(catalog, bound));

    Provider<Extensions> extensions = getProvider(Extensions.class);
    var backends = bound.get(ExtensionPoint.BACKEND.name());
    OptionalBinder.newOptionalBinder(binder(), BackendSelection.class)
        .setDefault()
        .toProvider(() ->
            new BackendSelection(
                extensions.get(), backends == null ? Set.of() : backends.get().keySet()))
        .in(Singleton.class);
  }

  /** Extensions of the plugins, and those that modules add to the maps. */
  private record BoundExtensions(
      PluginCatalog catalog,
      Map<String, Provider<? extends Map<String, ? extends Factory<?>>>> bound)
      implements Extensions {
    @Override
    public PluginInfo pluginOf(ExtensionPoint<?> point, String name) {
      Provider<? extends Map<String, ? extends Factory<?>>> here = bound.get(point.name());
      boolean ofModule = here != null && here.get().containsKey(name);
      return ofModule && !catalog.has(point.name(), name)
          ? new PluginInfo("bound-by-a-module", "0", PluginInfo.API_VERSION)
          : catalog.pluginOf(point, name);
    }

    @Override
    public <T> T create(ExtensionPoint<T> point, String name, Map<String, ?> params) {
      Provider<? extends Map<String, ? extends Factory<?>>> here = bound.get(point.name());
      Map<String, Factory<T>> factories = new LinkedHashMap<>();
      if (here != null) {
        here.get().forEach((key, f) -> factories.put(key, p -> point.type().cast(f.create(p))));
      }
      return catalog.create(point, name, params, factories);
    }
  }

  private <T> Provider<Map<String, Factory<T>>> bindFactories(ExtensionPoint<T> point) {
    TypeLiteral<Factory<T>> factoryType = factoryOf(point.type());
    MapBinder<String, Factory<T>> binder =
        MapBinder.newMapBinder(binder(), TypeLiteral.get(String.class), factoryType);
    catalog
        .factories(point)
        .forEach((name, factory) -> binder.addBinding(name).toInstance(factory));
    return getProvider(mapOf(factoryType));
  }

  @SuppressWarnings("unchecked") // The type is built for exactly this T.
  private static <T> Key<Map<String, Factory<T>>> mapOf(TypeLiteral<Factory<T>> factory) {
    return (Key<Map<String, Factory<T>>>) Key.get(Types.mapOf(String.class, factory.getType()));
  }

  @SuppressWarnings("unchecked") // The type is built for exactly this T.
  private static <T> TypeLiteral<Factory<T>> factoryOf(Class<T> type) {
    return (TypeLiteral<Factory<T>>)
        Key.get(Types.newParameterizedType(Factory.class, type)).getTypeLiteral();
  }
}
