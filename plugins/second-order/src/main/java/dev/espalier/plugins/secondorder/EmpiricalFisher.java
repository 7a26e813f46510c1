package dev.espalier.plugins.secondorder;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;

/**
 * The damped empirical Fisher matrix of m gradients of d weights, known by its inverse: M-FAC,
 * static, and what Optimal Brain Surgeon makes of it.
 *
 * <pre>
 * F = damping * I + (1/m) G^T G
 * F^-1 x = (x - G^T (m * damping * I + G G^T)^-1 G x) / damping
 * saliency_q = w_q^2 / (2 [F^-1]_qq)
 * w without q = w - w_q F^-1 e_q / [F^-1]_qq
 * </pre>
 *
 * <p>At a minimum of a loss with Hessian F the saliency is what the loss grows by when w_q becomes
 * 0 and the other weights follow, and the second formula is how they do. A product costs m d, the
 * diagonal m^2 d. The authors keep the vectors of a recursion over the gradients, where this keeps
 * a Cholesky factor. All is computed in F64, as x and what is taken from it agree in all but a
 * share of damping; the m u max |g|^2 that {@link MatrixFreeCurvature} adds to its diagonal is
 * added here too, with the u of F64.
 *
 * <p>For large models the blocks of a block-diagonal F are one of these each, as in the paper.
 *
 * <p>Source: E. Frantar, E. Kurtic, D. Alistarh, "M-FAC: Efficient Matrix-Free Approximations of
 * Second-Order Information", arXiv:2107.03356, sections 3.1 and 4; B. Hassibi, D. G. Stork, "Second
 * Order Derivatives for Network Pruning: Optimal Brain Surgeon", 1992.
 *
 * @param gradients G, [m, d], as of {@code perExampleGradients}
 * @param damping more than 0
 * @param factor L of {@code L L^T = m * damping * I + G G^T}, F64 [m, m]
 */
public record EmpiricalFisher(Tensor gradients, double damping, Tensor factor) {
  /**
   * Of gradients.
   *
   * @param gradients [m, d], F32 or F64, m at least 1
   * @param damping more than 0
   * @throws EspalierException BAD_VALUE where it is not
   */
  public static EmpiricalFisher of(Tensor gradients, double damping) {
    if (!(damping > 0)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a damping of more than 0",
          "" + damping,
          "use a share of the mean squared gradient, such as 1e-5");
    }
    Tensor wide = gradients.to(DType.F64);
    Tensor products = wide.matmul(wide.transpose(1, 0));
    return new EmpiricalFisher(gradients, damping, factor(products, damping, 0x1p-53));
  }

  /**
   * The Cholesky factor of {@code m (damping + unit max |products|) I + products}.
   *
   * @param products {@code G G^T}, F64 [m, m]
   * @param unit the unit roundoff that they were computed with
   */
  static Tensor factor(Tensor products, double damping, double unit) {
    double m = products.shape().extent(0);
    Tensor shift = products.abs().reduceMax().mul(m * unit).add(m * damping);
    Tensor one = SquareMatrices.identity(products);
    return products.add(one.mul(shift.broadcast(products.shape()))).cholesky();
  }

  /**
   * {@code F^-1 x}.
   *
   * @param x [d], of the gradients' type
   */
  public Tensor inverseTimes(Tensor x) {
    Tensor wide = gradients.to(DType.F64);
    Tensor right = x.to(DType.F64);
    int d = x.shape().extent(0);
    Tensor along = wide.matmul(right.reshape(d, 1));
    Tensor solved = factor.triangularSolve(factor.triangularSolve(along, true, false), true, true);
    Tensor taken = wide.transpose(1, 0).matmul(solved).reshape(d);
    return right.sub(taken).div(damping).to(x.dtype());
  }

  /** The diagonal of {@code F^-1}, [d]. */
  public Tensor inverseDiagonal() {
    Tensor solved = factor.triangularSolve(gradients.to(DType.F64), true, false);
    return solved.square().sum(0).neg().add(1).div(damping).to(gradients.dtype());
  }

  /**
   * What a loss with Hessian F grows by for each weight that is taken away alone.
   *
   * @param weights [d], of the gradients' type
   */
  public Tensor saliencies(Tensor weights) {
    return weights.square().div(inverseDiagonal().mul(2));
  }

  /**
   * The weights without one of them, which is exactly 0 then.
   *
   * @param weights [d], of the gradients' type
   * @param index which, an I64 scalar
   */
  public Tensor without(Tensor weights, Tensor index) {
    Tensor places = weights.iota(index.type().withShape(weights.shape()), 0);
    Tensor taken = places.eq(index.broadcast(weights.shape()));
    Tensor column = inverseTimes(taken.to(weights.dtype()));
    Tensor share = weights.take(index, 0).div(column.take(index, 0));
    return taken.select(
        weights.zerosLike(), weights.sub(column.mul(share.broadcast(weights.shape()))));
  }
}
