package dev.espalier.training.probe;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a scan of a line shows of a curve. The grid is even and holds both ends; what is finer than
 * its distance may be missed.
 *
 * @param grid the points
 * @param values the curve on the grid: by order, 0 being the value, and by point
 * @param kinks where it is not smooth
 * @param zeros where the value is 0 or changes its sign, at most 64; not where it is 0 on a stretch
 * @param minimum the least value on the line
 * @param maximum the greatest value on the line
 * @param left what it does far left of the line
 * @param right what it does far right of it
 * @param leastCurvature the smallest second derivative on the grid; NaN where there is none
 * @param leastCurvatureAt where that is
 */
public record Portrait(
    double[] grid,
    double[][] values,
    List<Kink> kinks,
    List<Double> zeros,
    Extremum minimum,
    Extremum maximum,
    Limit left,
    Limit right,
    double leastCurvature,
    double leastCurvatureAt) {
  /** The most points of a scan. */
  public static final int MOST_POINTS = 1_000_001;

  private static final int MOST_ZEROS = 64;

  /** Copies the lists; the arrays are not to be written. */
  public Portrait {
    kinks = List.copyOf(kinks);
    zeros = List.copyOf(zeros);
  }

  /**
   * Scans a line.
   *
   * @param curve with derivatives up to the third at least
   * @param from its lower end
   * @param to its upper end
   * @param points points of the grid, at least 3
   * @throws EspalierException BAD_VALUE for a line or a number of points that is none
   */
  public static Portrait of(Curve curve, double from, double to, int points) {
    if (!(from < to && Double.isFinite(to - from)) || points < 3 || points > MOST_POINTS) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a line from a lower to a higher number, of 3 to " + MOST_POINTS + " points",
          "from " + from + " to " + to + ", " + points + " points",
          "give another line");
    }
    double[] grid = new double[points];
    for (int i = 0; i < points; i++) {
      double share = (double) i / (points - 1);
      grid[i] = i == points - 1 ? to : from * (1 - share) + to * share;
    }
    double[][] values = curve.at(grid);
    List<Kink> kinks = Kinks.of(curve, grid, values);
    int flattest = -1;
    for (int i = 0; i < points; i++) {
      double g = values[2][i];
      if (!Double.isNaN(g) && (flattest < 0 || g < values[2][flattest])) {
        flattest = i;
      }
    }
    return new Portrait(
        grid,
        values,
        kinks,
        zeros(curve, grid, values[0]),
        Extremum.least(curve, grid, values, kinks),
        Extremum.greatest(curve, grid, values, kinks),
        Limit.of(curve, false),
        Limit.of(curve, true),
        flattest < 0 ? Double.NaN : values[2][flattest] + 0.0,
        flattest < 0 ? Double.NaN : grid[flattest]);
  }

  /** The infimum of the range, as far as the scan and the limits show. */
  public Bound infimum() {
    return Bound.infimum(minimum, left, right);
  }

  /** The supremum of the range, as far as the scan and the limits show. */
  public Bound supremum() {
    return Bound.supremum(maximum, left, right);
  }

  /**
   * Whether nothing on the line contradicts that the curve is convex: no second derivative on the
   * grid is below 0 by more than rounding, no slope jumps down and no value jumps.
   */
  public boolean looksConvex() {
    double largest = 1;
    for (double g : values[2]) {
      largest = Double.isFinite(g) ? Math.max(largest, Math.abs(g)) : largest;
    }
    return leastCurvature >= -1e-9 * largest
        && kinks.stream()
            .allMatch(k -> k.order() == 2 || (k.order() == 1 && k.left() <= k.right()));
  }

  private static List<Double> zeros(Curve curve, double[] grid, double[] y) {
    List<Double> zeros = new ArrayList<>();
    for (int i = 0; i < grid.length && zeros.size() < MOST_ZEROS; i++) {
      boolean before = i > 0 && y[i - 1] == 0;
      boolean after = i + 1 < grid.length && y[i + 1] == 0;
      if (y[i] == 0 && !before && !after) {
        zeros.add(grid[i] + 0.0);
      } else if (i + 1 < grid.length && y[i] * y[i + 1] < 0) {
        crossing(curve, grid[i], grid[i + 1]).ifPresent(zeros::add);
      }
    }
    return zeros;
  }

  private static OptionalDouble crossing(Curve curve, double from, double to) {
    double low = from;
    double high = to;
    double start = curve.at(low)[0][0];
    while (Math.nextUp(low) < high) {
      double[] x = OrderedDoubles.between(low, high, Curve.FEW);
      double[] y = curve.at(x)[0];
      int i = 1;
      while (i + 1 < x.length && start * y[i] > 0) {
        i++;
      }
      if (y[i] == 0) {
        return OptionalDouble.of(x[i] + 0.0);
      }
      low = x[i - 1];
      high = x[i];
    }
    // A value that jumps over 0 has no zero there.
    double[] y = curve.at(low, high)[0];
    boolean lower = Math.abs(y[0]) < Math.abs(y[1]);
    return Math.min(Math.abs(y[0]), Math.abs(y[1])) > Kinks.tolerance(0, 0)
        ? OptionalDouble.empty()
        : OptionalDouble.of(lower ? low + 0.0 : high + 0.0);
  }
}
