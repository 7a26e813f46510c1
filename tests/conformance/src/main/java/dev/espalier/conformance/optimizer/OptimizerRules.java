package dev.espalier.conformance.optimizer;

import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;

/** Rules OPT: optimizers. */
public final class OptimizerRules {
  private OptimizerRules() {}

  /** The checks. */
  public static List<Check<? super ExtensionSubject<Optimizer>>> checks() {
    return List.of();
  }
}
