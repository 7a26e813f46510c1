package dev.espalier.training.plot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.training.plot.Chart.Line;
import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {
  @Test
  void ticksAreRoundAndInTheRange() {
    assertThat(new Axis(-10, 10, 0, 1, false).ticks()).containsExactly(-10.0, -5.0, 0.0, 5.0, 10.0);
    assertThat(new Axis(0.1, 0.93, 0, 1, false).ticks())
        .allSatisfy(t -> assertThat(t).isBetween(0.1, 0.93))
        .hasSizeBetween(3, 9);
    assertThat(new Axis(1e-3, 1e3, 0, 1, true).ticks().stream().map(Axis::text))
        .containsExactly("0.001", "0.1", "10", "1000");
  }

  @Test
  void aPoleDoesNotPressTheRestFlat() {
    double[] y = new double[200];
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.sin(i);
    }
    y[100] = 1e9;
    double[] x = new double[y.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = i;
    }
    Chart chart = new Chart("a", "x", "y", false, List.of(new Line("l", x, y)), List.of());
    assertThat(chart.yRange()[1]).isLessThan(20);
  }
}
