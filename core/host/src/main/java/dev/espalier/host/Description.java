package dev.espalier.host;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.PluginInfo;
import java.util.List;

/**
 * What is known of an extension without using it.
 *
 * @param point the extension point's name
 * @param name its name at the point
 * @param formula its definition in one line
 * @param source where the definition comes from
 * @param plugin who offers it
 * @param hyperparameters what its factory asks for
 */
public record Description(
    String point,
    String name,
    String formula,
    String source,
    PluginInfo plugin,
    List<Params.Entry> hyperparameters) {
  public Description {
    hyperparameters = List.copyOf(hyperparameters);
  }
}
