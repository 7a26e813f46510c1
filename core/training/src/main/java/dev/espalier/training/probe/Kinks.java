package dev.espalier.training.probe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds where value, slope or curvature jump. Between two neighbouring points of a grid a smooth
 * {@code g} satisfies {@code g(b) - g(a) = (b - a) (g'(a) + g'(b)) / 2} up to the third power of
 * their distance. Where that fails by more than {@code 1e-6 (1 + |g|)}, the interval is divided
 * into 63 parts of equally many doubles, the part that fails most is divided again, and so on until
 * no part fails, which is a steep but smooth place, or two neighbouring doubles are left, which is
 * a jump if the difference still is that large. The one-sided values are those one double further
 * out.
 *
 * <p>What it cannot see: jumps of less than that; a second jump in an interval of the grid whose
 * effects cancel those of the first; what lies outside the grid; jumps of the third derivative and
 * higher ones. It reads the derivatives that the framework gives, so a wrong derivative shows as it
 * is.
 */
final class Kinks {
  private static final double RELATIVE = 1e-6;
  private static final int ORDERS = 3;

  /** A pole at 0 is infinite already beside it. */
  private static final double OVERFLOWS_BEFORE = 1e-300;

  private static final int MOST = 64;
  private static final int MOST_IN_AN_INTERVAL = 4;

  /** Rounding and overflow spread one kink over several doubles. */
  private static final double SAME_PLACE = 1e-12;

  private final Curve curve;
  private final List<Kink> found = new ArrayList<>();

  private Kinks(Curve curve) {
    this.curve = curve;
  }

  /**
   * The kinks in a grid, by place; at each place that of the lowest order, at most 64 in all.
   *
   * @param curve with derivatives up to the third
   * @param grid points, ascending
   * @param values the curve's on the grid
   */
  static List<Kink> of(Curve curve, double[] grid, double[][] values) {
    Kinks kinks = new Kinks(curve);
    for (int order = 0; order < ORDERS; order++) {
      for (int i = 0; i + 1 < grid.length; i++) {
        if (fails(order, grid, values, i)) {
          kinks.search(order, grid[i], grid[i + 1], MOST_IN_AN_INTERVAL);
        }
      }
    }
    return kinks.found.stream().sorted(Comparator.comparingDouble(Kink::x)).toList();
  }

  /** How much two values may differ that count as the same. */
  static double tolerance(double a, double b) {
    return RELATIVE * (1 + Math.abs(a) + Math.abs(b));
  }

  private static boolean fails(int order, double[] x, double[][] g, int i) {
    double failure = failure(order, x, g, i);
    return Double.isInfinite(failure) || failure > tolerance(g[order][i], g[order][i + 1]);
  }

  /** By how much the interval after point i is not what a smooth curve would give. */
  private static double failure(int order, double[] x, double[][] g, int i) {
    double a = g[order][i];
    double b = g[order][i + 1];
    if (!Double.isFinite(a) || !Double.isFinite(b)) {
      // Within a region that is infinite, or not a number, nothing happens.
      return Double.compare(a, b) == 0 ? 0 : Double.POSITIVE_INFINITY;
    }
    double expected = (x[i + 1] - x[i]) * (g[order + 1][i] + g[order + 1][i + 1]) / 2;
    return Double.isFinite(expected) ? Math.abs(b - a - expected) : Math.abs(b - a);
  }

  private void search(int order, double from, double to, int more) {
    double low = from;
    double high = to;
    while (Math.nextUp(low) < high) {
      double[] x = OrderedDoubles.between(low, high, Curve.FEW);
      double[][] g = curve.at(x);
      int worst = 0;
      for (int i = 1; i + 1 < x.length; i++) {
        if (failure(order, x, g, i) > failure(order, x, g, worst)) {
          worst = i;
        }
      }
      if (!fails(order, x, g, worst)) {
        return;
      }
      low = x[worst];
      high = x[worst + 1];
    }
    double before = Math.nextDown(low);
    double after = Math.nextUp(high);
    note(order, new double[] {before, low, high, after});
    // There may be others in the same interval.
    double away = SAME_PLACE * (1 + Math.abs(low));
    searchWhereItFails(order, from, before - away, more - 1);
    searchWhereItFails(order, after + away, to, more - 1);
  }

  private void searchWhereItFails(int order, double from, double to, int more) {
    if (from < to && more > 0 && found.size() < MOST) {
      double[] ends = {from, to};
      if (fails(order, ends, curve.at(ends), 0)) {
        search(order, from, to, more);
      }
    }
  }

  private void note(int order, double[] x) {
    double[] g = curve.at(x)[order];
    if (!differ(g[1], g[2])) {
      return;
    }
    int place;
    if (Double.isFinite(g[1]) != Double.isFinite(g[2])) {
      place = Double.isFinite(g[1]) ? 2 : 1;
    } else if (differ(g[1], g[0]) && differ(g[1], g[2])) {
      place = 1;
    } else if (differ(g[2], g[3])) {
      place = 2;
    } else {
      place = OrderedDoubles.rounder(x[1], x[2]) ? 1 : 2;
    }
    boolean zero = Math.abs(x[place]) < OVERFLOWS_BEFORE;
    double at = zero ? curve.at(0)[order][0] : g[place];
    add(new Kink(zero ? 0 : x[place], order, g[0], at, g[3]));
  }

  private void add(Kink kink) {
    for (int i = 0; i < found.size(); i++) {
      Kink known = found.get(i);
      if (Math.abs(known.x() - kink.x()) <= SAME_PLACE * (1 + Math.abs(kink.x()))) {
        if (known.order() == kink.order()) {
          found.set(i, merged(known, kink));
        }
        return;
      }
    }
    if (found.size() < MOST) {
      found.add(kink);
    }
  }

  /** One kink of two that are one: at the rounder place, with the sides of both. */
  private static Kink merged(Kink a, Kink b) {
    Kink place = OrderedDoubles.rounder(b.x(), a.x()) ? b : a;
    Kink lower = a.x() <= b.x() ? a : b;
    Kink upper = a.x() <= b.x() ? b : a;
    return new Kink(place.x(), a.order(), lower.left(), place.at(), upper.right());
  }

  private static boolean differ(double a, double b) {
    if (!Double.isFinite(a) || !Double.isFinite(b)) {
      return Double.compare(a, b) != 0;
    }
    return Math.abs(a - b) > tolerance(a, b);
  }
}
