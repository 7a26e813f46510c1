package dev.espalier.conformance.derivative;

import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.EngineSubject;
import java.util.List;

/** Rules VM: vectorisation and simplification. */
public final class VectorisationRules {
  private VectorisationRules() {}

  /** The checks. */
  public static List<Check<? super EngineSubject>> checks() {
    return List.of();
  }
}
