package dev.espalier.conformance.numerics;

/**
 * The central difference of order 8: {@code f'(x) = sum over k of weight(k) * (f(x + k*h) - f(x -
 * k*h)) / h}, k from 1 to 4, to an error of {@code h^8} times the ninth derivative.
 *
 * <p>Source: B. Fornberg, "Generation of Finite Difference Formulas on Arbitrarily Spaced Grids",
 * Mathematics of Computation 51, 1988, table 1.
 */
public final class CentralDifference {
  /** How many steps it goes to each side. */
  public static final int REACH = 4;

  private CentralDifference() {}

  /**
   * The weight of the points a number of steps away.
   *
   * @param steps from 1 to {@link #REACH}
   */
  public static double weight(int steps) {
    return switch (steps) {
      case 1 -> 4.0 / 5;
      case 2 -> -1.0 / 5;
      case 3 -> 4.0 / 105;
      case 4 -> -1.0 / 280;
      default -> throw new IllegalArgumentException("from 1 to " + REACH + ", not " + steps);
    };
  }
}
