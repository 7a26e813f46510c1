package dev.espalier.training.probe;

/**
 * A place where a curve is not smooth: the derivative of an order is not the same from both sides,
 * or the framework's value there is neither.
 *
 * @param x where, to the double
 * @param order 0 where the value jumps, 1 where the slope does, 2 where the curvature does
 * @param left the derivative of that order just left of x
 * @param at what the framework gives at x
 * @param right the derivative of that order just right of x
 */
public record Kink(double x, int order, double left, double at, double right) {
  /** Whether the value or derivative is not finite at the place or beside it. */
  public boolean infinite() {
    return !(Double.isFinite(left) && Double.isFinite(at) && Double.isFinite(right));
  }

  /** Whether both sides agree, and only the place itself does not. */
  public boolean isolated() {
    return Math.abs(right - left) <= Kinks.tolerance(left, right);
  }
}
