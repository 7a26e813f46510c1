package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.nio.file.Path;

/**
 * Text that is asked of a trained model.
 *
 * @param runFolder the run
 * @param prompt what the text begins with
 * @param length characters to add
 * @param temperature divides the logits; 0 takes the likeliest character
 * @param topK how many of the likeliest characters are drawn from; 0 for all
 * @param seed of the draws
 */
public record SampleRequest(
    Path runFolder, String prompt, int length, double temperature, int topK, long seed) {
  private static final int MOST = 1 << 24;

  /** Checks the numbers. */
  public SampleRequest {
    require(length >= 0 && length <= MOST, "length is from 0 to " + MOST, length);
    require(temperature >= 0 && temperature <= 1e6, "temperature is from 0 to 1e6", temperature);
    require(topK >= 0, "top-k is at least 0", topK);
  }

  private static void require(boolean holds, String rule, Number found) {
    if (!holds) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE, rule, found.toString(), "give another number");
    }
  }
}
