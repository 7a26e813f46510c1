package dev.espalier.api.privacy;

import dev.espalier.api.EspalierException;
import java.util.List;

/**
 * Says how much privacy steps have cost: the epsilon for which everything released so far is
 * (epsilon, delta)-differentially private, where neighbours differ in one example that is added or
 * removed.
 *
 * <p>Steps may be unlike each other, in rate and noise, and may depend on what earlier steps
 * released; their order makes no difference to the result. An accountant keeps nothing between
 * calls and may be used by several threads.
 */
@FunctionalInterface
public interface Accountant {
  /**
   * What was spent. Nothing was where there are no steps.
   *
   * @param steps everything that was released, groups of steps alike in any order
   * @param delta the probability that may go beyond epsilon, in (0, 1)
   * @throws EspalierException BAD_VALUE where delta or a group is out of the domain of this
   *     accountant
   */
  Spending spent(List<PrivateSteps> steps, double delta);
}
