package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import java.util.Optional;
import java.util.Set;

/** See {@link CoordinateClipping#of}: state, reports and questions are those of the optimizer. */
record ClippedOptimizer(Optimizer inner, CoordinateClipping clipping) implements Optimizer {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return inner.init(parameters);
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Step done = inner.step(objective, parameters, state, context);
    Tree<Tensor> displacement = parameters.zip(done.parameters(), Tensor::sub);
    return new Step(
        parameters.zip(clipping.clipped(displacement, context), Tensor::sub),
        done.state(),
        done.loss(),
        done.report(),
        done.next());
  }

  @Override
  public Tree<Tensor> evaluationPoint(Tree<Tensor> parameters, Tree<Tensor> state) {
    return inner.evaluationPoint(parameters, state);
  }

  @Override
  public Set<Objective.Need> needs() {
    return inner.needs();
  }

  @Override
  public Set<Objective.Batch> batches() {
    return inner.batches();
  }

  @Override
  public Optional<Long> firstBatch() {
    return inner.firstBatch();
  }
}
