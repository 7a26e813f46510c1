package dev.espalier.conformance.subject;

import dev.espalier.api.plugin.Plugin;
import dev.espalier.conformance.golden.Registered;
import dev.espalier.conformance.rule.KnownGaps;
import dev.espalier.conformance.rule.Subject;
import java.util.List;

/**
 * A plugin.
 *
 * @param plugin the plugin
 * @param gaps what its author knows to be wrong with it
 */
public record PluginSubject(Plugin plugin, KnownGaps gaps) implements Subject {
  @Override
  public String name() {
    return plugin.info().id();
  }

  /** What it registers. */
  public List<Registered<?>> registrations() {
    return Registered.by(plugin);
  }
}
