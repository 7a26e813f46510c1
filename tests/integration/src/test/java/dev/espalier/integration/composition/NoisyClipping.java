package dev.espalier.integration.composition;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import java.util.Set;

/**
 * The mean of clipped gradients with Gaussian noise, as anybody would write it: of the API alone.
 * Its noise is that of the run's seed, so it protects nothing from whoever knows that.
 *
 * @param bound the largest norm of an example's gradient
 * @param noise the deviation of the sum's noise, in units of the bound
 */
record NoisyClipping(double bound, double noise) implements GradientEstimator {
  @Override
  public Estimate estimate(
      Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Objective.ClippedSum found = inner.clippedSum(parameters, Clipping.flat(bound));
    Tree<Tensor> noises = context.key().normalLike(found.sum());
    Tree<Tensor> gradient =
        found
            .sum()
            .zip(
                noises,
                (sum, z) -> {
                  Tensor examples = inner.examples(sum).broadcast(sum.shape());
                  return sum.add(z.mul(noise * bound)).div(examples);
                });
    Objective answer =
        Objective.at(
            parameters, new Objective.ValueAndGradient(found.value(), gradient), "NoisyClipping");
    Tensor norms = found.norms().leaves().getFirst();
    return new Estimate(answer, state, Tree.of("largest norm", norms.reduceMax()));
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.CLIPPED_SUM);
  }
}
