package dev.espalier.plugins.bilevel.linear;

import dev.espalier.api.linear.ConjugateGradient;
import dev.espalier.api.linear.LinearMap;
import dev.espalier.api.linear.LinearSolver;
import dev.espalier.api.tensor.Tensor;

/**
 * Conjugate gradients on {@code A^T A x = A^T b}, for any invertible matrix. The condition number
 * is squared, and the tolerance is that of the residual of these normal equations.
 *
 * <p>Source: M. Hestenes and E. Stiefel, "Methods of Conjugate Gradients for Solving Linear
 * Systems", 1952, section 10.
 *
 * @param method solves the normal equations
 */
public record NormalConjugateGradient(ConjugateGradient method) implements LinearSolver {
  @Override
  public Solution solve(LinearMap map, Tensor b) {
    LinearMap transposed = map.transposed();
    return method.solve(
        LinearMap.symmetric(v -> transposed.apply(map.apply(v))), transposed.apply(b));
  }
}
