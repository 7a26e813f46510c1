package dev.espalier.conformance.estimator;

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
    public Estimate estimate(
        Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      return Estimate.of(inner);
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
    public Estimate estimate(
        Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      return Estimate.of(new Along(inner, context.key()));
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
  }
}
