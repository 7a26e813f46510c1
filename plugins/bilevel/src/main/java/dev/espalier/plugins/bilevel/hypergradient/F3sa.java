package dev.espalier.plugins.bilevel.hypergradient;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import dev.espalier.plugins.bilevel.BilevelProblem;
import dev.espalier.plugins.bilevel.Hypergradient;
import dev.espalier.plugins.bilevel.InnerLevel;
import java.util.Optional;
import java.util.Set;

/**
 * F2SA with momentum (F3SA), in a single loop: each of its gradients is the recursive estimate
 *
 * <pre>
 * h_k = G(point_k) + (1 - e) (h_(k-1) - G(point_(k-1)))        e = (1 + k)^-decay
 * </pre>
 *
 * <p>with both G on the step's batch, so that what is random in them cancels. One step of the inner
 * optimizer moves z against h of {@code g_y(x, z)}, one moves y against h of {@code g_y(x, y)} and
 * 1/l of h of {@code f_y(x, y)}; the estimate is made of h of {@code f_x} and {@code g_x} at the y
 * and z after them. The bias is O(1/l), see {@link F2sa}.
 *
 * <p>State: {@code z}, the points of the step before, the six h, and the inner optimizer's.
 * Reports: {@code multiplier}, {@code distance} of y and z.
 *
 * <p>Source: J. Kwon, D. Kwon, S. Wright and R. Nowak, "A Fully First-Order Method for Stochastic
 * Bilevel Optimization", arXiv:2301.10945, algorithm 2. The momentum of x goes through the points
 * (x of the step, y and z after it) there too. With its steps of {@code k^-a} on x and {@code k^-c}
 * on y, l grows with the exponent a - c: a, c are 3/5, 2/5 where both levels are noisy, 1/2, 1/4
 * where the outer one is and 1/3, 0 where none is, so that l has the exponents 1/5, 1/4 and 1/3,
 * and e has 2 c. These are what its rates of 2/5, 1/2 and 2/3 of {@code |dF/dx|^2} need: a bias of
 * 1/l, and 1 - a.
 *
 * @param first l in the first step, greater than 0
 * @param growth the exponent of l, at least 0
 * @param decay the exponent of e, at least 0; 0 is no momentum
 */
public record F3sa(double first, double growth, double decay) implements Hypergradient {
  /** Checks the numbers. */
  public F3sa {
    loop(first, growth, decay);
  }

  private static SingleLoop loop(double first, double growth, double decay) {
    return new SingleLoop("F3SA", new Multiplier(first, growth), decay, Optional.empty());
  }

  private SingleLoop loop() {
    return loop(first, growth, decay);
  }

  @Override
  public Tree<Tensor> init(InnerLevel lower, Tree<Tensor> outer, Tree<Tensor> inner) {
    return loop().init(lower, outer, inner);
  }

  @Override
  public Estimate estimate(
      BilevelProblem problem,
      InnerLevel lower,
      Tree<Tensor> outer,
      Tree<Tensor> inner,
      Tree<Tensor> state,
      StepContext context) {
    return loop().estimate(problem, lower, outer, inner, state, context);
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.GRADIENT);
  }
}
