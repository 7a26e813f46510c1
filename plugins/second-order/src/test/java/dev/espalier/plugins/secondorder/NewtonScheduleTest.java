package dev.espalier.plugins.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The steps of the iteration for inverse roots. */
final class NewtonScheduleTest {
  /** What the step with so many after it makes of an eigenvalue. */
  private static double after(NewtonSchedule schedule, int remaining, int order, double w) {
    double t = schedule.constants().get(remaining) - schedule.factors().get(remaining) * w;
    return w * Math.pow(t, order);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.9", "2, 0.9", "4, 0.9", "6, 0.9", "4, 0.998"})
  void eachStepTakesItsIntervalToThatOfTheNext(int order, double end) {
    NewtonSchedule schedule = NewtonSchedule.of(order, end);
    assertThat(schedule.least().getFirst()).isEqualTo(end);
    assertThat(schedule.least().getLast()).isLessThan(1e-40);
    for (int k = 0; k < schedule.factors().size(); k++) {
      double low = schedule.least().get(k + 1);
      double wanted = schedule.least().get(k);
      // Both ends meet, up to what a difference of two numbers near 1 loses; nothing between them
      // is below them or over 1.
      assertThat(after(schedule, k, order, low)).isCloseTo(wanted, within(1e-12 * wanted));
      double lost = 1e-15 * order * Math.pow(wanted, 1 - 1.0 / order) + 1e-12 * wanted;
      assertThat(after(schedule, k, order, 1)).isCloseTo(wanted, within(4 * lost));
      double highest = 0;
      for (int i = 0; i <= 2000; i++) {
        double w = low * Math.pow(1 / low, i / 2000.0);
        double image = after(schedule, k, order, w);
        assertThat(image).isBetween(wanted - 4 * lost, 1 + 1e-12);
        highest = Math.max(highest, image);
      }
      assertThat(highest).isGreaterThan(0.99);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 3.9", "2, 6.6", "4, 11.9", "6, 17.2"})
  void farFromTheEndAStepGrowsByNearlyItsLimit(int order, double least) {
    NewtonSchedule schedule = NewtonSchedule.of(order, 0.9);
    int last = schedule.factors().size();
    double growth = schedule.least().get(last - 1) / schedule.least().get(last);
    double limit = (order + 1) * Math.pow((order + 1.0) / order, order);
    assertThat(growth).isBetween(least, limit * (1 + 1e-9));
  }
}
