package dev.espalier.plugins.secondorder;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;

/**
 * The diagonal of the Hessian H from one product: {@code z * (H z)}, z with independent elements of
 * mean 0 and variance 1. For signs the variance of element i is {@code sum_{j != i} H_ij^2}, so
 * that a diagonal H is met exactly; for normal numbers it is {@code 2 H_ii^2} more.
 *
 * <p>Source: C. Bekas, E. Kokiopoulou, Y. Saad, "An Estimator for the Diagonal of a Matrix",
 * Applied Numerical Mathematics 57, 2007, with the vectors of M. Hutchinson, 1989.
 *
 * @param probe how z is drawn
 */
public record Hutchinson(Probe probe) implements DiagonalCurvature {
  /** How probing vectors are drawn. */
  public enum Probe {
    /** Signs. */
    RADEMACHER,
    /** Standard normal numbers. */
    NORMAL
  }

  @Override
  public Tree<Tensor> estimate(Objective objective, Tree<Tensor> parameters, Key key) {
    Tree<Tensor> z =
        switch (probe) {
          case RADEMACHER -> key.rademacherLike(parameters);
          case NORMAL -> key.normalLike(parameters);
        };
    Tree<Tensor> product = objective.hessianVector(parameters, z);
    return WorkingPrecision.of(z).zip(WorkingPrecision.of(product), Tensor::mul);
  }

  @Override
  public Objective.Need need() {
    return Objective.Need.HESSIAN_VECTOR;
  }
}
