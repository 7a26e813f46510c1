package dev.espalier.conformance.estimator;

import dev.espalier.api.training.GradientEstimator;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;

/** Rules EST: gradient estimators. */
public final class EstimatorRules {
  private EstimatorRules() {}

  /** The checks. */
  public static List<Check<? super ExtensionSubject<GradientEstimator>>> checks() {
    return List.of();
  }
}
