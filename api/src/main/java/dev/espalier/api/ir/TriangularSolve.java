package dev.espalier.api.ir;

import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Operands (A [..., n, n], B [..., n, m]): X with {@code op(A) X = B}, where A is triangular (the
 * other triangle is not read) and op(A) is A or its transpose.
 *
 * @param lower whether the lower triangle of A is read
 * @param transpose whether A is transposed
 * @param unitDiagonal whether the diagonal is taken as 1 and not read
 */
public record TriangularSolve(boolean lower, boolean transpose, boolean unitDiagonal)
    implements Op {
  @Override
  public String name() {
    return "triangular_solve";
  }

  @Override
  public String attributes() {
    return "lower=" + lower + ", transpose=" + transpose + ", unitDiagonal=" + unitDiagonal;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 2);
    TensorType a = operands.get(0);
    TensorType b = operands.get(1);
    int rank = a.shape().rank();
    TypeRules.require(
        a.dtype().isFloat()
            && a.dtype() == b.dtype()
            && rank >= 2
            && b.shape().rank() == rank
            && a.shape().extent(-1) == a.shape().extent(-2)
            && a.shape().slice(0, rank - 1).equals(b.shape().slice(0, rank - 1)),
        this,
        operands,
        "takes A [..., n, n] and B [..., n, m] of one float type",
        "check the shapes");
    return List.of(b);
  }
}
