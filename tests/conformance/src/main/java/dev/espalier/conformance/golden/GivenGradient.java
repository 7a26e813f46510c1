package dev.espalier.conformance.golden;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import java.util.Set;

/** An objective of loss 0 with a given gradient at every point. */
record GivenGradient(Tree<Tensor> given) implements Objective {
  @Override
  public Set<Need> offers() {
    return Set.of(Need.VALUE, Need.GRADIENT);
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    Tensor anchor = given.leaves().getFirst();
    return anchor.constant(anchor.dtype(), 0.0);
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    return new ValueAndGradient(value(parameters), given);
  }

  @Override
  public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    throw missing(Need.HESSIAN_VECTOR);
  }

  @Override
  public Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    throw missing(Need.GAUSS_NEWTON_VECTOR);
  }

  @Override
  public Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    throw missing(Need.PER_EXAMPLE_GRADIENTS);
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    throw missing(Need.DIRECTIONAL_DERIVATIVE);
  }

  private EspalierException missing(Need need) {
    return new EspalierException(
        ErrorCode.MISSING_NEED,
        need.toString(),
        "golden trajectories offer " + offers(),
        "test an optimizer that asks for more on an objective of its own");
  }
}
