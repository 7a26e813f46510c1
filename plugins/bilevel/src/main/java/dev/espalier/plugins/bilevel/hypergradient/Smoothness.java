package dev.espalier.plugins.bilevel.hypergradient;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;

/**
 * Constants of a problem, from which the error of an implicit hypergradient is bounded by what was
 * computed. With {@code |g_y|} the inner gradient at the y that was reached, v the solution of the
 * linear system and r its residual,
 *
 * <pre>
 * e = |g_y| / m                     bounds |y - y*(x)|
 * w = |v| + |r| / m                 bounds |H^-1 f_y|
 * |estimate - dF/dx| &lt;= C |r| / m + e (Lx + C Ly / m + (Rc + C Rh / m) w)
 * </pre>
 *
 * <p>The first term is what the linear system was not solved to; the second what the inner level
 * was not. It follows from {@code |H^-1| <= 1/m} and {@code H(y)^-1 - H(y*)^-1 = H(y*)^-1 (H(y*) -
 * H(y)) H(y)^-1}, as in S. Ghadimi and M. Wang, "Approximation Methods for Bilevel Programming",
 * arXiv:1802.02246, lemma 2.2, but with v in place of the bound of it that they take.
 *
 * @param strongConvexity m: the inner objective's in y, greater than 0
 * @param mixed C: the greatest norm of {@code d2g/dxdy}
 * @param outerInOuter Lx: the Lipschitz constant of {@code df/dx} in y
 * @param outerInInner Ly: the Lipschitz constant of {@code df/dy} in y
 * @param mixedLipschitz Rc: the Lipschitz constant of {@code d2g/dxdy} in y; 0 for quadratic g
 * @param hessianLipschitz Rh: the Lipschitz constant of {@code d2g/dy2} in y; 0 for quadratic g
 */
public record Smoothness(
    double strongConvexity,
    double mixed,
    double outerInOuter,
    double outerInInner,
    double mixedLipschitz,
    double hessianLipschitz) {
  /** Checks the numbers. */
  public Smoothness {
    if (!(strongConvexity > 0)
        || !(mixed >= 0)
        || !(outerInOuter >= 0)
        || !(outerInInner >= 0)
        || !(mixedLipschitz >= 0)
        || !(hessianLipschitz >= 0)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "an inner objective is strongly convex, and Lipschitz constants are at least 0",
          strongConvexity
              + ", "
              + mixed
              + ", "
              + outerInOuter
              + ", "
              + outerInInner
              + ", "
              + mixedLipschitz
              + ", "
              + hessianLipschitz,
          "leave the bound out where the problem has no such constants");
    }
  }

  /** The bound, a scalar. */
  Tensor bound(Tensor innerGradient, Tensor solution, Tensor residual) {
    Tensor unsolved = residual.div(strongConvexity);
    Tensor distance = innerGradient.div(strongConvexity);
    Tensor size = solution.add(unsolved);
    Tensor slope =
        size.mul(mixedLipschitz + mixed * hessianLipschitz / strongConvexity)
            .add(outerInOuter + mixed * outerInInner / strongConvexity);
    return unsolved.mul(mixed).add(distance.mul(slope));
  }
}
