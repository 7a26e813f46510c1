package dev.espalier.plugins.bilevel.hypergradient;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.StepContext;

/**
 * A number that grows with the steps: {@code first (1 + k)^growth} in step k from 0.
 *
 * @param first in the first step, greater than 0
 * @param growth the exponent, at least 0
 */
record Multiplier(double first, double growth) {
  Multiplier {
    if (!(first > 0) || !Double.isFinite(first) || !(growth >= 0)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a multiplier begins above 0 and does not fall",
          "first " + first + ", exponent " + growth,
          "correct the number");
    }
  }

  /** Of a step, an F64 scalar. */
  Tensor at(StepContext context) {
    return context.step().to(DType.F64).add(1).pow(growth).mul(first);
  }
}
