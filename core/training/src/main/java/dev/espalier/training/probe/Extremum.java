package dev.espalier.training.probe;

import java.util.List;

/**
 * The least or the greatest value of a curve on a scanned line.
 *
 * @param from where, and where it begins if the curve is flat there
 * @param to where it ends; the same as from if it is one point
 * @param value the value
 * @param place what kind of place that is
 */
public record Extremum(double from, double to, double value, Place place) {
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
  private static final int GOLDEN_STEPS = 80;

  /** Where an extremum can be. */
  public enum Place {
    /** Where the derivative passes through 0. */
    STATIONARY,
    /** At a kink; at a jump it may be the value just beside it. */
    KINK,
    /** At an end of the line that was scanned: the curve goes on beyond it. */
    END,
    /** On a whole stretch. */
    FLAT
  }

  /**
   * The least value on a grid, refined: at a kink it is the kink's; else the sign of the derivative
   * is followed to neighbouring doubles; where it does not change, golden section (J. Kiefer,
   * "Sequential Minimax Search for a Maximum", 1953) finds the place to about the root of the
   * rounding.
   */
  static Extremum least(Curve curve, double[] grid, double[][] values, List<Kink> kinks) {
    return extremum(curve, grid, values, kinks, 1);
  }

  /** The greatest value on a grid, in the same way. */
  static Extremum greatest(Curve curve, double[] grid, double[][] values, List<Kink> kinks) {
    return extremum(curve, grid, values, kinks, -1);
  }

  private static Extremum extremum(
      Curve curve, double[] grid, double[][] values, List<Kink> kinks, int sign) {
    int best = -1;
    for (int i = 0; i < grid.length; i++) {
      double y = sign * values[0][i];
      if (!Double.isNaN(y) && (best < 0 || y < sign * values[0][best])) {
        best = i;
      }
    }
    if (best < 0) {
      return new Extremum(grid[0], grid[grid.length - 1], Double.NaN, Place.FLAT);
    }
    int last = best;
    while (last + 1 < grid.length && values[0][last + 1] == values[0][best]) {
      last++;
    }
    double low = grid[Math.max(best - 1, 0)];
    double high = grid[Math.min(last + 1, grid.length - 1)];
    if (last > best) {
      return new Extremum(grid[best], grid[last], values[0][best] + 0.0, Place.FLAT);
    }
    double bound = sign * values[0][best];
    for (Kink kink : kinks) {
      double y = most(sign, curve, kink);
      if (kink.order() <= 1 && low <= kink.x() && kink.x() <= high && sign * y <= bound) {
        return new Extremum(kink.x(), kink.x(), y + 0.0, Place.KINK);
      }
    }
    if (best == 0 || best == grid.length - 1) {
      return new Extremum(grid[best], grid[best], values[0][best] + 0.0, Place.END);
    }
    double x = stationary(curve, low, high, sign);
    return new Extremum(x + 0.0, x + 0.0, curve.at(x)[0][0] + 0.0, Place.STATIONARY);
  }

  /** The least value at a kink; where the value jumps, also just beside it. */
  private static double most(int sign, Curve curve, Kink kink) {
    double y = sign * curve.at(kink.x())[0][0];
    if (kink.order() == 0) {
      for (double side : new double[] {sign * kink.left(), sign * kink.right()}) {
        y = Double.isNaN(y) || side < y ? side : y;
      }
    }
    return sign * y;
  }

  private static double stationary(Curve curve, double from, double to, int sign) {
    double low = from;
    double high = to;
    double[] ends = curve.at(low, high)[1];
    if (!(sign * ends[0] <= 0 && sign * ends[1] >= 0)) {
      return goldenSection(curve, low, high, sign);
    }
    while (Math.nextUp(low) < high) {
      double[] x = OrderedDoubles.between(low, high, Curve.FEW);
      double[] slope = curve.at(x)[1];
      int i = 1;
      while (i + 1 < x.length && sign * slope[i] < 0) {
        i++;
      }
      if (slope[i] == 0) {
        return x[i];
      }
      low = x[i - 1];
      high = x[i];
    }
    double[] slope = curve.at(low, high)[1];
    return Math.abs(slope[0]) < Math.abs(slope[1]) ? low : high;
  }

  private static double goldenSection(Curve curve, double from, double to, int sign) {
    double low = from;
    double high = to;
    for (int i = 0; i < GOLDEN_STEPS; i++) {
      double left = high - GOLDEN * (high - low);
      double right = low + GOLDEN * (high - low);
      double[] y = curve.at(left, right)[0];
      if (sign * y[0] <= sign * y[1]) {
        high = right;
      } else {
        low = left;
      }
    }
    return (low + high) / 2;
  }
}
