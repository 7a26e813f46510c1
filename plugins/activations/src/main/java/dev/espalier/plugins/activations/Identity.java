package dev.espalier.plugins.activations;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;

/**
 * Identity: {@code x}.
 *
 * <p>Shape: any, elementwise. Range: all of the real line. Derivative 1 everywhere, second
 * derivative 0. The activation of a layer that is to stay linear.
 *
 * <p>Source: by definition.
 */
public record Identity() implements Activation {
  @Override
  public Tensor apply(Tensor x) {
    return x;
  }
}
