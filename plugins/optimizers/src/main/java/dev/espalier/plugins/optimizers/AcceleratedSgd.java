package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;

/**
 * Accelerated stochastic gradient descent with tail averaging:
 *
 * <pre>
 * w  = u - rate * g(u)
 * v  = beta * u + (1 - beta) * v - ratio * rate * g(u)
 * u' = (w + beta * v) / (1 + beta)
 * </pre>
 *
 * <p>with short steps w of the rate and long ones v of ratio times that. A run's parameters are u,
 * where gradients are asked for; evaluated and shipped is the mean of w from step {@code tailFrom}
 * on, and w itself before. With a ratio of 1 it is gradient descent.
 *
 * <p>State: {@code long/PATH}, v; {@code average/PATH}, the shipped point.
 *
 * <p>Source: X. Li, Y. Deng, J. Wu, D. Zhou, Q. Gu, "Risk Bounds of Accelerated SGD for
 * Overparameterized Linear Regression", arXiv:2311.14222, after P. Jain, S. Kakade, R. Kidambi, P.
 * Netrapalli, A. Sidford, arXiv:1704.08227. There delta is the rate, gamma is ratio * rate, alpha
 * is 1 / (1 + beta), and for a condition number kappa beta is 1 / (2 kappa ratio) or less.
 *
 * @param ratio of the long steps to the short ones, at least 1
 * @param beta how fast long steps follow, in (0, 1]
 * @param tailFrom the first step that counts in the mean
 */
public record AcceleratedSgd(double ratio, double beta, long tailFrom) implements Optimizer {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    Tree<Tensor> start = WorkingPrecision.of(parameters);
    return start.under("long").and(start.under("average"));
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Objective.ValueAndGradient here = objective.valueAndGradient(parameters);
    Tree<Tensor> u = WorkingPrecision.of(parameters);
    Tree<Tensor> move =
        WorkingPrecision.of(here.gradient()).map(g -> context.learningRateLike(g).mul(g));
    Tree<Tensor> w = u.zip(move, Tensor::sub);
    Tree<Tensor> v =
        state
            .subtree("long")
            .zip(u, (far, x) -> far.add(x.sub(far).mul(beta)))
            .zip(move, (x, m) -> x.sub(m.mul(ratio)));
    Tree<Tensor> next = w.zip(v, (near, far) -> near.add(far.sub(near).mul(beta / (1 + beta))));
    Tree<Tensor> average =
        state
            .subtree("average")
            .zip(
                w,
                (a, x) -> {
                  Tensor counted =
                      context.count(x).sub((double) tailFrom).max(1).broadcast(x.shape());
                  return a.add(x.sub(a).div(counted));
                });
    return new Step(
        WorkingPrecision.back(next, parameters),
        v.under("long").and(average.under("average")),
        here.value(),
        Tree.empty());
  }

  @Override
  public Tree<Tensor> evaluationPoint(Tree<Tensor> parameters, Tree<Tensor> state) {
    return WorkingPrecision.back(state.subtree("average"), parameters);
  }
}
