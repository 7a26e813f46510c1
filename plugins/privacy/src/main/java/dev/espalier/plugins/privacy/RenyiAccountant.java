package dev.espalier.plugins.privacy;

import dev.espalier.api.privacy.Accountant;
import dev.espalier.api.privacy.PrivateSteps;
import dev.espalier.api.privacy.Spending;
import java.util.List;
import java.util.Locale;

/**
 * Renyi differential privacy: the divergences R(a) of all steps add up at every order a, and
 *
 * <pre>
 * epsilon(a) = R(a) + log(1 - 1/a) - (log(delta) + log(a))/(a - 1)
 * </pre>
 *
 * holds at each; the order is chosen so that it is smallest. {@code (a - 1) epsilon(a)} is convex
 * in a, hence epsilon falls and then rises, and a section search finds the smallest; any order's is
 * a bound, so that stopping early costs nothing but tightness. Orders are searched from 1.001 to
 * 2^14.
 *
 * <p>An upper bound on what is true, with no lower one.
 *
 * <p>Source: I. Mironov, K. Talwar, L. Zhang, arXiv:1908.10530, for R; C. Canonne, G. Kamath, T.
 * Steinke, arXiv:2004.00010, proposition 12, for epsilon.
 */
public record RenyiAccountant() implements Accountant {
  private static final SectionSearch ORDERS = new SectionSearch(0x1p-10, 0x1p14, 1e-6);

  @Override
  public Spending spent(List<PrivateSteps> steps, double delta) {
    Delta.check(delta);
    if (steps.stream().allMatch(group -> group.count() == 0)) {
      return Spending.nothing();
    }
    SectionSearch.Point best = best(steps, delta);
    return new Spending(
        Math.max(0, best.y()),
        0,
        Spending.Kind.BOUND,
        String.format(Locale.ROOT, "order %.5g", best.x() + 1));
  }

  /** The order less 1 whose bound is the smallest, and the bound, which may be below 0. */
  static SectionSearch.Point best(List<PrivateSteps> steps, double delta) {
    return ORDERS.from(4, above -> epsilon(steps, delta, above));
  }

  /**
   * The bound at one order.
   *
   * @param above the order less 1
   */
  static double epsilon(List<PrivateSteps> steps, double delta, double above) {
    double order = above + 1;
    double divergence = 0;
    for (PrivateSteps group : steps) {
      if (group.count() > 0) {
        divergence +=
            group.count()
                * new SampledGaussianDivergence(group.samplingRate(), group.noiseMultiplier())
                    .at(order);
      }
    }
    return divergence - Math.log1p(1 / above) - (Math.log(delta) + Math.log(order)) / above;
  }
}
