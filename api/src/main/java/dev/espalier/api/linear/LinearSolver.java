package dev.espalier.api.linear;

import dev.espalier.api.tensor.Tensor;

/**
 * A method for linear systems. Systems that are differentiated are made with {@link LinearSystem}:
 * it compares solvers when it compares systems, so one is best a record.
 */
public interface LinearSolver {
  /**
   * What a method gives.
   *
   * @param x the solution, [n]
   * @param iterations how many it took, an I64 scalar
   */
  record Solution(Tensor x, Tensor iterations) {}

  /**
   * An x with {@code map(x) = b}, traced.
   *
   * @param map the matrix
   * @param b the right side, [n], floating point
   */
  Solution solve(LinearMap map, Tensor b);
}
