package dev.espalier.api.training;

import dev.espalier.api.tensor.Tensor;

/** The learning rate over the run, as a factor of the base rate. */
public interface Schedule {
  /**
   * The factor for a step.
   *
   * @param step steps already done, an F64 scalar: 0 in the first
   * @param total steps of the whole run, an F64 scalar
   * @return an F64 scalar
   */
  Tensor factor(Tensor step, Tensor total);
}
