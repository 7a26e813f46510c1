package dev.espalier.api.training;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.List;
import java.util.Optional;
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
   * @param next what is asked of the next step's batch; empty for the run's own, in every step or
   *     in none
   */
  record Step(
      Tree<Tensor> parameters,
      Tree<Tensor> state,
      Tensor loss,
      Tree<Tensor> report,
      Optional<NextBatch> next) {
    /** A step that asks for nothing. */
    public Step(Tree<Tensor> parameters, Tree<Tensor> state, Tensor loss, Tree<Tensor> report) {
      this(parameters, state, loss, report, Optional.empty());
    }

    /** With what is asked of the next step's batch. */
    public Step asking(NextBatch batch) {
      return new Step(parameters, state, loss, report, Optional.of(batch));
    }
  }

  /** The state before the first step. */
  Tree<Tensor> init(Tree<Tensor> parameters);

  /**
   * The state before the first step, where its shapes depend on how the parameters enter the model:
   * this is what is called, and as it stands here it asks nothing.
   *
   * @param objective answers as in a step, but about a batch of zeros, so that types are all there
   *     is to learn; what of its answers does not reach the state is not computed
   * @param parameters the parameters
   */
  default Tree<Tensor> init(Objective objective, Tree<Tensor> parameters) {
    return init(parameters);
  }

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

  /** The batches that it asks about beside the step's own. */
  default Set<Objective.Batch> batches() {
    return Set.of();
  }

  /** How many examples the first step is to have, where it asks; {@link NextBatch#ALL} for all. */
  default Optional<Long> firstBatch() {
    return Optional.empty();
  }

  /**
   * Each group of parameters moved by itself, at a rate and with an optimizer of its own.
   *
   * @param groups a parameter is in the first that matches it
   * @param rest moves those that are in none
   */
  static Optimizer grouped(List<ParameterGroup> groups, Optimizer rest) {
    return GroupedOptimizer.of(groups, rest);
  }

  /** Gradient, transforms in a chain, and {@code parameters - learningRate * direction}. */
  static Optimizer of(GradientTransform... chain) {
    return new TransformChain(List.of(chain));
  }
}
