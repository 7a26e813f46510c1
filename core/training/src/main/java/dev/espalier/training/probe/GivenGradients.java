package dev.espalier.training.probe;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import java.util.Set;

/**
 * An objective whose gradient is given, the same wherever it is asked. It knows no value: that of
 * {@link #valueAndGradient} is not a number.
 *
 * @param gradient the gradient
 */
record GivenGradients(Tree<Tensor> gradient) implements Objective {
  @Override
  public Set<Need> offers() {
    return Set.of(Need.GRADIENT);
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    Tensor any = gradient.leaves().getFirst();
    return new ValueAndGradient(any.constant(any.dtype(), Double.NaN), gradient);
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    throw refuse(Need.VALUE);
  }

  @Override
  public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    throw refuse(Need.HESSIAN_VECTOR);
  }

  @Override
  public Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    throw refuse(Need.GAUSS_NEWTON_VECTOR);
  }

  @Override
  public Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    throw refuse(Need.PER_EXAMPLE_GRADIENTS);
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    throw refuse(Need.DIRECTIONAL_DERIVATIVE);
  }

  private static EspalierException refuse(Need need) {
    return new EspalierException(
        ErrorCode.MISSING_NEED,
        "the optimizer asks for " + need,
        "a file of gradients answers GRADIENT only",
        "probe it on a function, as in --on rosenbrock");
  }
}
