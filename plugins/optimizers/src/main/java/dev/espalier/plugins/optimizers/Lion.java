package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.StepContext;

/**
 * Lion (evolved sign momentum):
 *
 * <pre>
 * direction = sign(beta1 * m + (1 - beta1) * g) + weightDecay * parameter
 * m = beta2 * m + (1 - beta2) * g
 * </pre>
 *
 * <p>State: {@code mean/PATH}, from 0. The sign of 0 is 0.
 *
 * <p>Source: X. Chen et al., "Symbolic Discovery of Optimization Algorithms", arXiv:2302.06675,
 * algorithm 2 with its constants.
 *
 * @param beta1 weight of the mean in the direction, in [0, 1)
 * @param beta2 decay of the mean, in [0, 1)
 * @param weightDecay decoupled: how much of a parameter is taken off for a learning rate of 1
 */
public record Lion(double beta1, double beta2, double weightDecay) implements GradientTransform {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return WorkingPrecision.zeros(parameters).under("mean");
  }

  @Override
  public Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> g = WorkingPrecision.of(gradient);
    Tree<Tensor> m = state.subtree("mean");
    Tree<Tensor> direction =
        new Average(beta1)
            .next(m, g)
            .map(Tensor::sign)
            .zip(WorkingPrecision.of(parameters), (s, p) -> s.add(p.mul(weightDecay)));
    return new Result(
        WorkingPrecision.back(direction, parameters), new Average(beta2).next(m, g).under("mean"));
  }
}
