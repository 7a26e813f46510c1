package dev.espalier.conformance.operation;

import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.BackendSubject;
import java.util.List;

/** Rules RNG: random bits are the same on every backend. */
public final class RandomRules {
  private RandomRules() {}

  /** The checks. */
  public static List<Check<? super BackendSubject>> checks() {
    return List.of();
  }
}
