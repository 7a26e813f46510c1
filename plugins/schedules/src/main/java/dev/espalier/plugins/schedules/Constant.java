package dev.espalier.plugins.schedules;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Schedule;

/**
 * Constant learning rate: factor 1.
 *
 * <p>In the warm-up the factor is {@code (step + 1) / warmup}. Arguments and result are F64
 * scalars; steps count from 0.
 *
 * <p>Source: H. Robbins, S. Monro, "A Stochastic Approximation Method", 1951, for the rates that it
 * departs from; warm-up: arXiv:1706.02677.
 *
 * @param warmup steps of linear warm-up, 0 for none
 */
public record Constant(long warmup) implements Schedule {
  @Override
  public Tensor factor(Tensor step, Tensor total) {
    return new Warmup(warmup).then(step, step.onesLike());
  }
}
