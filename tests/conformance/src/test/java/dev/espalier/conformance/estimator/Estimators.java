package dev.espalier.conformance.estimator;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import java.util.Set;

/** Estimators for the tests of the kit. */
final class Estimators {
  private Estimators() {}

  /** The inner objective's own answers. */
  record Same() implements GradientEstimator {
    @Override
    public Objective estimate(Objective inner, StepContext context) {
      return inner;
    }

    @Override
    public Set<Objective.Need> needs() {
      return Set.of(Objective.Need.GRADIENT);
    }
  }

  /**
   * The forward gradient: the derivative along a standard normal direction, times the direction.
   *
   * <p>Source: A. Baydin, B. Pearlmutter, D. Syme, F. Wood, P. Torr, "Gradients without
   * Backpropagation", arXiv:2202.08587.
   */
  record Forward() implements GradientEstimator {
    @Override
    public Objective estimate(Objective inner, StepContext context) {
      return new Along(inner, context.key());
    }

    @Override
    public Set<Objective.Need> needs() {
      return Set.of(Objective.Need.VALUE, Objective.Need.DIRECTIONAL_DERIVATIVE);
    }
  }

  /** Value and gradient, and nothing else. */
  record Along(Objective inner, Key key) implements Objective {
    @Override
    public Set<Need> offers() {
      return Set.of(Need.VALUE, Need.GRADIENT);
    }

    @Override
    public Tensor value(Tree<Tensor> parameters) {
      return inner.value(parameters);
    }

    @Override
    public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
      Tree<Tensor> direction = Tree.empty();
      int count = 0;
      for (String path : parameters.paths()) {
        Tensor leaf = parameters.get(path);
        direction = direction.and(path, key.fold(count++).normal(leaf.dtype(), leaf.shape()));
      }
      Tensor slope = inner.directionalDerivative(parameters, direction, 1);
      return new ValueAndGradient(
          value(parameters), direction.map(v -> v.mul(slope.broadcast(v.shape()))));
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
    public Tensor directionalDerivative(
        Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
      throw missing(Need.DIRECTIONAL_DERIVATIVE);
    }

    private EspalierException missing(Need need) {
      return new EspalierException(
          ErrorCode.MISSING_NEED, need.toString(), "offers " + offers(), "take another estimator");
    }
  }
}
