package dev.espalier.conformance.derivative;

import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.EngineSubject;
import java.util.List;

/** Rules AD: derivatives. */
public final class DerivativeRules {
  private DerivativeRules() {}

  /** The checks. */
  public static List<Check<? super EngineSubject>> checks() {
    return List.of();
  }
}
