package dev.espalier.plugins.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.EspalierException;
import dev.espalier.api.privacy.PrivateSteps;
import dev.espalier.api.privacy.Spending;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LossDistributionAccountantTest {
  private static final LossDistributionAccountant ACCOUNTANT = new LossDistributionAccountant();

  @Test
  void theBoundsEncloseWhatQuadratureAndTheClosedFormSay() {
    List<String[]> rows = Rows.of("epsilon.csv");
    assertThat(rows).hasSizeGreaterThan(20);
    for (String[] row : rows) {
      Spending spending = ACCOUNTANT.spent(Rows.steps(row[0]), Double.parseDouble(row[1]));
      double exact = Double.parseDouble(row[2]);
      assertThat(spending.epsilon()).as(String.join(",", row)).isGreaterThanOrEqualTo(exact);
      assertThat(spending.lowerBound()).as(String.join(",", row)).isLessThanOrEqualTo(exact);
      assertThat(spending.epsilon() - spending.lowerBound())
          .as(String.join(",", row))
          .isLessThanOrEqualTo(1e-3 * spending.epsilon());
      assertThat(spending.kind()).isEqualTo(Spending.Kind.CERTIFIED_BOUND);
    }
  }

  @Test
  void theBoundsAreNearEachOtherAndBelowTheRenyiBoundOverTheUsualRange() {
    for (double rate : new double[] {1e-3, 0.01, 0.1}) {
      for (double noise : new double[] {0.6, 1, 4}) {
        for (long count : new long[] {1, 100, 10_000}) {
          List<PrivateSteps> steps = List.of(new PrivateSteps(rate, noise, count));
          Spending spending = ACCOUNTANT.spent(steps, 1e-5);
          String name = steps + " " + spending;
          assertThat(spending.epsilon() - spending.lowerBound())
              .as(name)
              .isLessThanOrEqualTo(1e-3 * spending.epsilon());
          assertThat(spending.lowerBound())
              .as(name)
              .isLessThanOrEqualTo(new RenyiAccountant().spent(steps, 1e-5).epsilon());
        }
      }
    }
  }

  @Test
  void deltasFarBelowTheRoundingOfATransformAreBounded() {
    List<PrivateSteps> steps = List.of(new PrivateSteps(0.01, 1, 1000));
    double before = 0;
    for (double delta : new double[] {1e-5, 1e-15, 1e-30, 1e-100}) {
      Spending spending = ACCOUNTANT.spent(steps, delta);
      assertThat(spending.epsilon()).isGreaterThan(before);
      assertThat(spending.lowerBound()).isGreaterThan(0.999 * spending.epsilon());
      before = spending.epsilon();
    }
  }

  @Test
  void aGroupSplitIntoUnequalOnesCostsTheSame() {
    Spending whole = ACCOUNTANT.spent(List.of(new PrivateSteps(0.02, 1.2, 1000)), 1e-6);
    Spending parts =
        ACCOUNTANT.spent(
            List.of(new PrivateSteps(0.02, 1.2, 1), new PrivateSteps(0.02, 1.2, 999)), 1e-6);
    assertThat(parts.epsilon()).isCloseTo(whole.epsilon(), within(1e-9));
    assertThat(parts.lowerBound()).isCloseTo(whole.lowerBound(), within(1e-9));
  }

  @Test
  void aDeltaThatOneOutcomeAloneHasLeavesNothingToPay() {
    Spending spending = ACCOUNTANT.spent(List.of(new PrivateSteps(0.01, 10, 1)), 0.5);
    assertThat(spending.epsilon()).isZero();
  }

  @Test
  void anAddedExampleWhoseLossHasACeilingTakesNoBoundAway() {
    Spending spending = ACCOUNTANT.spent(List.of(new PrivateSteps(0.1, 0.6, 1)), 1e-8);
    assertThat(spending.lowerBound()).isGreaterThan(0.999 * spending.epsilon());
  }

  @Test
  void whatIsOutOfTheDomainIsRefused() {
    assertThatThrownBy(() -> ACCOUNTANT.spent(List.of(new PrivateSteps(0.5, 0.001, 1)), 1e-5))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("0.001");
    assertThatThrownBy(() -> ACCOUNTANT.spent(List.of(), 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("delta is in (0, 1)");
  }
}
