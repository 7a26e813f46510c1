package dev.espalier.plugins.bilevel.linear;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.linear.LinearMap;
import dev.espalier.api.linear.LinearSolver;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * The generalized minimal residual method, restarted, for any invertible matrix. Each cycle makes
 * an orthonormal basis of {@code r, A r, A^2 r, ...} (Arnoldi, orthogonalised twice) and takes the
 * correction in it that makes the residual least; with as many vectors as unknowns one cycle is
 * exact. It stops where {@code |r| <= tolerance |b|}, or after the most cycles.
 *
 * <p>The small least-squares problem is solved by singular values, of which those below rounding
 * count as 0, so that a basis that ends early, as it does where the solution is reached, is no
 * special case. The papers update a QR factorisation.
 *
 * <p>Source: Y. Saad and M. Schultz, "GMRES: A Generalized Minimal Residual Algorithm for Solving
 * Nonsymmetric Linear Systems", SIAM Journal on Scientific and Statistical Computing 7, 1986.
 *
 * @param tolerance of the residual, relative to the right side, at least 0
 * @param vectors the basis vectors of a cycle, at least 1
 * @param cycles the most cycles, at least 1
 */
public record Gmres(double tolerance, int vectors, int cycles) implements LinearSolver {
  /** Checks the numbers. */
  public Gmres {
    if (!(tolerance >= 0) || vectors < 1 || cycles < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "GMRES has a tolerance of at least 0, and at least 1 vector and 1 cycle",
          "tolerance " + tolerance + ", " + vectors + " vectors, " + cycles + " cycles",
          "correct the number");
    }
  }

  @Override
  public Solution solve(LinearMap map, Tensor b) {
    Tensor enough = b.square().sum().sqrt().mul(tolerance);
    List<Tensor> end =
        ControlFlow.whileLoop(
            List.of(b.zerosLike(), b, b.constant(DType.I64, 0L)),
            at -> at.get(1).square().sum().sqrt().gt(enough).and(at.get(2).lt(cycles)),
            at -> {
              Tensor x = at.get(0).add(correction(map, at.get(1)));
              return List.of(x, b.sub(map.apply(x)), at.get(2).add(1));
            });
    return new Solution(end.get(0), end.get(2).mul(vectors));
  }

  private Tensor correction(LinearMap map, Tensor r) {
    int n = r.shape().extent(0);
    int count = Math.min(vectors, n);
    Tensor length = r.square().sum().sqrt();
    TensorType rows = r.type().withShape(Shape.of(count + 1, n));
    TensorType square = r.type().withShape(Shape.of(count, count + 1));
    Tensor zero = r.constant(DType.I64, 0L);
    Tensor basis =
        r.constant(r.dtype(), 0.0)
            .broadcast(rows.shape())
            .dynamicUpdateSlice(unit(r, length, length).reshape(1, n), zero, zero);
    Tensor none = r.constant(r.dtype(), 0.0).broadcast(square.shape());
    List<Tensor> built =
        ControlFlow.scan(
                List.of(basis, none, zero),
                List.of(),
                count,
                false,
                (at, slices) -> {
                  Tensor q = at.get(0);
                  Tensor j = at.get(2);
                  Tensor image = map.apply(q.dynamicSlice(Shape.of(1, n), j, zero).reshape(n));
                  Tensor size = image.square().sum().sqrt();
                  Tensor first = q.matmul(image.reshape(n, 1));
                  Tensor once = image.sub(first.reshape(1, count + 1).matmul(q).reshape(n));
                  Tensor second = q.matmul(once.reshape(n, 1));
                  Tensor rest = once.sub(second.reshape(1, count + 1).matmul(q).reshape(n));
                  Tensor norm = rest.square().sum().sqrt();
                  Tensor next = unit(rest, norm, size);
                  Tensor kept = next.square().sum().mul(norm);
                  Tensor column =
                      first
                          .add(second)
                          .reshape(1, count + 1)
                          .dynamicUpdateSlice(kept.reshape(1, 1), zero, j.add(1));
                  return new ControlFlow.Scanned(
                      List.of(
                          q.dynamicUpdateSlice(next.reshape(1, n), j.add(1), zero),
                          at.get(1).dynamicUpdateSlice(column, j, zero),
                          j.add(1)),
                      List.of());
                })
            .carries();
    Tensor y = leastSquares(built.get(1).transpose(), length);
    return y.matmul(built.get(0).slice(0, 0, count)).reshape(n);
  }

  /** A vector over its length, or 0 where that is rounding beside another length. */
  private static Tensor unit(Tensor vector, Tensor length, Tensor beside) {
    Tensor some = length.gt(beside.mul(epsilon(vector)));
    Tensor scale = some.select(length.reciprocal(), length.zerosLike());
    return vector.mul(scale.broadcastLike(vector));
  }

  private static double epsilon(Tensor like) {
    return like.dtype() == DType.F64 ? 0x1p-48 : 0x1p-20;
  }

  /** The least-squares solution of {@code H y = length e_1} of least norm, [1, count]. */
  private static Tensor leastSquares(Tensor h, Tensor length) {
    List<Tensor> factors = h.svd();
    Tensor u = factors.get(0);
    Tensor s = factors.get(1);
    int count = s.shape().extent(0);
    Tensor least = s.reduceMax(0).mul(epsilon(h)).broadcastLike(s);
    Tensor inverse = s.gt(least).select(s.reciprocal(), s.zerosLike());
    Tensor along = u.slice(0, 0, 1).reshape(count).mul(inverse).mul(length.broadcastLike(s));
    return along.reshape(1, count).matmul(factors.get(2));
  }
}
