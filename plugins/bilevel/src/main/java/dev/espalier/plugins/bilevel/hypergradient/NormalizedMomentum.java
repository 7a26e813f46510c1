package dev.espalier.plugins.bilevel.hypergradient;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.StepContext;

/**
 * Steps of one length along a mean of gradients: {@code m = beta m + (1 - beta) g, direction = m /
 * |m|} over all parameters, and 0 where m is.
 *
 * <p>State: {@code mean/PATH}, from 0. Source: A. Cutkosky and H. Mehta, "Momentum Improves
 * Normalized SGD", arXiv:2002.03305, algorithm 1; BO-REP's outer step, see {@link BoRep}.
 *
 * @param beta how much of the mean stays, in [0, 1)
 */
public record NormalizedMomentum(double beta) implements GradientTransform {
  /** Checks the number. */
  public NormalizedMomentum {
    if (!(beta >= 0 && beta < 1)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE, "beta is in [0, 1)", Double.toString(beta), "correct the number");
    }
  }

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return parameters.map(Tensor::zerosLike).under("mean");
  }

  @Override
  public Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> m =
        state.subtree("mean").zip(gradient, (old, g) -> old.mul(beta).add(g.mul(1 - beta)));
    Tensor length =
        m.map(x -> x.square().sum().to(DType.F64)).leaves().stream()
            .reduce(Tensor::add)
            .orElseThrow()
            .sqrt();
    Tensor scale = length.gt(0).select(length.reciprocal(), length.zerosLike());
    return new Result(m.map(x -> x.mul(scale.to(x.dtype()).broadcastLike(x))), m.under("mean"));
  }
}
