package dev.espalier.plugins.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import dev.espalier.api.privacy.Accountant;
import dev.espalier.api.privacy.Budget;
import dev.espalier.api.privacy.PrivateSteps;
import dev.espalier.api.privacy.Spending;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What budgets of the API find, with the accountants of this module. */
final class BudgetTest {
  private static final List<Accountant> ALL =
      List.of(
          new RenyiAccountant(), new LossDistributionAccountant(), new GaussianLimitAccountant());

  @Test
  void theSmallestNoiseIsWithinTheBudgetAndALittleLessIsNot() {
    for (Accountant accountant : ALL) {
      for (double epsilon : new double[] {0.3, 3, 40}) {
        Budget budget = new Budget(epsilon, 1e-5);
        PrivateSteps found = budget.smallestNoise(accountant, 0.02, 500);
        assertThat(budget.allows(accountant, List.of(found))).as(found.toString()).isTrue();
        PrivateSteps less =
            new PrivateSteps(0.02, found.noiseMultiplier() * (1 - 1e-3), found.count());
        assertThat(budget.allows(accountant, List.of(less))).as(less.toString()).isFalse();
      }
    }
  }

  @Test
  void theMostStepsAreWithinTheBudgetAndOneMoreIsNot() {
    for (Accountant accountant : List.of(ALL.getFirst(), ALL.getLast())) {
      for (double epsilon : new double[] {0.5, 2, 8}) {
        Budget budget = new Budget(epsilon, 1e-5);
        List<PrivateSteps> before = List.of(new PrivateSteps(0.01, 2, 10));
        PrivateSteps found = budget.mostSteps(accountant, before, new PrivateSteps(0.01, 2, 0));
        assertThat(found.count()).isPositive();
        assertThat(budget.allows(accountant, List.of(before.getFirst(), found))).isTrue();
        assertThat(
                budget.allows(
                    accountant, List.of(before.getFirst(), found.times(found.count() + 1))))
            .isFalse();
      }
    }
  }

  @Test
  void aSpentBudgetLeavesNoSteps() {
    List<PrivateSteps> before = List.of(new PrivateSteps(0.1, 1, 1000));
    PrivateSteps found =
        new Budget(1, 1e-5).mostSteps(ALL.getFirst(), before, new PrivateSteps(0.01, 1, 0));
    assertThat(found.count()).isZero();
  }

  @Test
  void anAccountantIsAskedAFewTimes() {
    AtomicInteger asked = new AtomicInteger();
    Accountant counting =
        (steps, delta) -> {
          asked.incrementAndGet();
          return ALL.getFirst().spent(steps, delta);
        };
    new Budget(3, 1e-5).smallestNoise(counting, 0.01, 10_000);
    assertThat(asked.get()).isLessThan(12);
    asked.set(0);
    new Budget(3, 1e-5).mostSteps(counting, List.of(), new PrivateSteps(0.01, 1, 0));
    assertThat(asked.get()).isLessThan(25);
  }

  @Test
  void anAccountantInSmallStepsOrWithoutEndIsAnsweredOrRefused() {
    Budget budget = new Budget(1, 1e-5);
    Accountant stairs =
        (steps, delta) ->
            new Spending(
                Math.ceil(4 / steps.getFirst().noiseMultiplier()) / 2, 0, Spending.Kind.BOUND, "");
    assertThat(budget.smallestNoise(stairs, 0.5, 1).noiseMultiplier())
        .isBetween(2.0, 2.0 * (1 + 1e-8));
    Accountant never =
        (steps, delta) -> new Spending(Double.POSITIVE_INFINITY, 0, Spending.Kind.BOUND, "");
    assertThatThrownBy(() -> budget.smallestNoise(never, 0.5, 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("whatever the noise");
    assertThatThrownBy(() -> budget.smallestNoise(never, 0.5, 0))
        .isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> new Budget(0, 1e-5)).isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> new Budget(1, 0)).isInstanceOf(EspalierException.class);
  }
}
