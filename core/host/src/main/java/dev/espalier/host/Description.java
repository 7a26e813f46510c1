package dev.espalier.host;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.training.probe.Traits;
import java.util.List;
import java.util.Optional;

/**
 * What is known of an extension without using it.
 *
 * @param point the extension point's name
 * @param name its name at the point
 * @param citation its definition in one line, and where that comes from
 * @param plugin who offers it
 * @param hyperparameters what its factory asks for
 * @param traits what it says of itself, made with its defaults
 * @param conformance what a conformance report says of it in one line, where there is a report
 */
public record Description(
    String point,
    String name,
    Citation citation,
    PluginInfo plugin,
    List<Params.Entry> hyperparameters,
    Traits traits,
    Optional<String> conformance) {
  /** Copies the list. */
  public Description {
    hyperparameters = List.copyOf(hyperparameters);
  }

  /** Its definition in one line. */
  public String formula() {
    return citation.formula();
  }

  /** Where the definition comes from, in a few words. */
  public String source() {
    return citation.source();
  }
}
