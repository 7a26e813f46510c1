package dev.espalier.api.training;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.PathPattern;

/**
 * Parameters that an optimizer moves by themselves, the others held.
 *
 * @param match which; of several groups the first that matches has a parameter
 * @param optimizer moves them, as with a decay of their own
 * @param rate a factor of the learning rate, at least 0
 */
public record ParameterGroup(PathPattern match, Optimizer optimizer, double rate) {
  /** Checks the factor. */
  public ParameterGroup {
    if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a group's factor of the learning rate is at least 0",
          match + " has " + rate,
          "give another factor");
    }
  }
}
