package dev.espalier.plugins.secondorder;

import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import java.util.List;

/**
 * Inverse roots by the coupled Newton iteration, which is matrix products alone:
 *
 * <pre>
 * z = (1 + order) / (2 ||A||_F),  M = z A,  X = z^(1/order) I
 * T = ((order + 1) I - M) / order,  X = X T,  M = T^order M       until M is I
 * </pre>
 *
 * <p>M stays {@code X^order A}, so that the residual is known without further products. An
 * eigenvalue w far below the largest grows by about e a step, so that a matrix of condition k takes
 * {@code ln(k)} steps and a few more. All matrices of a batch go on until the last has arrived or
 * the limit of steps is reached.
 *
 * <p>Source: N. J. Higham, "Functions of Matrices: Theory and Computation", 2008, formula 7.18; as
 * in V. Gupta, T. Koren, Y. Singer, "Shampoo", arXiv:1802.09568, with the start of R. Anil et al.,
 * "Scalable Second Order Optimization for Deep Learning", arXiv:2002.09018.
 *
 * @param steps the most steps, at least 1
 */
public record CoupledNewton(int steps) implements InverseRoot {
  @Override
  public Roots of(Tensor matrices, int order) {
    Shape shape = matrices.shape();
    // Scaled by its largest element first: the squares of a norm may overflow.
    Tensor largest = matrices.abs().reduceMax(1, 2);
    Tensor scaled = matrices.div(SquareMatrices.each(largest, shape));
    Tensor norm = scaled.square().sum(1, 2).sqrt();
    Tensor z = norm.reciprocal().mul((1 + order) / 2.0);
    Tensor start = z.div(largest).log().div((double) order).exp();
    Tensor product = scaled.mul(SquareMatrices.each(z, shape));
    Tensor root = SquareMatrices.identities(matrices).mul(SquareMatrices.each(start, shape));
    double unit = matrices.dtype() == DType.F64 ? 0x1p-52 : 0x1p-23;
    double tolerance = 8 * shape.extent(-1) * unit;
    List<Tensor> last =
        ControlFlow.whileLoop(
            List.of(product, root, worst(product), matrices.constant(DType.I64, 0L)),
            carried ->
                carried.get(2).gt(tolerance).and(carried.get(3).lt((double) steps)),
            carried -> {
              Tensor m = carried.get(0);
              Tensor t =
                  SquareMatrices.identities(m).mul((double) order + 1).sub(m).div((double) order);
              Tensor next = SquareMatrices.power(t, order).matmul(m);
              return List.of(
                  next, carried.get(1).matmul(t), worst(next), carried.get(3).add(1));
            });
    return new Roots(last.get(1), SquareMatrices.distanceFromIdentity(last.get(0)));
  }

  private static Tensor worst(Tensor product) {
    return SquareMatrices.distanceFromIdentity(product).reduceMax();
  }
}
