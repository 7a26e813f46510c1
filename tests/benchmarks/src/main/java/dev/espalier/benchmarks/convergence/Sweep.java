package dev.espalier.benchmarks.convergence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * The search for an optimizer's rate: the same rates for everyone, a half decade apart, and further
 * ones below or above as long as the best is at an end and there are fewer than the most. So nobody
 * is compared at a rate that a neighbour betters.
 */
final class Sweep {
  private static final double STEP = Math.sqrt(10);

  private Sweep() {}

  /**
   * The curves of all rates that were tried, by rate.
   *
   * @param first the rates that are tried in any case
   * @param most how many are tried at most
   * @param train trains at a rate
   */
  static List<Curve> over(List<Double> first, int most, DoubleFunction<Curve> train) {
    List<Curve> curves = new ArrayList<>();
    first.forEach(rate -> curves.add(train.apply(rate)));
    curves.sort(Comparator.comparingDouble(Curve::rate));
    while (curves.size() < most) {
      Curve best = best(curves);
      if (best == curves.getFirst()) {
        curves.addFirst(train.apply(rounded(best.rate() / STEP)));
      } else if (best == curves.getLast()) {
        curves.addLast(train.apply(rounded(best.rate() * STEP)));
      } else {
        break;
      }
    }
    return List.copyOf(curves);
  }

  /** The one that ends at the least loss; of equals the one of the least rate. */
  static Curve best(List<Curve> curves) {
    return curves.stream().min(Comparator.comparingDouble(Curve::last)).orElseThrow();
  }

  /** To one significant digit, so that half decades are 1 and 3. */
  private static double rounded(double rate) {
    double decade = Math.pow(10, Math.floor(Math.log10(rate)));
    return Double.parseDouble("%.0e".formatted(Math.round(rate / decade) * decade));
  }
}
