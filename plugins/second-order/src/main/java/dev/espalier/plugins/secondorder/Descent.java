package dev.espalier.plugins.secondorder;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.StepContext;

/** The end of a step: parameters moved against a direction, with decoupled decay. */
final class Descent {
  private Descent() {}

  /**
   * {@code p - rate * (direction + weightDecay * p)}, in working precision until the end.
   *
   * @param direction in working precision
   */
  static Tree<Tensor> along(
      Tree<Tensor> direction, double weightDecay, Tree<Tensor> parameters, StepContext context) {
    return parameters.zip(
        direction,
        (p, d) -> {
          Tensor whole = weightDecay == 0 ? d : d.add(p.to(d.dtype()).mul(weightDecay));
          return p.sub(context.learningRateLike(d).mul(whole).to(p.dtype()));
        });
  }
}
