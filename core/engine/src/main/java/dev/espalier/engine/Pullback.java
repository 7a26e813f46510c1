package dev.espalier.engine;

import dev.espalier.api.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What reverse mode keeps of something recorded.
 *
 * @param results its results
 * @param pull from cotangents of the results to cotangents of the operands; null is zero
 */
record Pullback(List<Tensor> results, Pull pull) {
  /** The reverse map; recorded into the trace when it is called. */
  @FunctionalInterface
  interface Pull {
    List<@Nullable Tensor> apply(List<@Nullable Tensor> cotangents);
  }
}
