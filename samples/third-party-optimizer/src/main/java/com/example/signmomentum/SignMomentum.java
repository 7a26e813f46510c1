package com.example.signmomentum;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.StepContext;

/**
 * The sign of a running mean of gradients:
 *
 * <pre>
 * m = momentum * m + (1 - momentum) * g
 * direction = sign(m)
 * </pre>
 *
 * <p>State: {@code mean/PATH}, from 0, in F32 for parameters of 16 bits. The sign of 0 is 0.
 *
 * <p>Source: J. Bernstein, Y. Wang, K. Azizzadenesheli, A. Anandkumar, "signSGD: Compressed
 * Optimisation for Non-Convex Problems", arXiv:1802.04434, algorithm 2 on one machine.
 *
 * @param momentum how much of the mean stays, in [0, 1)
 */
public record SignMomentum(double momentum) implements GradientTransform {
  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    return wide(parameters).map(Tensor::zerosLike).under("mean");
  }

  @Override
  public Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> mean =
        state
            .subtree("mean")
            .zip(wide(gradient), (m, g) -> m.mul(momentum).add(g.mul(1 - momentum)));
    Tree<Tensor> direction =
        mean.map(Tensor::sign).zip(parameters, (sign, p) -> sign.to(p.dtype()));
    return new Result(direction, mean.under("mean"));
  }

  /** Averages are kept in F32 at least. */
  private static Tree<Tensor> wide(Tree<Tensor> tree) {
    return tree.map(x -> x.dtype() == DType.F64 ? x : x.to(DType.F32));
  }
}
