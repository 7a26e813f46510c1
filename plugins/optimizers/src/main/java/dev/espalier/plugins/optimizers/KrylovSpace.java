package dev.espalier.plugins.optimizers;

import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A symmetric matrix H on the space of {@code u, H u, H^2 u, ...}, by the method of Lanczos with
 * each new vector made orthogonal to all before twice.
 *
 * <p>Source: C. Lanczos, "An Iteration Method for the Solution of the Eigenvalue Problem of Linear
 * Differential and Integral Operators", 1950. Where the space ends before the count of vectors, the
 * rest are 0.
 *
 * @param basis Q, [vectors, n]: orthonormal rows, the first is u
 * @param projected {@code Q H Q^T}, F64 [vectors, vectors], its lower triangle
 */
record KrylovSpace(Tensor basis, Tensor projected) {
  /**
   * The space of a vector.
   *
   * @param product with H, linear
   * @param u a vector [n] of length 1, or 0
   * @param vectors how many, at least 1
   */
  static KrylovSpace of(UnaryOperator<Tensor> product, Tensor u, int vectors) {
    int n = u.shape().extent(0);
    Tensor rows = u.constant(u.dtype(), 0.0).broadcast(Shape.of(vectors, n));
    Tensor products = u.constant(DType.F64, 0.0).broadcast(Shape.of(vectors, vectors));
    Tensor zero = u.constant(DType.I64, 0L);
    List<Tensor> end =
        ControlFlow.scan(
                List.of(rows, products, u, zero),
                List.of(),
                vectors,
                false,
                (at, none) -> {
                  Tensor q = at.get(2);
                  Tensor number = at.get(3);
                  Tensor basis = at.get(0).dynamicUpdateSlice(q.reshape(1, n), number, zero);
                  Tensor image = product.apply(q);
                  Tensor once = products(basis, image);
                  Tensor nearly = image.sub(combined(basis, once));
                  Tensor again = products(basis, nearly);
                  Tensor rest = nearly.sub(combined(basis, again));
                  Tensor row = once.add(again).to(DType.F64).reshape(1, vectors);
                  return new ControlFlow.Scanned(
                      List.of(
                          basis,
                          at.get(1).dynamicUpdateSlice(row, number, zero),
                          direction(rest, image),
                          number.add(1)),
                      List.of());
                })
            .carries();
    return new KrylovSpace(end.get(0), end.get(1));
  }

  /** Of length 1, or 0 where nothing but rounding is left of the image. */
  private static Tensor direction(Tensor rest, Tensor image) {
    Tensor length = Norm.of(rest);
    double rounding = rest.dtype() == DType.F64 ? 0x1p-46 : 0x1p-20;
    Tensor ends = length.le(Norm.of(image).mul(rounding));
    Tensor safe = ends.select(length.onesLike(), length);
    Tensor scale = ends.select(length.zerosLike(), safe.reciprocal());
    return rest.mul(scale.to(rest.dtype()).broadcastLike(rest));
  }

  private static Tensor products(Tensor basis, Tensor vector) {
    return basis.matmul(vector.expandDims(-1)).squeeze(-1);
  }

  private static Tensor combined(Tensor basis, Tensor weights) {
    return weights.expandDims(0).matmul(basis).squeeze(0);
  }

  /** The sum of the basis' vectors with weights [vectors], a vector [n]. */
  Tensor combined(Tensor weights) {
    return combined(basis, weights.to(basis.dtype()));
  }
}
