package dev.espalier.training.objective;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import java.util.Set;

/**
 * The gradient times {@code min(1, c / norm)}, where the norm is that of all leaves together. Other
 * answers are handed through. A norm that is not finite gives a gradient that is not, too.
 *
 * <p>Source: R. Pascanu, T. Mikolov, Y. Bengio, "On the Difficulty of Training Recurrent Neural
 * Networks", arXiv:1211.5063.
 *
 * @param maxNorm c, greater than 0
 */
public record ClippedByNorm(double maxNorm) implements GradientEstimator {
  public ClippedByNorm {
    if (!(maxNorm > 0 && maxNorm < Double.POSITIVE_INFINITY)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "gradients are clipped to a norm greater than 0",
          "" + maxNorm,
          "give another norm, or none so that nothing is clipped");
    }
  }

  /** The objective with clipped gradients. */
  public Objective of(Objective inner) {
    return new GradientObjective(inner, (parameters, found) -> clip(found));
  }

  @Override
  public Estimate estimate(
      Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    return Estimate.of(of(inner));
  }

  private Objective.ValueAndGradient clip(Objective.ValueAndGradient found) {
    if (found.gradient().isEmpty()) {
      return found;
    }
    Tensor norm = GlobalNorm.of(found.gradient());
    Tensor scale = norm.constantLike(maxNorm).div(norm).min(1);
    return new Objective.ValueAndGradient(
        found.value(),
        found.gradient().map(leaf -> leaf.mul(scale.to(leaf.dtype()).broadcast(leaf.shape()))));
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.GRADIENT);
  }
}
