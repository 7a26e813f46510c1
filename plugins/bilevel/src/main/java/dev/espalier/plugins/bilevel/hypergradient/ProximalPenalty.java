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
 * The double-loop penalty method with proximal steps: the gradient of {@code psi(x) = (min over y
 * of (s f + g) - min over z of g) / s}, where the inner level may have many solutions and be held
 * in a set (the projection of the inner level):
 *
 * <pre>
 * u = steps on g + s f + |. - y|^2 / (2 p)        y += a (u - y)
 * v = steps on g + |. - z|^2 / (2 p)              z += a (v - z)
 * estimate = f_x(x, u) + (g_x(x, u) - g_x(x, v)) / s            s = first (1 + k)^-decay
 * </pre>
 *
 * <p>Its bias is O(s). Each loop begins where the last left off. A projection of x belongs to the
 * outer optimizer.
 *
 * <p>State: the centers {@code y, z}, the point {@code v}, and the inner optimizer's for both; the
 * inner parameters are u. Reports: {@code multiplier}, which is 1/s, and {@code distance} of u and
 * v.
 *
 * <p>Source: J. Kwon, D. Kwon, S. Wright and R. Nowak, "On Penalty Methods for Nonconvex Bilevel
 * Optimization and First-Order Stochastic Approximation", arXiv:2309.01753, algorithm 1. Steps of s
 * on x make of an accuracy, which is that of s, {@code accuracy^-3} outer steps: a decay of 1/3.
 * With noisy gradients these need {@code accuracy^-4} examples and inner steps each, which makes
 * the paper's {@code accuracy^-7}; with batches of one size s falls as the accuracy that they
 * allow. Its single loop is {@link ProximalMomentum}.
 *
 * @param first s in the first step, greater than 0
 * @param decay its exponent, at least 0
 * @param proximity p, greater than 0
 * @param averaging a, in (0, 1]
 */
public record ProximalPenalty(double first, double decay, double proximity, double averaging)
    implements Hypergradient {
  /** Checks the numbers. */
  public ProximalPenalty {
    new Multiplier(first, decay);
    new ProximalTerm(proximity, averaging);
  }

  @Override
  public Tree<Tensor> init(InnerLevel lower, Tree<Tensor> outer, Tree<Tensor> inner) {
    Tree<Tensor> state = lower.begin(inner).state();
    return inner
        .under("y")
        .and(inner.under("z"))
        .and(inner.under("v"))
        .and(state.under("of_u"))
        .and(state.under("of_v"));
  }

  @Override
  public Estimate estimate(
      BilevelProblem problem,
      InnerLevel lower,
      Tree<Tensor> outer,
      Tree<Tensor> inner,
      Tree<Tensor> state,
      StepContext context) {
    Tensor multiplier = new Multiplier(1 / first, decay).at(context);
    Objective g = problem.lower(outer);
    Objective both =
        new PenalizedObjective(g, problem.outer().holding(outer), multiplier.reciprocal());
    ProximalTerm term = new ProximalTerm(proximity, averaging);
    Tree<Tensor> y = state.subtree("y");
    Tree<Tensor> z = state.subtree("z");
    InnerLevel.Held u =
        lower.run(
            term.added(both, y),
            new InnerLevel.Held(inner, state.subtree("of_u")),
            context.part(0));
    InnerLevel.Held v =
        lower.run(
            term.added(g, z),
            new InnerLevel.Held(state.subtree("v"), state.subtree("of_v")),
            context.part(1));
    BilevelProblem.Gradients f = problem.outerAt(outer, u.parameters());
    return new Estimate(
        f.value(),
        Penalty.gradient(problem, f, outer, u.parameters(), v.parameters(), multiplier),
        u.parameters(),
        term.followed(y, u.parameters())
            .under("y")
            .and(term.followed(z, v.parameters()).under("z"))
            .and(v.parameters().under("v"))
            .and(u.state().under("of_u"))
            .and(v.state().under("of_v")),
        Penalty.report(u.parameters(), v.parameters(), multiplier));
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.GRADIENT);
  }
}
