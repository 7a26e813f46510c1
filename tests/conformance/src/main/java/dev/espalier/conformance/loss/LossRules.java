package dev.espalier.conformance.loss;

import dev.espalier.api.training.Loss;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;

/** Rules LOSS: losses. */
public final class LossRules {
  private LossRules() {}

  /** The checks. */
  public static List<Check<? super ExtensionSubject<Loss>>> checks() {
    return List.of();
  }
}
