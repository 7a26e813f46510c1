package dev.espalier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RoundTripTest {
  @Test
  void aRoundTripTakesTimeWhereThereAreProcessorsForIt() {
    var time = RoundTrip.nanoseconds();

    assertThat(time.isPresent()).isEqualTo(Runtime.getRuntime().availableProcessors() > 1);
    time.ifPresent(ns -> assertThat(ns).isPositive().isFinite());
  }
}
