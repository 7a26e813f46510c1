package dev.espalier.conformance.initializer;

import dev.espalier.api.training.Initializer;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;

/** Rules INIT: initializers. */
public final class InitializerRules {
  private InitializerRules() {}

  /** The checks. */
  public static List<Check<? super ExtensionSubject<Initializer>>> checks() {
    return List.of();
  }
}
