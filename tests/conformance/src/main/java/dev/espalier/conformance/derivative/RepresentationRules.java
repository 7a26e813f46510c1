package dev.espalier.conformance.derivative;

import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.EngineSubject;
import java.util.List;

/** Rules IR: what the verifier refuses. */
public final class RepresentationRules {
  private RepresentationRules() {}

  /** The checks. */
  public static List<Check<? super EngineSubject>> checks() {
    return List.of();
  }
}
