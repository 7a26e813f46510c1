package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * An optimizer that also reports {@code sharpness = v^T H v / |v|^2}, v what a step takes off the
 * parameters and H the Hessian where it begins: how fast the loss bends in the direction that is
 * taken. 0 where nothing moves. One Hessian-vector product a step.
 *
 * <p>Source: Y. Pan, Y. Li, "Toward Understanding Why Adam Converges Faster Than SGD for
 * Transformers", arXiv:2306.00204, definition of directional sharpness.
 *
 * @param inner moves the parameters
 */
public record DirectionalSharpness(Optimizer inner) implements Optimizer {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return inner.init(parameters);
  }

  @Override
  public Step step(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Step done = inner.step(objective, parameters, state, context);
    Tree<Tensor> displacement = parameters.zip(done.parameters(), Tensor::sub);
    Tensor length = Norm.of(displacement);
    Tree<Tensor> unit =
        displacement.map(x -> Norm.ratio(x, length.to(x.dtype()).broadcast(x.shape())));
    Tensor sharpness = Norm.product(unit, objective.hessianVector(parameters, unit));
    return new Step(
        done.parameters(),
        done.state(),
        done.loss(),
        done.report().and("sharpness", sharpness.to(DType.F32)),
        done.next());
  }

  @Override
  public Tree<Tensor> evaluationPoint(Tree<Tensor> parameters, Tree<Tensor> state) {
    return inner.evaluationPoint(parameters, state);
  }

  @Override
  public Set<Objective.Need> needs() {
    Set<Objective.Need> needs = EnumSet.of(Objective.Need.HESSIAN_VECTOR);
    needs.addAll(inner.needs());
    return needs;
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
