package dev.espalier.plugins.initializers;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Initializer;

/**
 * Uniform on [low, high): {@code low + (high - low) * u}. Rounding may give high itself.
 *
 * <p>Source: F. Chollet et al., Keras, {@code RandomUniform}, for the default of [-0.05, 0.05).
 *
 * @param low the lower end
 * @param high the upper end
 */
public record Uniform(double low, double high) implements Initializer {
  @Override
  public Tensor initialize(Key key, TensorType type, int fanIn, int fanOut) {
    return key.uniform(type.dtype(), type.shape()).mul(high - low).add(low);
  }
}
