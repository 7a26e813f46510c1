package dev.espalier.host;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import dev.espalier.training.Extensions;
import dev.espalier.training.trainer.Trainer;
import java.util.ArrayList;
import java.util.List;

/** A started Espalier: its plugins found and its parts bound. */
public final class Host {
  private final Injector injector;

  private Host(Injector injector) {
    this.injector = injector;
  }

  /** With the plugins on the module path and on the class path. */
  public static Host start() {
    return with();
  }

  /** With the plugins of these sources. */
  public static Host start(PluginSources sources) {
    return with(PluginCatalog.discover(sources));
  }

  /** As {@link #start()}, with modules that add to {@link EspalierModule} or override its parts. */
  public static Host with(Module... modules) {
    return with(PluginCatalog.discover(), modules);
  }

  /** With these plugins, and modules that add or override. */
  public static Host with(PluginCatalog catalog, Module... modules) {
    List<Module> all = new ArrayList<>();
    all.add(new EspalierModule(catalog));
    all.addAll(List.of(modules));
    return new Host(Guice.createInjector(all));
  }

  /** What the plugins offer, and which of them were set aside. */
  public PluginCatalog plugins() {
    return injector.getInstance(PluginCatalog.class);
  }

  /** Makes extensions by name. */
  public Extensions extensions() {
    return injector.getInstance(Extensions.class);
  }

  /** Chooses and opens backends. */
  public BackendSelection backends() {
    return injector.getInstance(BackendSelection.class);
  }

  /** Trains, with the parts that are bound. */
  public Trainer trainer() {
    return injector.getInstance(Trainer.class);
  }
}
