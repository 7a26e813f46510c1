package dev.espalier.plugins.initializers;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Initializer;

/**
 * One value everywhere: {@code value}. Zeros and ones are this too.
 *
 * <p>Source: by definition.
 *
 * @param value the value
 */
public record Constant(double value) implements Initializer {
  @Override
  public Tensor initialize(Key key, TensorType type, int fanIn, int fanOut) {
    return key.bits().constant(type.dtype(), value).broadcast(type.shape());
  }
}
