package dev.espalier.conformance.loss;

import dev.espalier.api.training.Loss;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;
import java.util.stream.Stream;

/** Rules LOSS: losses. */
public final class LossRules {
  private LossRules() {}

  /** The checks. */
  public static List<Check<? super ExtensionSubject<Loss>>> checks() {
    return Stream.of(
            LossValueRules.checks(),
            LossDifferenceRules.checks(),
            LossClaimRules.checks(),
            LossSamplingRules.checks())
        .<Check<? super ExtensionSubject<Loss>>>flatMap(List::stream)
        .toList();
  }
}
