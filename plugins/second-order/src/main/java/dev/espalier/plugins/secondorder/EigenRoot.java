package dev.espalier.plugins.secondorder;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import java.util.List;

/**
 * Inverse roots by eigendecomposition: {@code V diag(w^(-1/order)) V^T}. Eigenvalues that rounding
 * made smaller than {@code n u max(w)}, u the unit in the last place of 1, count as that.
 */
public record EigenRoot() implements InverseRoot {
  @Override
  public Roots of(Tensor matrices, int order) {
    List<Tensor> decomposed = matrices.eigh();
    Tensor values = decomposed.get(0);
    Tensor vectors = decomposed.get(1);
    int n = matrices.shape().extent(-1);
    double unit = matrices.dtype() == DType.F64 ? 0x1p-52 : 0x1p-23;
    Shape all = values.shape();
    Tensor least = values.reduceMax(1).mul(n * unit).spread(all, 1);
    Tensor powers = values.max(least).pow(-1.0 / order);
    Tensor root =
        vectors
            .mul(powers.spread(matrices.shape(), 1))
            .matmul(vectors.swapAxes(1, 2));
    Tensor product = SquareMatrices.power(root, order).matmul(matrices);
    return new Roots(root, SquareMatrices.distanceFromIdentity(product));
  }
}
