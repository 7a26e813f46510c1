package dev.espalier.benchmarks.costs;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import java.util.Set;

/** The mean of gradients of single examples that are clipped to norm 1: private training's work. */
final class ClippedGradient implements GradientEstimator {
  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.CLIPPED_SUM);
  }

  @Override
  public Estimate estimate(
      Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Objective.ClippedSum clipped = inner.clippedSum(parameters, Clipping.flat(1));
    Tree<Tensor> mean =
        clipped.sum().map(sum -> sum.div(inner.examples(sum).broadcast(sum.shape())));
    return Estimate.of(
        Objective.at(
            parameters,
            new Objective.ValueAndGradient(clipped.value(), mean),
            "the clipped gradient"));
  }
}
