package dev.espalier.plugins.bilevel.linear;

import dev.espalier.api.ir.Calculus;
import dev.espalier.api.linear.LinearMap;
import dev.espalier.api.linear.LinearSolver;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * The matrix itself, from its products with the unit vectors, and a factorisation: Cholesky's where
 * it is symmetric, which then has to be positive definite, else QR. Memory n^2 and time n^3, for
 * small systems.
 */
public record DenseSolve() implements LinearSolver {
  @Override
  public Solution solve(LinearMap map, Tensor b) {
    int n = b.shape().extent(0);
    TensorType square = b.type().withShape(Shape.of(n, n));
    TensorType index = square.withDType(DType.I32);
    Tensor identity = b.iota(index, 0).eq(b.iota(index, 1)).to(b.dtype());
    Tensor columns =
        Calculus.standard()
            .vmap(in -> List.of(map.apply(in.getFirst())), List.of(identity), List.of(true))
            .getFirst();
    Tensor right = b.reshape(n, 1);
    Tensor x = map.symmetric() ? byCholesky(columns, right) : byQr(columns.transpose(), right);
    return new Solution(x.reshape(n), b.constant(DType.I64, 1L));
  }

  private static Tensor byCholesky(Tensor matrix, Tensor right) {
    // Rounding makes the two halves differ; the factor reads one of them.
    Tensor lower = matrix.add(matrix.transpose()).mul(0.5).cholesky();
    return lower.triangularSolve(lower.triangularSolve(right, true, false), true, true);
  }

  private static Tensor byQr(Tensor matrix, Tensor right) {
    List<Tensor> factors = matrix.qr();
    Tensor rotated = factors.get(0).transpose().matmul(right);
    return factors.get(1).triangularSolve(rotated, false, false);
  }
}
