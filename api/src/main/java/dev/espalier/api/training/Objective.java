package dev.espalier.api.training;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.Set;

/**
 * What may be asked about the mean loss on the current batch, at any point. All of it is traced:
 * asking the same twice costs nothing more.
 *
 * <p>A question that is not in {@link #offers()} is refused with {@link EspalierException}
 * MISSING_NEED when the step is built.
 */
public interface Objective {
  /** The kinds of question. */
  enum Need {
    /** {@link #value}. */
    VALUE,
    /** {@link #gradient} and {@link #valueAndGradient}. */
    GRADIENT,
    /** {@link #hessianVector}. */
    HESSIAN_VECTOR,
    /** {@link #gaussNewtonVector}. */
    GAUSS_NEWTON_VECTOR,
    /** {@link #perExampleGradients}. */
    PER_EXAMPLE_GRADIENTS,
    /** {@link #directionalDerivative}. */
    DIRECTIONAL_DERIVATIVE
  }

  /**
   * A value and its gradient.
   *
   * @param value a scalar
   * @param gradient of the parameters' types
   */
  record ValueAndGradient(Tensor value, Tree<Tensor> gradient) {}

  /** The questions that are answered. */
  Set<Need> offers();

  /** The mean loss, a scalar. */
  Tensor value(Tree<Tensor> parameters);

  /** The mean loss and its gradient. */
  ValueAndGradient valueAndGradient(Tree<Tensor> parameters);

  /** The gradient of the mean loss. */
  default Tree<Tensor> gradient(Tree<Tensor> parameters) {
    return valueAndGradient(parameters).gradient();
  }

  /** The Hessian of the mean loss times a vector. */
  Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector);

  /**
   * The Gauss-Newton matrix {@code J^T H J} times a vector, J the derivative of the predictions and
   * H the Hessian of the mean loss in them.
   */
  Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector);

  /** The gradients of the single losses, each leaf with a leading batch axis. */
  Tree<Tensor> perExampleGradients(Tree<Tensor> parameters);

  /**
   * The derivative of an order at least 1 of {@code t -> value(parameters + t * direction)} at 0.
   */
  Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order);
}
