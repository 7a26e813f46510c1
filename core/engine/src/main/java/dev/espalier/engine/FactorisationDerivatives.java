package dev.espalier.engine;

import dev.espalier.api.ir.Cholesky;
import dev.espalier.api.ir.Eigh;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Qr;
import dev.espalier.api.ir.Svd;
import dev.espalier.api.ir.TriangularSolve;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.engine.Forward.Dual;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forward rules of factorisations; the reverse rules are their transposes.
 *
 * <p>Source: M. Giles, "Collected Matrix Derivative Results for Forward and Reverse Mode
 * Algorithmic Differentiation", 2008; for the thin singular value decomposition J. Townsend,
 * "Differentiating the Singular Value Decomposition", 2016. Eigenvectors of equal eigenvalues and
 * singular vectors of equal singular values have no derivative: the result is infinite or NaN.
 */
final class FactorisationDerivatives {
  private FactorisationDerivatives() {}

  static Dual push(Op op, Tensor a, Tensor t) {
    List<Tensor> parts = a.apply(op, List.of(a));
    List<Tensor> tangents =
        switch (op) {
          case Cholesky _ -> List.of(cholesky(parts.getFirst(), t));
          case Eigh _ -> eigh(parts.get(0), parts.get(1), t);
          case Qr _ -> qr(a, parts.get(0), parts.get(1), t);
          case Svd _ -> svd(parts.get(0), parts.get(1), transposed(parts.get(2)), t);
          default -> throw new AssertionError(op.name());
        };
    return new Dual(parts, Collections.unmodifiableList(tangents));
  }

  /** {@code X' = op(A)^-1 (B' - op(A') X)}, A' only in the triangle that is read. */
  static Dual push(
      TriangularSolve op, Tensor a, Tensor b, @Nullable Tensor ta, @Nullable Tensor tb) {
    Tensor x = a.apply(op, List.of(a, b)).getFirst();
    @Nullable Tensor right = tb;
    if (ta != null) {
      Tensor moved = read(op, ta).matmul(x).neg();
      right = Tensors.plusOrNull(tb, moved);
    }
    return Tensors.dual(x, right == null ? null : a.apply(op, List.of(a, right)).getFirst());
  }

  /** The part of a coefficient matrix that is read, as the system has it. */
  static Tensor read(TriangularSolve op, Tensor matrix) {
    Tensor read = triangle(matrix, op.lower(), op.unitDiagonal());
    return op.transpose() ? transposed(read) : read;
  }

  static Tensor transposed(Tensor matrix) {
    return matrix.swapAxes(-1, -2);
  }

  /** The lower or upper triangle, with or without the diagonal; zeros elsewhere. */
  static Tensor triangle(Tensor matrix, boolean lower, boolean strict) {
    Tensor row = matrix.iota(matrix.type().withDType(DType.I32), -2);
    Tensor column = matrix.iota(matrix.type().withDType(DType.I32), -1);
    Tensor keep =
        lower
            ? (strict ? row.gt(column) : row.ge(column))
            : (strict ? row.lt(column) : row.le(column));
    return keep.select(matrix, matrix.zerosLike());
  }

  private static Tensor diagonalMask(Tensor matrix) {
    Tensor row = matrix.iota(matrix.type().withDType(DType.I32), -2);
    return row.eq(matrix.iota(matrix.type().withDType(DType.I32), -1));
  }

  private static Tensor diagonal(Tensor matrix) {
    return diagonalMask(matrix).select(matrix, matrix.zerosLike()).sum(-1);
  }

  /** The symmetric matrix whose lower triangle is read. */
  private static Tensor symmetric(Tensor t) {
    Tensor below = triangle(t, true, true);
    return triangle(t, true, false).add(transposed(below));
  }

  /** {@code L' = L Phi(L^-1 A' L^-T)}, Phi the lower triangle with half the diagonal. */
  private static Tensor cholesky(Tensor l, Tensor t) {
    Tensor left = l.triangularSolve(symmetric(t), true, false);
    Tensor inner = transposed(l.triangularSolve(transposed(left), true, false));
    Tensor half = diagonalMask(inner).select(inner.mul(0.5), triangle(inner, true, true));
    return l.matmul(half);
  }

  /**
   * {@code w' = diag(M), V' = V (F * M)} with {@code M = V^T A' V} and {@code F_ij = 1 / (w_j -
   * w_i)}.
   */
  private static List<Tensor> eigh(Tensor w, Tensor v, Tensor t) {
    Tensor inner = transposed(v).matmul(symmetric(t)).matmul(v);
    Tensor difference = difference(w, inner.shape());
    return List.of(diagonal(inner), v.matmul(offDiagonalQuotient(inner, difference)));
  }

  /** {@code w_j - w_i} at (i, j). */
  private static Tensor difference(Tensor w, Shape shape) {
    return w.spread(shape, -2).sub(w.spread(shape, -1));
  }

  private static Tensor offDiagonalQuotient(Tensor x, Tensor difference) {
    Tensor diagonal = diagonalMask(x);
    Tensor safe = diagonal.select(x.onesLike(), difference);
    return diagonal.select(x.zerosLike(), x.div(safe));
  }

  private static List<Tensor> qr(Tensor a, Tensor q, Tensor r, Tensor t) {
    int m = a.shape().extent(-2);
    int n = a.shape().extent(-1);
    if (m >= n) {
      return tallQr(q, r, t);
    }
    // A = [A1 A2]: the square part decides Q, and R2 = Q^T A2.
    List<Tensor> square = tallQr(q, r.slice(-1, 0, m), t.slice(-1, 0, m));
    Tensor rest =
        transposed(square.getFirst())
            .matmul(a.slice(-1, m, n))
            .add(transposed(q).matmul(t.slice(-1, m, n)));
    return List.of(square.getFirst(), square.get(1).concat(-1, rest));
  }

  private static List<Tensor> tallQr(Tensor q, Tensor r, Tensor t) {
    // X = A' R^-1, from R^T X^T = A'^T.
    Tensor x = transposed(r.triangularSolve(transposed(t), false, true));
    Tensor inner = transposed(q).matmul(x);
    Tensor below = triangle(inner, true, true);
    Tensor skew = below.sub(transposed(below));
    Tensor tangentQ = x.add(q.matmul(skew.sub(inner)));
    Tensor tangentR = inner.sub(skew).matmul(r);
    return List.of(tangentQ, tangentR);
  }

  private static List<Tensor> svd(Tensor u, Tensor s, Tensor v, Tensor t) {
    int m = t.shape().extent(-2);
    int n = t.shape().extent(-1);
    Tensor inner = transposed(u).matmul(t).matmul(v);
    Shape square = inner.shape();
    Tensor columns = s.spread(square, -2);
    Tensor rows = s.spread(square, -1);
    Tensor difference = columns.add(rows).mul(columns.sub(rows));
    Tensor right = inner.mul(columns);
    Tensor left = inner.mul(rows);
    Tensor tangentU = u.matmul(offDiagonalQuotient(right.add(transposed(right)), difference));
    Tensor tangentV = v.matmul(offDiagonalQuotient(left.add(transposed(left)), difference));
    if (m > n) {
      Tensor image = t.matmul(v);
      Tensor outside = image.sub(u.matmul(transposed(u).matmul(image)));
      tangentU = tangentU.add(outside.div(s.spread(outside.shape(), -2)));
    }
    if (n > m) {
      Tensor image = transposed(t).matmul(u);
      Tensor outside = image.sub(v.matmul(transposed(v).matmul(image)));
      tangentV = tangentV.add(outside.div(s.spread(outside.shape(), -2)));
    }
    return List.of(tangentU, diagonal(inner), transposed(tangentV));
  }
}
