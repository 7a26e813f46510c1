package dev.espalier.training.step;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Schedule;

/**
 * The learning rate over a run.
 *
 * @param schedule the rate over the run, as a factor
 * @param base what it is a factor of, finite
 * @param steps steps of the whole run, at least 1
 */
public record LearningRate(Schedule schedule, double base, long steps) {
  /** Checks the numbers. */
  public LearningRate {
    if (!Double.isFinite(base) || steps < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a run has a finite learning rate and at least 1 step",
          "learning rate " + base + ", " + steps + " steps",
          "correct the run file");
    }
  }

  /** The rate of a step, an F32 scalar. */
  Tensor at(Tensor step) {
    Tensor total = step.constant(DType.F64, (double) steps);
    Tensor factor = schedule.factor(step.to(DType.F64), total);
    if (!factor.type().equals(TensorType.of(DType.F64))) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "schedule " + StepFault.name(schedule) + " gives an f64 scalar",
          factor.type().toString(),
          "make its factor a scalar");
    }
    return factor.mul(base).to(DType.F32);
  }
}
