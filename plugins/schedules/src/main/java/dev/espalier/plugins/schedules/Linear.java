package dev.espalier.plugins.schedules;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Schedule;

/**
 * Linear decay: {@code floor + (1 - floor) * (1 - progress)}, progress being {@code (step - warmup)
 * / (total - warmup)} limited to [0, 1].
 *
 * <p>In the warm-up the factor is {@code (step + 1) / warmup}. Arguments and result are F64
 * scalars; steps count from 0. The floor is reached at {@code step = total}, one after the last
 * step.
 *
 * <p>Source: J. Devlin et al., "BERT", arXiv:1810.04805, appendix A.2; warm-up: arXiv:1706.02677.
 *
 * @param warmup steps of linear warm-up, 0 for none
 * @param floor the factor at the end, in [0, 1]
 */
public record Linear(long warmup, double floor) implements Schedule {
  @Override
  public Tensor factor(Tensor step, Tensor total) {
    Warmup start = new Warmup(warmup);
    Tensor left = start.progress(step, total).neg().add(1);
    return start.then(step, left.mul(1 - floor).add(floor));
  }
}
