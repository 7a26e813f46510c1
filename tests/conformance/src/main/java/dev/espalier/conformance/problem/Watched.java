package dev.espalier.conformance.problem;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import java.util.Set;

/**
 * An objective that notes what it is asked. A value that comes with a gradient counts as the
 * gradient.
 *
 * @param inner answers
 * @param asked takes the questions
 */
public record Watched(Objective inner, Set<Need> asked) implements Objective {
  @Override
  public Set<Need> offers() {
    return inner.offers();
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    asked.add(Need.VALUE);
    return inner.value(parameters);
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    asked.add(Need.GRADIENT);
    return inner.valueAndGradient(parameters);
  }

  @Override
  public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    asked.add(Need.HESSIAN_VECTOR);
    return inner.hessianVector(parameters, vector);
  }

  @Override
  public Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    asked.add(Need.GAUSS_NEWTON_VECTOR);
    return inner.gaussNewtonVector(parameters, vector);
  }

  @Override
  public Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    asked.add(Need.PER_EXAMPLE_GRADIENTS);
    return inner.perExampleGradients(parameters);
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    asked.add(Need.DIRECTIONAL_DERIVATIVE);
    return inner.directionalDerivative(parameters, direction, order);
  }
}
