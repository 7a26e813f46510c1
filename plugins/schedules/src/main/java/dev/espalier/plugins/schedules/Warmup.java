package dev.espalier.plugins.schedules;

import dev.espalier.api.tensor.Tensor;

/**
 * The gradual warm-up that the schedules of this module share: {@code (step + 1) / steps} in the
 * first steps, so that the first step moves already and the last of them has the full rate; then a
 * schedule over the rest of the run.
 *
 * <p>Source: P. Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour",
 * arXiv:1706.02677, section 2.2, per step.
 *
 * @param steps the number of steps, 0 for none
 */
record Warmup(long steps) {
  /** The warm-up where it is not over, then the factor given. */
  Tensor then(Tensor step, Tensor factor) {
    if (steps == 0) {
      return factor;
    }
    return step.lt((double) steps).select(step.add(1).div((double) steps), factor);
  }

  /** The part of the run after the warm-up that is done: from 0 to 1, and 1 beyond the end. */
  Tensor progress(Tensor step, Tensor total) {
    return step.sub((double) steps).div(total.sub((double) steps).max(1)).clamp(0, 1);
  }
}
