package dev.espalier.plugins.privacy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;

/** The domain of delta. */
final class Delta {
  private Delta() {}

  /**
   * Refuses what is no delta.
   *
   * @throws EspalierException BAD_VALUE
   */
  static void check(double delta) {
    if (!(delta > 0 && delta < 1)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "delta is in (0, 1)",
          Double.toString(delta),
          "give another; less than one over the number of examples is usual");
    }
  }
}
