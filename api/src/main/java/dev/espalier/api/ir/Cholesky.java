package dev.espalier.api.ir;

import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * The lower triangular L with positive diagonal and {@code A = L L^T}, for symmetric positive
 * definite matrices [..., n, n]; only the lower triangle of A is read, the upper of L is 0. Where A
 * is not positive definite the matrix is NaN.
 */
public record Cholesky() implements Op {
  @Override
  public String name() {
    return "cholesky";
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 1);
    TensorType a = operands.getFirst();
    TypeRules.require(
        a.dtype().isFloat()
            && a.shape().rank() >= 2
            && a.shape().extent(-1) == a.shape().extent(-2),
        this,
        operands,
        "takes float matrices [..., n, n]",
        "check the shape");
    return operands;
  }
}
