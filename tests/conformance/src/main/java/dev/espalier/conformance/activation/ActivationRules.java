package dev.espalier.conformance.activation;

import dev.espalier.api.training.Activation;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;
import java.util.stream.Stream;

/** Rules ACT: activations. */
public final class ActivationRules {
  private ActivationRules() {}

  /** The checks. */
  public static List<Check<? super ExtensionSubject<Activation>>> checks() {
    return Stream.of(ValueRules.checks(), ClaimRules.checks(), FormRules.checks())
        .<Check<? super ExtensionSubject<Activation>>>flatMap(List::stream)
        .toList();
  }
}
