package dev.espalier.conformance.optimizer;

import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;
import java.util.stream.Stream;

/** Rules OPT: optimizers. */
public final class OptimizerRules {
  private OptimizerRules() {}

  /** The checks. */
  public static List<Check<? super ExtensionSubject<Optimizer>>> checks() {
    return Stream.of(
            TrajectoryRules.checks(),
            InvarianceRules.checks(),
            StateRules.checks(),
            BehaviourRules.checks())
        .<Check<? super ExtensionSubject<Optimizer>>>flatMap(List::stream)
        .toList();
  }
}
