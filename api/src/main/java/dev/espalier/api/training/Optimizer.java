package dev.espalier.api.training;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.List;
import java.util.Set;

/**
 * How parameters change in a step. Everything is traced: the update compiles together with the
 * model.
 */
public interface Optimizer {
  /**
   * What a step gives.
   *
   * @param parameters the new parameters
   * @param state the new state, with the types of the state before
   * @param loss the loss of the step, a scalar
   * @param report further scalars for the log, by name
   */
  record Step(Tree<Tensor> parameters, Tree<Tensor> state, Tensor loss, Tree<Tensor> report) {}

  /** The state before the first step. */
  Tree<Tensor> init(Tree<Tensor> parameters);

  /**
   * One step.
   *
   * @param objective what may be asked about the batch
   * @param parameters the parameters
   * @param state as {@link #init} or the last step left it
   * @param context what is known of the step
   */
  Step step(Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context);

  /** The parameters to evaluate and to ship, for methods that keep an average. */
  default Tree<Tensor> evaluationPoint(Tree<Tensor> parameters, Tree<Tensor> state) {
    return parameters;
  }

  /** What it asks the objective. */
  default Set<Objective.Need> needs() {
    return Set.of(Objective.Need.GRADIENT);
  }

  /** Gradient, transforms in a chain, and {@code parameters - learningRate * direction}. */
  static Optimizer of(GradientTransform... chain) {
    return new TransformChain(List.of(chain));
  }
}
