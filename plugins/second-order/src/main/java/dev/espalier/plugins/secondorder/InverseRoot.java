package dev.espalier.plugins.secondorder;

import dev.espalier.api.tensor.Tensor;

/** {@code A^(-1/order)} of symmetric positive definite matrices. */
public interface InverseRoot {
  /**
   * Roots, and how good they are.
   *
   * @param matrices X, [count, n, n]
   * @param residuals a bound of, or the largest element of {@code |X^order A - I|} as the method
   *     knows it, [count]
   */
  record Roots(Tensor matrices, Tensor residuals) {}

  /**
   * The roots.
   *
   * @param matrices A, [count, n, n]
   * @param least what no eigenvalue is below but by rounding, more than 0, [count]
   * @param order at least 1
   */
  Roots of(Tensor matrices, Tensor least, int order);
}
