package dev.espalier.plugins.schedules;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Schedule;

/**
 * Cosine decay: {@code floor + (1 - floor) * (1 + cos(pi * progress)) / 2}, progress being {@code
 * (step - warmup) / (total - warmup)} limited to [0, 1].
 *
 * <p>In the warm-up the factor is {@code (step + 1) / warmup}. Arguments and result are F64
 * scalars; steps count from 0. The floor is reached at {@code step = total}, one after the last
 * step.
 *
 * <p>Source: I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts",
 * arXiv:1608.03983, formula 5, without restarts; warm-up: arXiv:1706.02677.
 *
 * @param warmup steps of linear warm-up, 0 for none
 * @param floor the factor at the end, in [0, 1]
 */
public record Cosine(long warmup, double floor) implements Schedule {
  @Override
  public Tensor factor(Tensor step, Tensor total) {
    Warmup start = new Warmup(warmup);
    Tensor wave = start.progress(step, total).mul(Math.PI).cos().add(1).mul(0.5);
    return start.then(step, wave.mul(1 - floor).add(floor));
  }
}
