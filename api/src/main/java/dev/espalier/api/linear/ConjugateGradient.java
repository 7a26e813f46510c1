package dev.espalier.api.linear;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import java.util.List;

/**
 * The method of conjugate gradients, for symmetric positive definite matrices, from 0:
 *
 * <pre>
 * a = |r|^2 / p^T A p    x += a p    r -= a A p    p = r + (|r|^2 / |r before|^2) p
 * </pre>
 *
 * <p>In exact arithmetic the error in the norm of A falls as {@code 2 ((sqrt(k) - 1)/(sqrt(k) +
 * 1))^i} for the condition number k, and is 0 after n iterations. It stops where {@code |r| <=
 * tolerance |b|}, after the most iterations, or where {@code p^T A p} is not positive, as the
 * matrix then is not positive definite.
 *
 * <p>Source: M. Hestenes and E. Stiefel, "Methods of Conjugate Gradients for Solving Linear
 * Systems", Journal of Research of the National Bureau of Standards 49, 1952.
 *
 * @param tolerance of the residual, relative to the right side, at least 0
 * @param iterations the most iterations, at least 1
 */
public record ConjugateGradient(double tolerance, int iterations) implements LinearSolver {
  /** Checks the numbers. */
  public ConjugateGradient {
    if (!(tolerance >= 0) || iterations < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "conjugate gradients have a tolerance of at least 0 and at least 1 iteration",
          "tolerance " + tolerance + ", " + iterations + " iterations",
          "correct the number");
    }
  }

  @Override
  public Solution solve(LinearMap map, Tensor b) {
    if (!map.symmetric()) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "conjugate gradients solve systems with a symmetric matrix",
          "a matrix that is not said to be symmetric",
          "use a method for any matrix, such as GMRES");
    }
    Tensor squared = b.square().sum();
    Tensor enough = squared.mul(tolerance * tolerance);
    Tensor none = b.constant(DType.I64, 0L);
    List<Tensor> end =
        ControlFlow.whileLoop(
            List.of(b.zerosLike(), b, b, squared, none, squared.gt(0)),
            at -> at.get(3).gt(enough).and(at.get(4).lt(iterations)).and(at.get(5)),
            at -> {
              Tensor p = at.get(2);
              Tensor image = map.apply(p);
              Tensor curvature = p.mul(image).sum();
              Tensor definite = curvature.gt(0);
              Tensor before = at.get(3);
              Tensor length = definite.select(before.div(curvature), before.zerosLike());
              Tensor r = at.get(1).sub(image.mul(length.broadcastLike(image)));
              Tensor after = r.square().sum();
              return List.of(
                  at.get(0).add(p.mul(length.broadcastLike(p))),
                  r,
                  r.add(p.mul(after.div(before).broadcastLike(p))),
                  after,
                  at.get(4).add(1),
                  definite);
            });
    return new Solution(end.get(0), end.get(4));
  }
}
