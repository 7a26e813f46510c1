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
 * p -= rate * (v &lt;= 1 ? 1 - sqrt(1 - v) : 1) * B^-1 g      of a quadratic model
 * p -= rate * min(v / 2, longest) * B^-1 g              of a linear one
 * </pre>
 *
 * <p>It is the nearest point, in the norm of B, where {@code f + g^T d + d^T D d / 2} is the least
 * loss, with D = B or 0; where that is nowhere, the model's minimum. With D = 0 and B = I it is
 * SPS. The rate is a factor, 1 in the paper. B is a diagonal of {@link Preconditioner}. Those of
 * squares have no root, so that scaling the features of a linear model changes no prediction on the
 * way (Hutchinson's estimate of the diagonal is scaled so in the mean only); parameters of gradient
 * 0 until now stay.
 *
 * <p>State: that of the preconditioner.
 *
 * <p>Source: F. Abdukhakimov, C. Xiang, D. Kamzolov, R. Gower, M. Takac, "SANIA: Polyak-type
 * Optimization Framework Leads to Scale Invariant Stochastic Algorithms", arXiv:2312.17369, with
 * the gradient for its direction as in the authors' code. That code adds 1e-8 to B, which takes the
 * invariance away for small gradients; here nothing is added. A loss below the given least counts
 * as the least. SPS: N. Loizou, S. Vaswani, I. Laradji, S. Lacoste-Julien, "Stochastic Polyak
 * Step-size for SGD: An Adaptive Learning Rate for Fast Convergence", arXiv:2002.10542, with c = 1.
 *
 * @param preconditioner B
 * @param model D
 * @param least the least loss of any batch: 0 where the model can fit all examples
 */
public record Sania(Preconditioner preconditioner, PolyakModel model, double least)
    implements Optimizer {
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
            preconditioner.diagonal(g, next, context),
            (x, b) -> b.eq(0).select(x.zerosLike(), x.div(b)));
    Tensor square = Norm.product(g, scaled);
    Tensor v = Norm.ratio(gap(here.value(), least).mul(2), square);
    Tree<Tensor> direction =
        WorkingPrecision.back(Norm.scaled(scaled, model.length(v)), parameters);
    return new Step(
        parameters.zip(direction, (p, d) -> p.sub(context.learningRateLike(d).mul(d))),
        next,
        here.value(),
        Tree.empty());
  }

  /** How much the loss is over the least, an F64 scalar. */
  static Tensor gap(Tensor loss, double least) {
    return loss.to(DType.F64).sub(least).max(0);
  }

  @Override
  public Set<Objective.Need> needs() {
    Set<Objective.Need> needs = EnumSet.of(Objective.Need.GRADIENT);
    needs.addAll(preconditioner.needs());
    return needs;
  }
}
