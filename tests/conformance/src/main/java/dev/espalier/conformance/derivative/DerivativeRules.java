package dev.espalier.conformance.derivative;

import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.EngineSubject;
import java.util.List;
import java.util.stream.Stream;

/** Rules AD: derivatives. */
public final class DerivativeRules {
  private DerivativeRules() {}

  /** The checks. */
  public static List<Check<? super EngineSubject>> checks() {
    return Stream.of(
            FirstOrder.checks(),
            HigherOrder.checks(),
            Laws.checks(),
            Kinks.checks(),
            PerExample.checks(),
            TaylorMode.checks(),
            OwnRules.checks())
        .<Check<? super EngineSubject>>flatMap(List::stream)
        .toList();
  }
}
