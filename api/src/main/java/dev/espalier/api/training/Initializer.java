package dev.espalier.api.training;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;

/** The first values of a weight. */
public interface Initializer {
  /**
   * Draws values.
   *
   * @param key the key for this weight
   * @param type its type
   * @param fanIn the number of inputs of a unit
   * @param fanOut the number of outputs that an input reaches
   */
  Tensor initialize(Key key, TensorType type, int fanIn, int fanOut);
}
