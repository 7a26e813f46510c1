package dev.espalier.api.training;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;

/**
 * The common case of an optimizer: two pure functions from gradients to directions. Transforms
 * chain; {@link Optimizer#of} subtracts the learning rate times the last direction.
 */
public interface GradientTransform {
  /**
   * A direction and what is remembered.
   *
   * @param direction of the parameters' types; the parameters move against it
   * @param state with the types of the state before
   */
  record Result(Tree<Tensor> direction, Tree<Tensor> state) {}

  /** The state before the first step. */
  default Tree<Tensor> init(Tree<Tensor> parameters) {
    return Tree.empty();
  }

  /**
   * One step.
   *
   * @param gradient the gradient, or the direction of the transform before
   * @param parameters the parameters
   * @param state as {@link #init} or the last step left it
   * @param context what is known of the step
   */
  Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context);
}
