package dev.espalier.training.probe;

/**
 * One end of a curve's range.
 *
 * @param value the infimum or the supremum
 * @param place where it is taken or approached
 * @param at where it is taken, or the last place looked at
 */
public record Bound(double value, Place place, double at) {
  /** How a bound comes about. */
  public enum Place {
    /** It is taken on the line that was scanned. */
    TAKEN,
    /** It is the limit to the left. */
    LEFT,
    /** It is the limit to the right. */
    RIGHT
  }

  static Bound infimum(Extremum least, Limit left, Limit right) {
    return of(1, least, left, right);
  }

  static Bound supremum(Extremum greatest, Limit left, Limit right) {
    return of(-1, greatest, left, right);
  }

  private static Bound of(int sign, Extremum extremum, Limit left, Limit right) {
    Bound bound = new Bound(extremum.value(), Place.TAKEN, extremum.from());
    if (beyond(sign, left, bound)) {
      bound = new Bound(value(left), Place.LEFT, Double.NEGATIVE_INFINITY);
    }
    if (beyond(sign, right, bound)) {
      bound = new Bound(value(right), Place.RIGHT, Double.POSITIVE_INFINITY);
    }
    return bound;
  }

  private static boolean beyond(int sign, Limit limit, Bound bound) {
    double value = value(limit);
    return !Double.isNaN(value)
        && (Double.isNaN(bound.value()) || sign * value < sign * bound.value());
  }

  private static double value(Limit limit) {
    return switch (limit.trend()) {
      case RISES -> Double.POSITIVE_INFINITY;
      case FALLS -> Double.NEGATIVE_INFINITY;
      case SETTLES, UNSETTLED -> limit.value();
      case NOT_A_NUMBER -> Double.NaN;
    };
  }
}
