package dev.espalier.api.training;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * See {@link GradientEstimator#then(Optimizer)}; states and reports lie under {@code estimator} and
 * {@code optimizer}.
 */
record EstimatedOptimizer(GradientEstimator estimator, Optimizer optimizer) implements Optimizer {
  private static final String OF_ESTIMATOR = "estimator";
  private static final String OF_OPTIMIZER = "optimizer";

  /** Keys of the estimator are folded with this, so that none is the optimizer's. */
  private static final long ESTIMATE = Integer.MAX_VALUE;

  EstimatedOptimizer {
    if (estimator.sampling() != ExampleSampling.ANY
        || estimator.hostDraws().isPresent()
        || !estimator.guards().isEmpty()) {
      throw new EspalierException(
          ErrorCode.MISSING_NEED,
          "an optimizer has no say in how examples are drawn, draws nothing outside the trace and"
              + " stops no run",
          estimator.getClass().getSimpleName()
              + " within "
              + optimizer.getClass().getSimpleName()
              + " needs one of these",
          "give the step the estimator beside the optimizer");
    }
  }

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return estimator
        .init(parameters)
        .under(OF_ESTIMATOR)
        .and(optimizer.init(parameters).under(OF_OPTIMIZER));
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    GradientEstimator.Estimate estimate =
        estimator.estimate(
            objective, parameters, state.subtree(OF_ESTIMATOR), context.part(ESTIMATE));
    for (Objective.Need need : optimizer.needs()) {
      if (!estimate.objective().offers().contains(need)) {
        throw Objective.notOffered(
            estimator.getClass().getSimpleName()
                + ", which "
                + optimizer.getClass().getSimpleName()
                + " asks,",
            need,
            estimate.objective().offers());
      }
    }
    Step done =
        optimizer.step(estimate.objective(), parameters, state.subtree(OF_OPTIMIZER), context);
    return new Step(
        done.parameters(),
        estimate.state().under(OF_ESTIMATOR).and(done.state().under(OF_OPTIMIZER)),
        done.loss(),
        estimate.report().under(OF_ESTIMATOR).and(done.report().under(OF_OPTIMIZER)),
        done.next());
  }

  @Override
  public Tree<Tensor> evaluationPoint(Tree<Tensor> parameters, Tree<Tensor> state) {
    return optimizer.evaluationPoint(parameters, state.subtree(OF_OPTIMIZER));
  }

  /** The optimizer's own needs reach the objective where the estimator hands them through. */
  @Override
  public Set<Objective.Need> needs() {
    Set<Objective.Need> needs = EnumSet.noneOf(Objective.Need.class);
    needs.addAll(optimizer.needs());
    needs.retainAll(estimator.handsThrough());
    needs.addAll(estimator.needs());
    return needs;
  }

  @Override
  public Set<Objective.Batch> batches() {
    Set<Objective.Batch> batches = EnumSet.noneOf(Objective.Batch.class);
    batches.addAll(estimator.batches());
    batches.addAll(optimizer.batches());
    return batches;
  }

  @Override
  public Optional<Long> firstBatch() {
    return optimizer.firstBatch();
  }
}
