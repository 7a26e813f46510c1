package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.StepContext;

/**
 * Beta-normalised gradient descent: {@code direction = g / |g|^beta}, |g| the Euclidean length of
 * the whole gradient; 0 where the gradient is 0.
 *
 * <p>For losses whose smoothness grows with the gradient, {@code |f''| <= L0 + L1 |f'|^alpha}; beta
 * is then from alpha (the best) to 1. Beta 0 is gradient descent, beta 1 steps of one length.
 *
 * <p>State: none.
 *
 * <p>Source: Z. Chen, Y. Zhou, Y. Liang, Z. Lu, "Generalized-Smooth Nonconvex Optimization is As
 * Efficient As Smooth Nonconvex Optimization", arXiv:2303.02854, beta-GD. There the rate follows
 * from the constants of the loss and the accuracy; here it is the run's.
 *
 * @param beta the exponent, in [0, 1]
 */
public record BetaGradient(double beta) implements GradientTransform {
  @Override
  public Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> g = WorkingPrecision.of(gradient);
    Tensor length = Norm.of(g).pow(beta);
    Tree<Tensor> direction = g.map(x -> Norm.ratio(x, length.to(x.dtype()).broadcast(x.shape())));
    return new Result(WorkingPrecision.back(direction, parameters), state);
  }
}
