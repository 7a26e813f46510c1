package dev.espalier.plugins.secondorder;

import dev.espalier.api.tensor.Tensor;
import java.util.List;

/**
 * Inverse roots by eigendecomposition: {@code V diag(w^(-1/order)) V^T}. Eigenvalues that rounding
 * made smaller than the least that there can be count as that.
 */
public record EigenRoot() implements InverseRoot {
  @Override
  public Roots of(Tensor matrices, Tensor least, int order) {
    List<Tensor> decomposed = matrices.eigh();
    Tensor values = decomposed.get(0);
    Tensor vectors = decomposed.get(1);
    Tensor powers = values.max(least.spread(values.shape(), 1)).pow(-1.0 / order);
    Tensor root = vectors.mul(powers.spread(matrices.shape(), 1)).matmul(vectors.swapAxes(1, 2));
    Tensor product = SquareMatrices.power(root, order).matmul(matrices);
    return new Roots(root, SquareMatrices.distanceFromIdentity(product));
  }
}
