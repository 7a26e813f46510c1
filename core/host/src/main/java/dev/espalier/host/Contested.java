package dev.espalier.host;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A name that several plugins register. None of them gets it; each is found by {@code
 * name@plugin-id}, and everything else they offer is usable.
 *
 * @param point the extension point's name
 * @param name the name
 * @param plugins the plugins, sorted by id
 */
public record Contested(String point, String name, List<LoadedPlugin> plugins) {
  public Contested {
    plugins =
        plugins.stream()
            .sorted(Comparator.comparing((LoadedPlugin plugin) -> plugin.info().id()))
            .toList();
  }

  /** The names that address each of them. */
  public List<String> addresses() {
    return plugins.stream().map(plugin -> name + "@" + plugin.info().id()).toList();
  }

  /** For messages: every plugin with version and location. */
  String offers() {
    return plugins.stream().map(LoadedPlugin::toString).collect(Collectors.joining(" and by "));
  }
}
