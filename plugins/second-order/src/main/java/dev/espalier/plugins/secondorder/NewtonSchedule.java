package dev.espalier.plugins.secondorder;

import java.util.ArrayList;
import java.util.List;

/**
 * The steps of the scaled Newton iteration for inverse p-th roots, counted from its end. A step
 *
 * <pre>
 * w -> w t(w)^p,  t(w) = c^(1/p) (p + 1 - c w) / p
 * c = (p + 1) (1 - r) / (1 - r^(p + 1)),  r = l^(1/p)
 * </pre>
 *
 * <p>takes eigenvalues in [l, 1] to [f(l), 1], where both ends meet: {@code f(l) = c l ((p + 1 - c
 * l) / p)^p}. So many steps before the end eigenvalues may be as small as {@link #least}, whose
 * first is the end and of which each is f of the next: an eigenvalue needs as many steps as
 * elements of {@code least} are above it.
 *
 * @param least the smallest eigenvalue after which 0, 1, 2, ... steps remain
 * @param constants for each step the number p + 1 is multiplied with, {@code c^(1/p) (p + 1) / p};
 *     the first is that of the last step
 * @param factors what M is multiplied with, {@code c^(1/p) c / p}
 */
record NewtonSchedule(List<Double> least, List<Double> constants, List<Double> factors) {
  /** Smaller shares of a norm are rounding even in F64. */
  private static final double SMALLEST = 1e-40;

  private static final int BISECTIONS = 200;

  /**
   * The steps that end where all eigenvalues are in [end, 1].
   *
   * @param order p, at least 1
   * @param end in (0, 1)
   */
  static NewtonSchedule of(int order, double end) {
    List<Double> least = new ArrayList<>(List.of(end));
    List<Double> constants = new ArrayList<>();
    List<Double> factors = new ArrayList<>();
    while (least.getLast() > SMALLEST) {
      double low = before(least.getLast(), order);
      double c = scale(low, order);
      // Strict, so that a graph is the same in every process.
      double outer = StrictMath.pow(c, 1.0 / order) / order;
      least.add(low);
      constants.add(outer * (order + 1));
      factors.add(outer * c);
    }
    return new NewtonSchedule(List.copyOf(least), List.copyOf(constants), List.copyOf(factors));
  }

  /** What a step of the scale for it maps to a number: f is increasing. */
  private static double before(double image, int order) {
    double below = StrictMath.log(image * SMALLEST);
    double above = StrictMath.log(image);
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (below + above) / 2;
      boolean enough = image(StrictMath.exp(middle), order) >= image;
      below = enough ? below : middle;
      above = enough ? middle : above;
    }
    return StrictMath.exp(above);
  }

  private static double scale(double low, int order) {
    double r = StrictMath.pow(low, 1.0 / order);
    return (order + 1) * (1 - r) / (1 - r * low);
  }

  /** f. */
  static double image(double low, int order) {
    double smallest = scale(low, order) * low;
    return smallest * StrictMath.pow((order + 1 - smallest) / order, order);
  }
}
