package dev.espalier.conformance.estimator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.training.GradientEstimator;
import dev.espalier.conformance.rule.Result;
import dev.espalier.conformance.rule.Suite;
import dev.espalier.conformance.rule.Tier;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Right estimators hold every rule; no plugin that comes with Espalier has one yet. */
final class EstimatorsTest {
  @Test
  void anEstimatorThatChangesNothingHoldsEveryRule() {
    assertThat(failures(new Estimators.Same(), false)).isEmpty();
  }

  @Test
  void theForwardGradientHoldsEveryRule() {
    assertThat(failures(new Estimators.Forward(), true)).isEmpty();
  }

  private static List<Result> failures(GradientEstimator estimator, boolean stochastic) {
    return Suite.of(EstimatorMutants.subject(estimator, stochastic), EstimatorRules.checks())
        .run(Tier.FULL, result -> {})
        .stream()
        .filter(result -> !result.status().conforms())
        .toList();
  }
}
