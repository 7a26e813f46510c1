package dev.espalier.plugins.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.privacy.PrivateSteps;
import dev.espalier.api.privacy.Spending;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GaussianLimitAccountantTest {
  private static final GaussianLimitAccountant ACCOUNTANT = new GaussianLimitAccountant();

  @Test
  void theGaussianMechanismHasItsClosedForm() {
    for (String[] row : Rows.of("epsilon.csv")) {
      if (row[0].startsWith("1:")) {
        Spending spending = ACCOUNTANT.spent(Rows.steps(row[0]), Double.parseDouble(row[1]));
        double exact = Double.parseDouble(row[2]);
        assertThat(spending.epsilon()).as(row[0]).isCloseTo(exact, within(1e-11 * (1 + exact)));
        assertThat(spending.kind()).isEqualTo(Spending.Kind.BOUND);
      }
    }
  }

  @Test
  void sampledStepsAreAnApproximationNearTheTruth() {
    List<PrivateSteps> steps = List.of(new PrivateSteps(0.01, 4, 10_000));
    Spending limit = ACCOUNTANT.spent(steps, 1e-5);
    assertThat(limit.kind()).isEqualTo(Spending.Kind.APPROXIMATION);
    assertThat(limit.isGuarantee()).isFalse();
    double certified = new LossDistributionAccountant().spent(steps, 1e-5).epsilon();
    assertThat(limit.epsilon()).isCloseTo(certified, within(0.02 * certified));
  }

  @Test
  void theLimitIsBelowTheTruthWhereItIsFar() {
    List<PrivateSteps> steps = List.of(new PrivateSteps(0.001, 0.5, 1000));
    assertThat(ACCOUNTANT.spent(steps, 1e-6).epsilon())
        .isLessThan(new LossDistributionAccountant().spent(steps, 1e-6).lowerBound());
  }
}
