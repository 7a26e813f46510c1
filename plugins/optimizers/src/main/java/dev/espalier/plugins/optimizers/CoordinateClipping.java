package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;

/**
 * Clipping of each coordinate by itself: {@code u = sign(u) * min(|u|, tau)}, as a transform of a
 * direction or, {@link #of}, of what any optimizer does. Tau is a number, or in each tensor the
 * least of the share of its elements that are largest, so that these become alike.
 *
 * <p>State: none.
 *
 * <p>Source: Y. Pan, Y. Li, "Toward Understanding Why Adam Converges Faster Than SGD for
 * Transformers", arXiv:2306.00204. Its quantile is that of all coordinates together; here it is
 * that of each tensor, which needs no order of all parameters.
 *
 * @param threshold tau; 0 where the share decides
 * @param share how much of each tensor is clipped, in (0, 1]; rounded up to whole elements
 */
public record CoordinateClipping(double threshold, double share) implements GradientTransform {
  @Override
  public Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> clipped = gradient.map(u -> clip(u, u.constantLike(1)));
    return new Result(clipped, state);
  }

  /** What an optimizer takes off the parameters, clipped at tau times the learning rate. */
  Tree<Tensor> clipped(Tree<Tensor> displacement, StepContext context) {
    return displacement.map(u -> clip(u, context.learningRateLike(u)));
  }

  /** Any optimizer, its displacement for a rate of 1 clipped. */
  public Optimizer of(Optimizer optimizer) {
    return new ClippedOptimizer(optimizer, this);
  }

  private Tensor clip(Tensor u, Tensor unit) {
    int size = u.shape().size();
    if (size == 0) {
      return u;
    }
    Tensor tau = threshold > 0 ? unit.mul(threshold) : quantile(u, size);
    return u.min(tau).max(tau.neg());
  }

  private Tensor quantile(Tensor u, int size) {
    int largest = Math.max(1, (int) Math.ceil(share * size));
    Tensor sorted = u.abs().reshape(Shape.of(size)).topK(largest).getFirst();
    return sorted.at(0, largest - 1).broadcast(u.shape());
  }
}
