package dev.espalier.training.objective;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * An objective whose gradients are changed, and whose other answers are those of the inner one.
 *
 * @param inner who answers
 * @param change from the parameters and the inner answer to this one's
 */
record GradientObjective(
    Objective inner, BiFunction<Tree<Tensor>, ValueAndGradient, ValueAndGradient> change)
    implements Objective {
  @Override
  public Set<Need> offers() {
    return inner.offers();
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    return inner.value(parameters);
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    return change.apply(parameters, inner.valueAndGradient(parameters));
  }

  @Override
  public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return inner.hessianVector(parameters, vector);
  }

  @Override
  public Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return inner.gaussNewtonVector(parameters, vector);
  }

  @Override
  public Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    return inner.perExampleGradients(parameters);
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    return inner.directionalDerivative(parameters, direction, order);
  }
}
