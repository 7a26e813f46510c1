package dev.espalier.host;

import java.util.List;

/**
 * A name that several plugins register. None of them gets it; everything else they offer is usable.
 *
 * @param point the extension point's name
 * @param name the name
 * @param plugins the ids of the plugins, sorted
 */
public record Contested(String point, String name, List<String> plugins) {
  public Contested {
    plugins = List.copyOf(plugins);
  }
}
