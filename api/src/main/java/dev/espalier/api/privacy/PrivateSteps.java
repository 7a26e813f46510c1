package dev.espalier.api.privacy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;

/**
 * Steps of the Poisson subsampled Gaussian mechanism, all alike: each takes every example with the
 * probability {@code samplingRate}, independently of the others and of other steps, adds up what
 * the chosen ones contribute, each contribution of norm at most C, and releases the sum with normal
 * noise of standard deviation {@code noiseMultiplier * C} in every coordinate.
 *
 * <p>Against one example that is added or removed this is, whatever the dimension, as the pair of
 * {@code P = (1 - q) N(0, s^2) + q N(1, s^2)} and {@code Q = N(0, s^2)}, q being the rate and s the
 * multiplier, in both directions.
 *
 * <p>Source: M. Abadi et al., "Deep Learning with Differential Privacy", arXiv:1607.00133; for the
 * pair, I. Mironov, K. Talwar, L. Zhang, arXiv:1908.10530, section 3, and Y. Zhu, J. Dong, Y.-X.
 * Wang, arXiv:2106.08567, theorem 11.
 *
 * @param samplingRate the probability q of every example in a step, in (0, 1]
 * @param noiseMultiplier the noise's standard deviation over the bound of a contribution's norm,
 *     greater than 0 and finite
 * @param count the number of steps, at least 0
 */
public record PrivateSteps(double samplingRate, double noiseMultiplier, long count) {
  /**
   * Checks the numbers.
   *
   * @throws EspalierException BAD_VALUE where one is out of its domain
   */
  public PrivateSteps {
    if (!(samplingRate > 0 && samplingRate <= 1)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a sampling rate is in (0, 1]",
          Double.toString(samplingRate),
          "give the size of a batch over the number of examples");
    }
    if (!(noiseMultiplier > 0 && noiseMultiplier < Double.POSITIVE_INFINITY)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a noise multiplier is greater than 0 and finite",
          Double.toString(noiseMultiplier),
          "give another; without noise there is no privacy to account for");
    }
    if (count < 0) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a number of steps is at least 0",
          Long.toString(count),
          "give another number of steps");
    }
  }

  /** As many others, all else alike. */
  public PrivateSteps times(long steps) {
    return new PrivateSteps(samplingRate, noiseMultiplier, steps);
  }
}
