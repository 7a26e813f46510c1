package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import java.util.EnumSet;
import java.util.Set;

/**
 * SANIA: the preconditioned step that Polyak's model of the loss gives, without a step size to
 * tune:
 *
 * <pre>
 * v = 2 * (f - least) / (g^T B^-1 g)
 * p -= rate * (v &lt;= 1 ? 1 - sqrt(1 - v) : 1) * B^-1 g
 * </pre>
 *
 * <p>It is the nearest point, in the norm of B, where {@code f + g^T d + d^T B d / 2} is the least
 * loss; where that is nowhere, the model's minimum. The rate is a factor, 1 in the paper. B is a
 * diagonal of {@link Preconditioner}. Those of squares have no root, so that scaling the features
 * of a linear model changes no prediction on the way (Hutchinson's estimate of the diagonal is
 * scaled so in the mean only); parameters of gradient 0 until now stay.
 *
 * <p>State: that of the preconditioner.
 *
 * <p>Source: F. Abdukhakimov, C. Xiang, D. Kamzolov, R. Gower, M. Takac, "SANIA: Polyak-type
 * Optimization Framework Leads to Scale Invariant Stochastic Algorithms", arXiv:2312.17369, with
 * the gradient for its direction as in the authors' code. That code adds 1e-8 to B, which takes the
 * invariance away for small gradients; here nothing is added. A loss below the given least counts
 * as the least.
 *
 * @param preconditioner B
 * @param least the least loss of any batch: 0 where the model can fit all examples
 */
public record Sania(Preconditioner preconditioner, double least) implements Optimizer {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return preconditioner.init(parameters);
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Objective.ValueAndGradient here = objective.valueAndGradient(parameters);
    Tree<Tensor> g = WorkingPrecision.of(here.gradient());
    Tree<Tensor> next = preconditioner.next(objective, parameters, g, state, context);
    Tree<Tensor> scaled =
        g.zip(
            preconditioner.diagonal(next, context),
            (x, b) -> b.eq(0).select(x.zerosLike(), x.div(b)));
    Tensor square = Norm.product(g, scaled);
    Tensor gap = here.value().to(DType.F64).sub(least).max(0);
    Tensor v = Norm.ratio(gap.mul(2), square);
    Tree<Tensor> direction = WorkingPrecision.back(Norm.scaled(scaled, length(v)), parameters);
    return new Step(
        parameters.zip(direction, (p, d) -> p.sub(context.learningRateLike(d).mul(d))),
        next,
        here.value(),
        Tree.empty());
  }

  /** {@code 1 - sqrt(1 - v)} without its cancellation, and 1 from v = 1 on. */
  private static Tensor length(Tensor v) {
    return v.min(1).div(v.neg().add(1).max(0).sqrt().add(1));
  }

  @Override
  public Set<Objective.Need> needs() {
    Set<Objective.Need> needs = EnumSet.of(Objective.Need.GRADIENT);
    needs.addAll(preconditioner.needs());
    return needs;
  }
}
