package dev.espalier.conformance.plugin;

import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.PluginSubject;
import java.util.List;
import java.util.stream.Stream;

/** Rules PL: plugins and their messages. */
public final class PluginRules {
  private PluginRules() {}

  /** The checks. */
  public static List<Check<? super PluginSubject>> checks() {
    return Stream.of(IdentityRules.checks(), HyperparameterRules.checks())
        .<Check<? super PluginSubject>>flatMap(List::stream)
        .toList();
  }
}
