package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;

/**
 * A matrix with all its singular values moved near 1, by products alone:
 *
 * <pre>
 * X = M / (|M| + epsilon),   X = a X + (b A + c A^2) X  with  A = X X^T      again and again
 * a, b, c = 3.4445, -4.7750, 2.0315
 * </pre>
 *
 * <p>|M| is the Frobenius norm. Each singular value goes its own way, {@code s = a s + b s^3 + c
 * s^5}, which grows small ones by a and stays about 1; five times take those of 0.008 |M| and more
 * to [0.68, 1.14]. They do not converge to 1. A tall matrix is transposed meanwhile.
 *
 * <p>Source: K. Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024, its
 * coefficients; there the products are of BF16, here of the matrix' own type.
 *
 * @param iterations how often, at least 1
 * @param epsilon added to the norm, so that 0 stays 0
 */
public record NewtonSchulz(int iterations, double epsilon) {
  private static final double A = 3.4445;
  private static final double B = -4.7750;
  private static final double C = 2.0315;

  /** Of a matrix of F32 or F64. */
  public Tensor of(Tensor matrix) {
    boolean tall = matrix.shape().extent(0) > matrix.shape().extent(1);
    Tensor scale = Norm.of(matrix).add(epsilon);
    // Nothing is added, and the matrix is 0.
    Tensor safe = scale.eq(0).select(scale.onesLike(), scale);
    Tensor unit = matrix.to(DType.F64).div(safe.broadcast(matrix.shape())).to(matrix.dtype());
    Tensor x = tall ? unit.transpose() : unit;
    for (int i = 0; i < iterations; i++) {
      Tensor square = x.matmul(x.transpose());
      Tensor polynomial = square.mul(B).add(square.matmul(square).mul(C));
      x = x.mul(A).add(polynomial.matmul(x));
    }
    return tall ? x.transpose() : x;
  }
}
