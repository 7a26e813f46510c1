package dev.espalier.training.data;

import dev.espalier.api.tensor.NdArray;

/**
 * Some examples of a dataset, stacked along the first axis.
 *
 * <p>A batch that was allocated once may be filled again and again ({@link Dataset#fill}): its
 * arrays then change under whoever still holds them. What is kept beyond the next fill has to be
 * copied.
 *
 * @param inputs what the model sees, [batch, ...]
 * @param targets what it is to predict, [batch, ...]
 */
public record Batch(NdArray inputs, NdArray targets) {
  /** The number of examples. */
  public int size() {
    return inputs.type().shape().extent(0);
  }
}
