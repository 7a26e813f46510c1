package dev.espalier.plugins.privacy;

import java.util.function.DoubleUnaryOperator;

/**
 * Where a function of a positive number is smallest that falls and then rises: doublings until it
 * rises, then golden sections of the logarithm.
 *
 * @param smallest no argument below is looked at
 * @param largest no argument above is looked at
 * @param resolution how near, as a part of the argument
 */
record SectionSearch(double smallest, double largest, double resolution) {
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  /** An argument and the function's value there. */
  record Point(double x, double y) {
    private static Point of(DoubleUnaryOperator f, double x) {
      return new Point(x, f.applyAsDouble(x));
    }
  }

  /** The best point that was looked at. */
  Point from(double start, DoubleUnaryOperator f) {
    Point middle = Point.of(f, Math.clamp(start, 2 * smallest, largest / 2));
    Point low = Point.of(f, middle.x() / 2);
    Point high = Point.of(f, middle.x() * 2);
    while (low.y() < middle.y() && low.x() / 2 >= smallest) {
      high = middle;
      middle = low;
      low = Point.of(f, low.x() / 2);
    }
    while (high.y() < middle.y() && high.x() * 2 <= largest) {
      low = middle;
      middle = high;
      high = Point.of(f, high.x() * 2);
    }
    Point best = lower(lower(low, high), middle);
    double left = Math.log(low.x());
    double right = Math.log(high.x());
    Point inner = Point.of(f, Math.exp(right - GOLDEN * (right - left)));
    Point outer = Point.of(f, Math.exp(left + GOLDEN * (right - left)));
    while (right - left > resolution) {
      best = lower(best, lower(inner, outer));
      if (inner.y() < outer.y()) {
        right = Math.log(outer.x());
        outer = inner;
        inner = Point.of(f, Math.exp(right - GOLDEN * (right - left)));
      } else {
        left = Math.log(inner.x());
        inner = outer;
        outer = Point.of(f, Math.exp(left + GOLDEN * (right - left)));
      }
    }
    return lower(best, lower(inner, outer));
  }

  private static Point lower(Point a, Point b) {
    return b.y() < a.y() ? b : a;
  }
}
