package dev.espalier.conformance.plugin;

import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.PluginSubject;
import java.util.List;

/** Rules PL: plugins and their messages. */
public final class PluginRules {
  private PluginRules() {}

  /** The checks. */
  public static List<Check<? super PluginSubject>> checks() {
    return List.of();
  }
}
