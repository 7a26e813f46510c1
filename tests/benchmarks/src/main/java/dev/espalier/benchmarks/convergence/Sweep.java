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
      double best = best(curves).rate();
      if (best == curves.getFirst().rate()) {
        curves.addFirst(train.apply(rounded(best / STEP)));
      } else if (best == curves.getLast().rate()) {
        curves.addLast(train.apply(rounded(best * STEP)));
      } else {
        break;
      }
    }
    return List.copyOf(curves);
  }

  /**
   * The one that ends at the least loss, of equals the one of the least rate; with the least time a
   * step of all, which the rate does not change and a busy machine only adds to.
   */
  static Curve best(List<Curve> curves) {
    Curve best = curves.stream().min(Comparator.comparingDouble(Curve::last)).orElseThrow();
    double least = curves.stream().mapToDouble(Curve::milliseconds).min().orElseThrow();
    return new Curve(best.optimizer(), best.rate(), best.evaluations(), best.diverged(), least);
  }

  /** To the nearest half decade, written 1 or 3. */
  private static double rounded(double rate) {
    int halves = (int) Math.round(2 * Math.log10(rate));
    String digit = halves % 2 == 0 ? "1" : "3";
    return Double.parseDouble(digit + "e" + Math.floorDiv(halves, 2));
  }
}
