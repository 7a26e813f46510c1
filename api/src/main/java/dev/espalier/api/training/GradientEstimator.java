package dev.espalier.api.training;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A way to obtain gradients: an objective made of an objective. Estimators nest, and every
 * optimizer that only asks for gradients works with each. One may remember things from step to step
 * in a tree, ask several questions, and refuse what it must not answer.
 */
public interface GradientEstimator {
  /**
   * What an estimator gives for a step.
   *
   * @param objective answers in the estimator's way
   * @param state what it remembers, with the types of the state before
   * @param report further scalars for the log, by name
   */
  record Estimate(Objective objective, Tree<Tensor> state, Tree<Tensor> report) {
    /** One that remembers and reports nothing. */
    public static Estimate of(Objective objective) {
      return new Estimate(objective, Tree.empty(), Tree.empty());
    }
  }

  /** The state before the first step. */
  default Tree<Tensor> init(Tree<Tensor> parameters) {
    return Tree.empty();
  }

  /**
   * The objective that answers in this estimator's way.
   *
   * @param inner what is asked
   * @param parameters the point that the step begins with
   * @param state as {@link #init} or the last step left it
   * @param context what is known of the step
   */
  Estimate estimate(
      Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context);

  /** What it asks the inner objective. */
  Set<Objective.Need> needs();

  /**
   * What it asks the inner objective only where whoever uses it asks the same, and hands through.
   */
  default Set<Objective.Need> handsThrough() {
    return Set.of();
  }

  /** The batches that it asks about beside the step's own. */
  default Set<Objective.Batch> batches() {
    return Set.of();
  }

  /** What it wants drawn outside the trace, see {@link StepContext#drawn}; empty for nothing. */
  default Optional<HostDraws> hostDraws() {
    return Optional.empty();
  }

  /** How the step's examples have to be drawn: training is refused where they are not. */
  default ExampleSampling sampling() {
    return ExampleSampling.ANY;
  }

  /** What watches over a run with it. */
  default List<RunGuard> guards() {
    return List.of();
  }

  /**
   * The hyperparameters, by key, that may be others when a run goes on than they were when it
   * began. For all others a changed run file is refused.
   */
  default Set<String> changeable() {
    return Set.of();
  }

  /** This estimator, and another one of what it gives. */
  default GradientEstimator then(GradientEstimator outer) {
    return new NestedEstimator(this, outer);
  }

  /**
   * An optimizer that asks this estimator, for methods whose definition has both.
   *
   * @throws dev.espalier.api.EspalierException MISSING_NEED where this says how examples are drawn,
   *     draws values outside the trace or watches over runs: an optimizer does not
   */
  default Optimizer then(Optimizer optimizer) {
    return new EstimatedOptimizer(this, optimizer);
  }
}
