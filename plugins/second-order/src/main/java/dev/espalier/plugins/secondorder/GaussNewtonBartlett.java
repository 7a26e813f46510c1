package dev.espalier.plugins.secondorder;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;

/**
 * The diagonal of the Gauss-Newton matrix from one gradient under labels drawn from the model:
 * {@code B * g^2}, g the gradient of the mean loss and B the number of its independent terms.
 * {@link Objective#sampledGradient} is {@code sqrt(B) g}, whatever the loss, so this is its square.
 * It is never negative.
 *
 * <p>Source: H. Liu et al., "Sophia: A Scalable Stochastic Second-order Optimizer for Language
 * Model Pre-training", arXiv:2305.14342, algorithm 2.
 */
public record GaussNewtonBartlett() implements DiagonalCurvature {
  @Override
  public Tree<Tensor> estimate(Objective objective, Tree<Tensor> parameters, Key key) {
    return WorkingPrecision.of(objective.sampledGradient(parameters, key)).map(Tensor::square);
  }

  @Override
  public Objective.Need need() {
    return Objective.Need.SAMPLED_GRADIENT;
  }
}
