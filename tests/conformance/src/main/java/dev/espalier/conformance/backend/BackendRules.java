package dev.espalier.conformance.backend;

import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.BackendSubject;
import java.util.List;

/** Rules BE: life cycle, and claims both ways. */
public final class BackendRules {
  private BackendRules() {}

  /** The checks. */
  public static List<Check<? super BackendSubject>> checks() {
    return List.of();
  }
}
