package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.StepContext;

/**
 * Adam with decoupled weight decay: {@code direction = adam's direction + weightDecay * parameter}.
 *
 * <p>State: as {@link Adam}'s.
 *
 * <p>Source: I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", arXiv:1711.05101,
 * algorithm 2. There the decay is multiplied by the schedule's factor only; here, as in PyTorch, by
 * the whole learning rate.
 *
 * @param adam what the decay is added to
 * @param weightDecay how much of a parameter is taken off for a learning rate of 1, at least 0
 */
public record AdamW(Adam adam, double weightDecay) implements GradientTransform {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return adam.init(parameters);
  }

  @Override
  public Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Result adapted = adam.update(gradient, parameters, state, context);
    Tree<Tensor> direction =
        adapted.direction().zip(parameters, (d, p) -> d.add(p.mul(weightDecay)));
    return new Result(direction, adapted.state());
  }
}
