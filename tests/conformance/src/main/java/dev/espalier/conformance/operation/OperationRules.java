package dev.espalier.conformance.operation;

import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.BackendSubject;
import java.util.List;

/** Rules OP: the values of operations on a backend. */
public final class OperationRules {
  private OperationRules() {}

  /** The checks. */
  public static List<Check<? super BackendSubject>> checks() {
    return List.of();
  }
}
