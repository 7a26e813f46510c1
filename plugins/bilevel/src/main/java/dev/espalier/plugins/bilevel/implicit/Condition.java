package dev.espalier.plugins.bilevel.implicit;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;

/**
 * A function F with {@code F(x*, theta) = 0} at the solution; it may use tensors around it, in
 * which the solution then has a derivative too.
 */
@FunctionalInterface
public interface Condition {
  /**
   * F.
   *
   * @param x the unknowns
   * @param theta what they depend on
   * @return a tree of the paths and types of x
   */
  Tree<Tensor> residual(Tree<Tensor> x, Tree<Tensor> theta);

  /** Whether the derivative of F in x is a symmetric matrix, as that of a gradient is. */
  default boolean symmetric() {
    return false;
  }

  /** The condition of a fixed point: {@code F(x, theta) = T(x, theta) - x}. */
  static Condition fixedPoint(Condition map) {
    return (x, theta) -> map.residual(x, theta).zip(x, Tensor::sub);
  }
}
