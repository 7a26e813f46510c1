package dev.espalier.conformance.estimator;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.Objective;

/** What private estimators give, right and wrong. */
final class PrivateMutants {
  private PrivateMutants() {}

  private static Objective at(Tree<Tensor> point, Tensor value, Tree<Tensor> gradient) {
    return Objective.at(point, new Objective.ValueAndGradient(value, gradient), "a test");
  }

  private static Tree<Tensor> mean(Objective inner, Tree<Tensor> sum) {
    return sum.map(s -> s.div(inner.examples(s).broadcast(s.shape())));
  }

  /** Right: single gradients clipped to 1, summed. */
  static Objective summed(Objective inner, Tree<Tensor> parameters) {
    Objective.ClippedSum found = inner.clippedSum(parameters, Clipping.flat(1));
    return at(parameters, found.value().mul(Double.NaN), mean(inner, found.sum()));
  }

  /** With the mean loss beside it. */
  static Objective withLoss(Objective inner, Tree<Tensor> parameters) {
    Objective.ClippedSum found = inner.clippedSum(parameters, Clipping.flat(1));
    return at(parameters, found.value(), mean(inner, found.sum()));
  }

  /** The mean gradient, whose norm is clipped to 1. */
  static Objective clippedMean(Objective inner, Tree<Tensor> parameters) {
    Objective.ValueAndGradient found = inner.valueAndGradient(parameters);
    Tensor norm =
        found.gradient().leaves().stream()
            .map(leaf -> leaf.square().sum())
            .reduce(Tensor::add)
            .orElseThrow()
            .sqrt();
    Tensor factor = norm.max(1).reciprocal();
    return at(
        parameters,
        found.value().mul(Double.NaN),
        found.gradient().map(g -> g.mul(factor.broadcast(g.shape()))));
  }
}
