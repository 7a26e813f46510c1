package dev.espalier.plugins.secondorder;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.StepContext;

/**
 * A heavy ball after a transform: {@code v = momentum * v + direction} of the transform, and {@code
 * v + weightDecay * p} is the new direction. State: {@code velocity/PATH}, from 0, beside the
 * transform's. Without momentum nothing is remembered.
 *
 * @param of what comes before
 * @param momentum how much of the velocity stays, in [0, 1)
 * @param weightDecay decoupled: how much of a parameter is taken off for a learning rate of 1
 */
record Momentum(GradientTransform of, double momentum, double weightDecay)
    implements GradientTransform {
  private static final String VELOCITY = "velocity";

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    Tree<Tensor> first = of.init(parameters);
    return momentum == 0 ? first : first.and(WorkingPrecision.zeros(parameters).under(VELOCITY));
  }

  @Override
  public Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Result given = of.update(gradient, parameters, state, context);
    Tree<Tensor> direction = WorkingPrecision.of(given.direction());
    Tree<Tensor> next = given.state();
    if (momentum != 0) {
      direction = state.subtree(VELOCITY).zip(direction, (v, d) -> v.mul(momentum).add(d));
      next = next.and(direction.under(VELOCITY));
    }
    Tree<Tensor> decayed =
        weightDecay == 0
            ? direction
            : direction.zip(parameters, (d, p) -> d.add(p.to(d.dtype()).mul(weightDecay)));
    return new Result(WorkingPrecision.back(decayed, parameters), next);
  }
}
