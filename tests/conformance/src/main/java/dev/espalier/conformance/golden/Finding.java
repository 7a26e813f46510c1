package dev.espalier.conformance.golden;

/**
 * A number that is off by more than the bound, or not finite where it must be.
 *
 * @param what which number, at which point
 * @param expected the golden one
 * @param found the extension's
 * @param bound the largest difference allowed
 */
public record Finding(String what, double expected, double found, double bound) {
  /** Whether a number found is as good as it must be. */
  static boolean holds(double expected, double found, double bound) {
    return Math.abs(found - expected) <= bound;
  }

  @Override
  public String toString() {
    return what + ": expected " + expected + ", found " + found + ", bound " + bound;
  }
}
