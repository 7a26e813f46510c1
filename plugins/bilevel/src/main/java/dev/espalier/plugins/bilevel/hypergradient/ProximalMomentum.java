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
 * The penalty method with proximal steps in a single loop: of {@link ProximalPenalty} one inner
 * step in an outer one, against recursive estimates h of each gradient, those of {@link F3sa}:
 *
 * <pre>
 * u = step against h of g_y(x, u) + s h of f_y(x, u) + (u - y) / p      y += a (u - y)
 * v = step against h of g_y(x, v) + (v - z) / p                        z += a (v - z)
 * estimate = h of f_x(x, u) + (h of g_x(x, u) - h of g_x(x, v)) / s    s = first (1 + k)^-decay
 * </pre>
 *
 * <p>The proximal terms have no noise and no momentum. The bias is O(s).
 *
 * <p>State: that of F3SA, of which y is u and z is v here, and the centers {@code center_y,
 * center_z}. Reports: {@code multiplier}, which is 1/s, and {@code distance} of u and v.
 *
 * <p>Source: J. Kwon, D. Kwon, S. Wright and R. Nowak, "On Penalty Methods for Nonconvex Bilevel
 * Optimization and First-Order Stochastic Approximation", arXiv:2309.01753, algorithm 2. Its {@code
 * accuracy^-5} steps of noisy gradients, {@code accuracy^-3} of exact ones, with a bias of the
 * accuracy are decays of 1/5 and 1/3; a momentum of 4/5 keeps the variance of an estimate that is
 * divided by s below the bias.
 *
 * @param first s in the first step, greater than 0
 * @param decay its exponent, at least 0
 * @param momentum the exponent of e, at least 0; 0 is no momentum
 * @param proximity p, greater than 0
 * @param averaging a, in (0, 1]
 */
public record ProximalMomentum(
    double first, double decay, double momentum, double proximity, double averaging)
    implements Hypergradient {
  /** Checks the numbers. */
  public ProximalMomentum {
    // First, so that a refusal names these numbers and not their reciprocals.
    new Multiplier(first, decay);
    loop(first, decay, momentum, proximity, averaging);
  }

  private static SingleLoop loop(
      double first, double decay, double momentum, double proximity, double averaging) {
    return new SingleLoop(
        "the proximal penalty method with momentum",
        new Multiplier(1 / first, decay),
        momentum,
        Optional.of(new ProximalTerm(proximity, averaging)));
  }

  private SingleLoop loop() {
    return loop(first, decay, momentum, proximity, averaging);
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
