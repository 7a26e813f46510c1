package dev.espalier.plugins.bilevel.hypergradient;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import dev.espalier.plugins.bilevel.BilevelProblem;
import dev.espalier.plugins.bilevel.Hypergradient;
import dev.espalier.plugins.bilevel.InnerLevel;
import java.util.Set;

/**
 * Fully first-order stochastic approximation (F2SA): the gradient of the penalty {@code L(x) = min
 * over y of f + l (g(x, y) - min over z of g(x, z))}, which asks gradients alone:
 *
 * <pre>
 * z = steps on g(x, .)              y = steps on g(x, .) + f(x, .) / l
 * estimate = f_x(x, y) + l (g_x(x, y) - g_x(x, z))        l = first (1 + k)^growth
 * </pre>
 *
 * <p>Its bias is O(1/l). With gradient descent of rate r on the inner level these are the paper's
 * steps {@code z -= r g_y} and {@code y -= (r/l) (f_y + l g_y)}; the paper has half of that rate on
 * y. It grows l by differences. With its steps of {@code k^-a} on x and {@code k^-c} on y that is
 * the power a - c of k: a, c are 5/7, 4/7 where both levels are noisy, 3/5, 2/5 where the outer one
 * is, and 1/3, 0 where none is, so that l has the exponents 1/7, 1/5 and 1/3.
 *
 * <p>State: {@code z}, and the inner optimizer's for both. The y that is handed on is that of the
 * penalty, z is the minimiser of g. Reports: {@code multiplier}, and {@code distance} of y and z.
 *
 * <p>Source: J. Kwon, D. Kwon, S. Wright and R. Nowak, "A Fully First-Order Method for Stochastic
 * Bilevel Optimization", arXiv:2301.10945, algorithm 1.
 *
 * @param first l in the first step, greater than 0
 * @param growth the exponent, at least 0
 */
public record F2sa(double first, double growth) implements Hypergradient {
  /** Checks the numbers. */
  public F2sa {
    new Multiplier(first, growth);
  }

  @Override
  public Tree<Tensor> init(InnerLevel lower, Tree<Tensor> outer, Tree<Tensor> inner) {
    Tree<Tensor> state = lower.begin(inner).state();
    return inner.under("z").and(state.under("of_y")).and(state.under("of_z"));
  }

  @Override
  public Estimate estimate(
      BilevelProblem problem,
      InnerLevel lower,
      Tree<Tensor> outer,
      Tree<Tensor> inner,
      Tree<Tensor> state,
      StepContext context) {
    Tensor multiplier = new Multiplier(first, growth).at(context);
    Objective g = problem.lower(outer);
    Objective both =
        new PenalizedObjective(g, problem.outer().holding(outer), multiplier.reciprocal());
    InnerLevel.Held z =
        lower.run(
            g, new InnerLevel.Held(state.subtree("z"), state.subtree("of_z")), context.part(0));
    InnerLevel.Held y =
        lower.run(both, new InnerLevel.Held(inner, state.subtree("of_y")), context.part(1));
    BilevelProblem.Gradients f = problem.outerAt(outer, y.parameters());
    return new Estimate(
        f.value(),
        Penalty.gradient(problem, f, outer, y.parameters(), z.parameters(), multiplier),
        y.parameters(),
        z.parameters().under("z").and(y.state().under("of_y")).and(z.state().under("of_z")),
        Penalty.report(y.parameters(), z.parameters(), multiplier));
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.GRADIENT);
  }
}
