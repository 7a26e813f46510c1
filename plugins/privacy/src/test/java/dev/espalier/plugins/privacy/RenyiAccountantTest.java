package dev.espalier.plugins.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.privacy.PrivateSteps;
import dev.espalier.api.privacy.Spending;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RenyiAccountantTest {
  private static final List<PrivateSteps> RUN = List.of(new PrivateSteps(0.04, 1.5, 2250));

  @Test
  void wholeAndFractionalOrdersAgreeWithQuadrature() {
    List<String[]> rows = Rows.of("renyi-divergence.csv");
    assertThat(rows).hasSizeGreaterThan(100);
    for (String[] row : rows) {
      double expected = Double.parseDouble(row[3]);
      double found =
          new SampledGaussianDivergence(Double.parseDouble(row[0]), Double.parseDouble(row[1]))
              .at(Double.parseDouble(row[2]));
      // The moment is 1 and a little more: its logarithm has the digits of the moment.
      double order = Double.parseDouble(row[2]);
      assertThat(found)
          .as(String.join(",", row))
          .isCloseTo(expected, within(1e-13 * expected + 4e-15 / (order - 1)));
    }
  }

  @Test
  void theDivergenceIsContinuousFromFractionalToWholeOrders() {
    SampledGaussianDivergence divergence = new SampledGaussianDivergence(0.04, 1.5);
    for (int order = 2; order < 20; order++) {
      assertThat(divergence.at(order + 1e-9))
          .isCloseTo(divergence.at(order), within(1e-8 * divergence.at(order)));
      assertThat(divergence.at(order - 1e-9))
          .isCloseTo(divergence.at(order), within(1e-8 * divergence.at(order)));
    }
  }

  @Test
  void theBestOrderOfAGridGivesTheKnownEpsilonAndTheContinuousOneIsBetter() {
    double best = Double.POSITIVE_INFINITY;
    for (int tenths = 11; tenths < 110; tenths++) {
      best = Math.min(best, RenyiAccountant.epsilon(RUN, 1e-5, tenths / 10.0 - 1));
    }
    assertThat(best).isCloseTo(7.3291, within(5e-5));
    Spending spending = new RenyiAccountant().spent(RUN, 1e-5);
    assertThat(spending.epsilon()).isLessThan(best).isCloseTo(7.32835, within(5e-6));
    assertThat(spending.kind()).isEqualTo(Spending.Kind.BOUND);
    assertThat(spending.detail()).isEqualTo("order 3.9410");
  }

  @Test
  void noNeighbouringOrderIsBetterThanTheOneChosen() {
    for (double noise : new double[] {0.3, 1, 4, 50}) {
      for (double delta : new double[] {1e-12, 1e-5, 0.1}) {
        List<PrivateSteps> steps = List.of(new PrivateSteps(0.01, noise, 1000));
        SectionSearch.Point best = RenyiAccountant.best(steps, delta);
        for (double factor : new double[] {0.5, 0.9, 0.999, 1.001, 1.1, 2}) {
          assertThat(RenyiAccountant.epsilon(steps, delta, best.x() * factor))
              .isGreaterThanOrEqualTo(best.y() - 1e-12 * Math.abs(best.y()));
        }
      }
    }
  }

  @Test
  void extremeNumbersGiveNumbers() {
    for (double rate : new double[] {1e-300, 1e-9, 0.5, 1 - 1e-15, 1}) {
      for (double noise : new double[] {1e-3, 1, 1e6}) {
        for (long count : new long[] {1, 1_000_000}) {
          assertThat(
                  new RenyiAccountant()
                      .spent(List.of(new PrivateSteps(rate, noise, count)), 1e-5)
                      .epsilon())
              .as(rate + " " + noise + " " + count)
              .isNotNaN()
              .isNotNegative();
        }
      }
    }
  }
}
