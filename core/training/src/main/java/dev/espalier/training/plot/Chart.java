package dev.espalier.training.plot;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Lines over a common axis. What is not finite is left out, and a line is broken there.
 *
 * @param title what is shown
 * @param xLabel what the horizontal axis is
 * @param yLabel what the vertical axis is
 * @param logarithmic whether the vertical axis is logarithmic; then only what is above 0 is shown
 * @param lines the lines, in the order of the legend
 * @param marks places on the horizontal axis that are pointed out
 */
public record Chart(
    String title,
    String xLabel,
    String yLabel,
    boolean logarithmic,
    List<Line> lines,
    List<Mark> marks) {
  /** Beyond this many times the spread of the middle 90 % of a chart's values it is cut off. */
  private static final double CUT = 4;

  private static final double TAIL = 0.05;

  /** Copies the lists. */
  public Chart {
    lines = List.copyOf(lines);
    marks = List.copyOf(marks);
  }

  /**
   * A line.
   *
   * @param name its name in the legend
   * @param x ascending
   * @param y as many
   */
  public record Line(String name, double[] x, double[] y) {}

  /**
   * A place on the horizontal axis.
   *
   * @param x where
   * @param text what is there
   */
  public record Mark(double x, String text) {}

  /** The least and the greatest x. */
  double[] xRange() {
    return range(lines.stream().flatMapToDouble(l -> Arrays.stream(l.x())));
  }

  /**
   * The range of the vertical axis. Few values far out, as beside a pole, are cut off rather than
   * press all others flat.
   */
  double[] yRange() {
    double[] y =
        lines.stream()
            .flatMapToDouble(l -> Arrays.stream(l.y()))
            .filter(v -> Double.isFinite(v) && (!logarithmic || v > 0))
            .sorted()
            .toArray();
    if (y.length == 0 || logarithmic) {
      return range(Arrays.stream(y));
    }
    double low = y[(int) (TAIL * (y.length - 1))];
    double high = y[(int) ((1 - TAIL) * (y.length - 1))];
    double room = CUT * Math.max(high - low, Double.MIN_NORMAL);
    return range(
        DoubleStream.of(Math.max(y[0], low - room), Math.min(y[y.length - 1], high + room)));
  }

  private static double[] range(DoubleStream values) {
    var found = values.filter(Double::isFinite).summaryStatistics();
    if (found.getCount() == 0) {
      return new double[] {0, 1};
    }
    if (found.getMin() == found.getMax()) {
      double around = Math.max(Math.abs(found.getMin()), 1) / 2;
      return new double[] {found.getMin() - around, found.getMax() + around};
    }
    return new double[] {found.getMin(), found.getMax()};
  }
}
