package dev.espalier.plugins.secondorder;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.StepContext;
import java.util.function.Supplier;

/**
 * Every so many steps, beginning with the first. In the other steps nothing of what is done then is
 * computed.
 *
 * @param steps at least 1; 1 is every step
 */
record Interval(long steps) {
  Interval {
    if (steps < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "an interval of at least 1 step",
          "" + steps,
          "use 1 for every step");
    }
  }

  /**
   * What is fresh in a step of the interval, and what is kept in others.
   *
   * @param kept of the types of what is fresh
   * @param fresh called once, in a branch
   */
  Tree<Tensor> refreshed(StepContext context, Tree<Tensor> kept, Supplier<Tree<Tensor>> fresh) {
    if (kept.isEmpty()) {
      return kept;
    }
    if (steps == 1) {
      return kept.zip(fresh.get(), (old, now) -> now);
    }
    Tensor due = context.step().rem((double) steps).eq(0);
    return kept.withLeaves(
        ControlFlow.cond(
            due,
            kept.leaves(),
            old -> kept.withLeaves(old).zip(fresh.get(), (before, now) -> now).leaves(),
            old -> old));
  }
}
