package dev.espalier.training.trainer;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.training.Extensions;
import dev.espalier.training.checkpoint.Manifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Makes extensions, and remembers which plugins they are from. */
final class UsedExtensions implements Extensions {
  private final Extensions extensions;
  private final Map<Source, Set<String>> used =
      new TreeMap<>(
          Comparator.comparing((Source source) -> source.info().id())
              .thenComparing(source -> source.info().version())
              .thenComparing(source -> source.sha256().orElse("")));

  UsedExtensions(Extensions extensions) {
    this.extensions = extensions;
  }

  /** A plugin and the hash of its file. */
  private record Source(PluginInfo info, Optional<String> sha256) {}

  @Override
  public <T> T create(ExtensionPoint<T> point, String name, Map<String, ?> params) {
    T made = extensions.create(point, name, params);
    Source source = new Source(extensions.pluginOf(point, name), extensions.sha256Of(point, name));
    used.computeIfAbsent(source, _ -> new LinkedHashSet<>()).add(point.name() + "/" + name);
    return made;
  }

  @Override
  public PluginInfo pluginOf(ExtensionPoint<?> point, String name) {
    return extensions.pluginOf(point, name);
  }

  @Override
  public Optional<String> sha256Of(ExtensionPoint<?> point, String name) {
    return extensions.sha256Of(point, name);
  }

  /** The plugins of what was made so far, by id. */
  List<Manifest.PluginUse> plugins() {
    List<Manifest.PluginUse> plugins = new ArrayList<>();
    used.forEach((source, names) ->
        plugins.add(
            new Manifest.PluginUse(
                source.info().id(), source.info().version(), source.sha256(), List.copyOf(names))));
    return plugins;
  }
}
