package dev.espalier.plugins.bilevel.linear;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.linear.LinearMap;
import dev.espalier.api.linear.LinearSolver;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import java.util.List;

/**
 * The Neumann series of the inverse, cut off: {@code x = a sum of (I - a A)^i b for i < terms}, as
 * {@code x += a (b - A x)} from 0.
 *
 * <p>For a symmetric matrix with eigenvalues in [m, L] and {@code a <= 1/L} the error is at most
 * {@code (1 - a m)^terms |b| / m}. With a greater step than 2/L it diverges.
 *
 * <p>Source: J. Lorraine, P. Vicol and D. Duvenaud, "Optimizing Millions of Hyperparameters by
 * Implicit Differentiation", arXiv:1911.02590, algorithm 3.
 *
 * @param step a, greater than 0
 * @param terms how many terms, at least 1
 */
public record NeumannSeries(double step, int terms) implements LinearSolver {
  /** Checks the numbers. */
  public NeumannSeries {
    if (!(step > 0) || !Double.isFinite(step) || terms < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a Neumann series has a step of more than 0 and at least 1 term",
          "step " + step + ", " + terms + " terms",
          "correct the number");
    }
  }

  @Override
  public Solution solve(LinearMap map, Tensor b) {
    Tensor x =
        ControlFlow.scan(
                List.of(b.mul(step)),
                List.of(),
                terms - 1,
                false,
                (at, none) -> {
                  Tensor now = at.getFirst();
                  return new ControlFlow.Scanned(
                      List.of(now.add(b.sub(map.apply(now)).mul(step))), List.of());
                })
            .carries()
            .getFirst();
    return new Solution(x, b.constant(DType.I64, (long) terms));
  }
}
