package dev.espalier.host;

import com.google.inject.AbstractModule;
import com.google.inject.binder.LinkedBindingBuilder;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.multibindings.OptionalBinder;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.BackendProvider;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Factory;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.engine.Engine;
import dev.espalier.training.Extensions;
import dev.espalier.training.checkpoint.Checkpointing;
import dev.espalier.training.data.Batching;
import dev.espalier.training.step.StepBuilder;
import dev.espalier.training.trainer.BackendSettings;
import dev.espalier.training.trainer.Backends;
import dev.espalier.training.trainer.Evaluation;
import dev.espalier.training.trainer.Parts;
import dev.espalier.training.trainer.Reporting;
import dev.espalier.training.trainer.Trainer;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Espalier's bindings, for an injector of your own:
 *
 * <pre>{@code
 * Injector injector = Guice.createInjector(new EspalierModule(), new MyModule());
 * injector.getInstance(Trainer.class).train(RunRequest.of(Path.of("run.yaml")));
 * }</pre>
 *
 * <p>To be injected, and not replaced:
 *
 * <ul>
 *   <li>{@link PluginCatalog}: what the plugins offer, and which of them were set aside;
 *   <li>{@link Trainer}: trains run files and runs given in Java, with the parts below;
 *   <li>{@link Parts}: those parts together;
 *   <li>{@link Engine}: traces, differentiates, vectorises, simplifies and runs graphs.
 * </ul>
 *
 * <p>The parts of the trainer. A module replaces one by {@code
 * OptionalBinder.newOptionalBinder(binder(), Batching.class).setBinding().toInstance(...)}:
 *
 * <ul>
 *   <li>{@link Batching}: which examples a step sees; shuffled epochs;
 *   <li>{@link StepBuilder}: what a step does; the optimizer on the loss of the batch;
 *   <li>{@link Evaluation}: how the model is measured; means over the held-out examples;
 *   <li>{@link Checkpointing}: where checkpoints go and which are kept; the run's folder;
 *   <li>{@link Reporting}: where numbers go; {@code metrics.jsonl} of the run's folder.
 * </ul>
 *
 * <p>What may be replaced likewise:
 *
 * <ul>
 *   <li>{@link Extensions}: makes extensions by name; from the plugins and the maps below;
 *   <li>{@link BackendSelection}: chooses among the backends that plugins offer;
 *   <li>{@link BackendSettings}: the backend where a run file names none; the best that can run
 *       here;
 *   <li>{@link Backends}: opens backends; the selection with those settings;
 *   <li>{@link Backend}: one of those, opened, where none is named.
 * </ul>
 *
 * <p>For each extension point of type T, {@code Map<String, Factory<T>>} by name; those of points
 * that a plugin declares are {@code @Named} with the point's name. {@link ExtensionPoints} adds to
 * them and gives their keys.
 *
 * <p>Life cycles. An injector opens no device: it holds factories and providers. {@link Backend}
 * has no scope, so each injection of it opens one, and whoever is injected with it closes it;
 * inject {@code Provider<Backend>} to open it when it is needed. What a trainer opens itself
 * (backend, session, evaluator, checkpoints, report) it closes at the end of the run, however that
 * ends. Parts are singletons by nature: they are called once a run and keep what belongs to the run
 * in what they return.
 *
 * <p>Plugins see none of this: they are called through the interfaces of the plugin API alone.
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

    bind(Engine.class).toInstance(new Engine());
    bindExtensions();
    bindBackends();
    bindTrainer();
  }

  private void bindExtensions() {
    Map<String, ExtensionPoint<?>> points = new LinkedHashMap<>();
    Contributions.frameworkPoints().forEach(point -> points.put(point.name(), point));
    catalog.registrations().forEach(r -> points.putIfAbsent(r.point().name(), r.point()));
    Map<String, Provider<? extends Map<String, ? extends Factory<?>>>> bound =
        new LinkedHashMap<>();
    points.forEach((name, point) -> bound.put(name, bindFactories(point)));
    replaceable(Extensions.class).toInstance(new BoundExtensions(catalog, bound));
  }

  private <T> Provider<Map<String, Factory<T>>> bindFactories(ExtensionPoint<T> point) {
    MapBinder<String, Factory<T>> factories = ExtensionPoints.factories(binder(), point);
    catalog
        .factories(point)
        .forEach((name, factory) -> factories.addBinding(name).toInstance(factory));
    return getProvider(ExtensionPoints.key(point));
  }

  private void bindBackends() {
    Provider<Extensions> extensions = getProvider(Extensions.class);
    Provider<Map<String, Factory<BackendProvider>>> providers =
        getProvider(ExtensionPoints.key(ExtensionPoint.BACKEND));
    replaceable(BackendSelection.class)
        .toProvider(() ->
            new BackendSelection(extensions.get(), providers.get().keySet(), droppedInBackends()))
        .in(Singleton.class);

    replaceable(BackendSettings.class).toInstance(new BackendSettings(Optional.empty(), Map.of()));

    Provider<BackendSelection> selection = getProvider(BackendSelection.class);
    Provider<BackendSettings> settings = getProvider(BackendSettings.class);
    replaceable(Backends.class)
        .toProvider(() -> new PreferredBackends(selection.get(), settings.get()))
        .in(Singleton.class);

    Provider<Backends> backends = getProvider(Backends.class);
    replaceable(Backend.class).toProvider(() -> backends.get().open(Optional.empty(), Map.of()));
  }

  private List<String> droppedInBackends() {
    return catalog.factories(ExtensionPoint.BACKEND).keySet().stream()
        .filter(name ->
            catalog.loaded(ExtensionPoint.BACKEND, name).origin().kind()
                == PluginOrigin.Kind.DIRECTORY)
        .toList();
  }

  /** Backends, of which one is preferred where none is named. */
  private record PreferredBackends(Backends all, BackendSettings preferred) implements Backends {
    @Override
    public Backend open(Optional<String> name, Map<String, String> options) {
      if (name.isPresent()) {
        return all.open(name, options);
      }
      Map<String, String> merged = new LinkedHashMap<>(preferred.options());
      merged.putAll(options);
      return all.open(preferred.kind(), merged);
    }
  }

  private void bindTrainer() {
    Parts ordinary = Parts.ordinary();
    replaceable(Batching.class).toInstance(ordinary.batching());
    replaceable(StepBuilder.class).toInstance(ordinary.step());
    replaceable(Evaluation.class).toInstance(ordinary.evaluation());
    replaceable(Checkpointing.class).toInstance(ordinary.checkpointing());
    replaceable(Reporting.class).toInstance(ordinary.reporting());

    Provider<Batching> batching = getProvider(Batching.class);
    Provider<StepBuilder> step = getProvider(StepBuilder.class);
    Provider<Evaluation> evaluation = getProvider(Evaluation.class);
    Provider<Checkpointing> checkpointing = getProvider(Checkpointing.class);
    Provider<Reporting> reporting = getProvider(Reporting.class);
    bind(Parts.class)
        .toProvider(() ->
            new Parts(
                batching.get(), step.get(), evaluation.get(), checkpointing.get(), reporting.get()))
        .in(Singleton.class);

    Provider<Extensions> extensions = getProvider(Extensions.class);
    Provider<Backends> backends = getProvider(Backends.class);
    Provider<Parts> parts = getProvider(Parts.class);
    bind(Trainer.class)
        .toProvider(() -> new Trainer(extensions.get(), backends.get(), parts.get()))
        .in(Singleton.class);
  }

  /** The default of a key that another module may set. */
  private <T> LinkedBindingBuilder<T> replaceable(Class<T> type) {
    return OptionalBinder.newOptionalBinder(binder(), type).setDefault();
  }

  /** Extensions of the plugins, and those that modules add to the maps. */
  private record BoundExtensions(
      PluginCatalog catalog,
      Map<String, Provider<? extends Map<String, ? extends Factory<?>>>> bound)
      implements Extensions {
    @Override
    public PluginInfo pluginOf(ExtensionPoint<?> point, String name) {
      return isOfModule(point, name)
          ? new PluginInfo("bound-by-a-module", "0", PluginInfo.API_VERSION)
          : catalog.pluginOf(point, name);
    }

    @Override
    public Optional<String> sha256Of(ExtensionPoint<?> point, String name) {
      return isOfModule(point, name) ? Optional.empty() : catalog.sha256Of(point, name);
    }

    private boolean isOfModule(ExtensionPoint<?> point, String name) {
      Provider<? extends Map<String, ? extends Factory<?>>> here = bound.get(point.name());
      return here != null && here.get().containsKey(name) && !catalog.has(point.name(), name);
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
}
