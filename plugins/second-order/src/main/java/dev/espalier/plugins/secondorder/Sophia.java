package dev.espalier.plugins.secondorder;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import java.util.Set;

/**
 * Sophia (second-order clipped stochastic optimization):
 *
 * <pre>
 * m = beta1 * m + (1 - beta1) * g
 * h = beta2 * h + (1 - beta2) * diagonal      in the first of every interval steps, else as it was
 * direction = clip(m / max(gamma * h, epsilon), -1, 1) + weightDecay * p
 * </pre>
 *
 * <p>Where the curvature is not positive, this is the sign of m. Neither average is corrected for
 * its start. With {@link Hutchinson} it is Sophia-H, with {@link GaussNewtonBartlett} Sophia-G.
 * State: {@code mean/PATH} and {@code hessian/PATH}, from 0.
 *
 * <p>Source: H. Liu, Z. Li, D. Hall, P. Liang, T. Ma, "Sophia: A Scalable Stochastic Second-order
 * Optimizer for Language Model Pre-training", arXiv:2305.14342, algorithm 3 of the second version.
 * There the decay is applied before the step, {@code p -= rate * weightDecay * p}, which is the
 * same.
 *
 * @param beta1 decay of the mean, in [0, 1)
 * @param beta2 decay of the curvature, in [0, 1)
 * @param gamma scale of the curvature: the smaller, the more elements are clipped
 * @param epsilon the least denominator, more than 0
 * @param interval in which steps the curvature is estimated
 * @param curvature how
 * @param weightDecay decoupled: how much of a parameter is taken off for a learning rate of 1
 */
record Sophia(
    double beta1,
    double beta2,
    double gamma,
    double epsilon,
    Interval interval,
    DiagonalCurvature curvature,
    double weightDecay)
    implements Optimizer {
  private static final String MEAN = "mean";
  private static final String HESSIAN = "hessian";

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.GRADIENT, curvature.need());
  }

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    Tree<Tensor> zeros = WorkingPrecision.zeros(parameters);
    return zeros.under(MEAN).and(zeros.under(HESSIAN));
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Objective.ValueAndGradient evaluated = objective.valueAndGradient(parameters);
    Tree<Tensor> m =
        new Average(beta1).next(state.subtree(MEAN), WorkingPrecision.of(evaluated.gradient()));
    Tree<Tensor> before = state.subtree(HESSIAN);
    Tree<Tensor> h =
        interval.refreshed(
            context,
            before,
            () ->
                new Average(beta2)
                    .next(before, curvature.estimate(objective, parameters, context.key())));
    Tree<Tensor> direction = m.zip(h, (mt, ht) -> mt.div(ht.mul(gamma).max(epsilon)).clamp(-1, 1));
    return new Step(
        Descent.along(direction, weightDecay, parameters, context),
        m.under(MEAN).and(h.under(HESSIAN)),
        evaluated.value(),
        Tree.empty());
  }
}
