package dev.espalier.conformance.backend;

import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.BackendSubject;
import java.util.List;
import java.util.stream.Stream;

/** Rules BE: life cycle, and claims both ways. */
public final class BackendRules {
  private BackendRules() {}

  /** The checks. */
  public static List<Check<? super BackendSubject>> checks() {
    return Stream.of(
            ClaimRules.checks(),
            LifeCycleRules.checks(),
            MemoryRules.checks(),
            BufferRules.checks(),
            ConcurrencyRules.checks(),
            ProviderRules.checks(),
            CompositeRules.checks(),
            DonationRules.checks())
        .<Check<? super BackendSubject>>flatMap(List::stream)
        .toList();
  }
}
