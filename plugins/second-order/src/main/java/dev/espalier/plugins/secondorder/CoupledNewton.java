package dev.espalier.plugins.secondorder;

import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import java.util.List;

/**
 * Inverse roots by the coupled Newton iteration, which is matrix products alone, for the order p:
 *
 * <pre>
 * M = A / ||A||_F,  X = ||A||_F^(-1/p) I,  l = least / ||A||_F
 * r = l^(1/p),  c = (p + 1) (1 - r) / (1 - r^(p + 1))
 * T = c^(1/p) ((p + 1) I - c M) / p
 * X = X T,  M = T^p M,  l = c l ((p + 1 - c l) / p)^p            until l is 1
 * </pre>
 *
 * <p>All eigenvalues of M are in [l, 1], as a step maps w to {@code c w ((p + 1 - c w) / p)^p},
 * which is 1 at most. With c = 1 that is the usual iteration, in which a small eigenvalue grows by
 * a factor of about {@code e} a step; this c maps both ends of [l, 1] to the same number, the
 * largest least eigenvalue that can be had, so that small ones grow by up to {@code (p + 1) e}. M
 * stays {@code X^p A}, so that its distance from I is the residual. Steps are known from l, without
 * looking at M.
 *
 * <p>Source: N. J. Higham, "Functions of Matrices: Theory and Computation", 2008, formula 7.18,
 * which R. Anil et al., "Scalable Second Order Optimization for Deep Learning", arXiv:2002.09018,
 * take for Shampoo; c is chosen here.
 */
public record CoupledNewton() implements InverseRoot {
  @Override
  public Roots of(Tensor matrices, Tensor least, int order) {
    Shape shape = matrices.shape();
    // Scaled by its largest element first: the squares of a norm may overflow.
    Tensor largest = matrices.abs().reduceMax(1, 2);
    Tensor scaled = matrices.div(SquareMatrices.each(largest, shape));
    Tensor norm = scaled.square().sum(1, 2).sqrt();
    Tensor product = scaled.div(SquareMatrices.each(norm, shape));
    Tensor start = norm.mul(largest).pow(-1.0 / order);
    Tensor root = SquareMatrices.identities(matrices).mul(SquareMatrices.each(start, shape));
    Tensor low = least.div(largest).div(norm).to(DType.F64).min(1);
    double near = matrices.dtype() == DType.F64 ? 0x1p-48 : 0x1p-22;
    List<Tensor> last =
        ControlFlow.whileLoop(
            List.of(product, root, low),
            carried -> carried.get(2).lt(1 - near).any(),
            carried -> step(carried, order));
    return new Roots(last.get(1), SquareMatrices.distanceFromIdentity(last.get(0)));
  }

  private static List<Tensor> step(List<Tensor> carried, int order) {
    Tensor m = carried.get(0);
    Tensor low = carried.get(2);
    Tensor r = low.pow(1.0 / order);
    Tensor whole = r.pow(order + 1.0).neg().add(1);
    Tensor c = r.neg().add(1).mul(order + 1.0).div(whole);
    // Where l is 1 already.
    Tensor scale = whole.gt(0).select(c, c.onesLike());
    Tensor smallest = scale.mul(low);
    Tensor image = smallest.mul(smallest.neg().add(order + 1.0).div(order).pow((double) order));
    Tensor outer = SquareMatrices.each(scale.pow(1.0 / order).div(order).to(m.dtype()), m.shape());
    Tensor inner = SquareMatrices.each(scale.to(m.dtype()), m.shape());
    Tensor t = SquareMatrices.identities(m).mul(order + 1.0).sub(m.mul(inner)).mul(outer);
    return List.of(
        SquareMatrices.power(t, order).matmul(m), carried.get(1).matmul(t), image.min(1));
  }
}
