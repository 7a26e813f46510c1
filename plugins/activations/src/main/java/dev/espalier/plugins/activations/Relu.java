package dev.espalier.plugins.activations;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;

/**
 * Rectified linear unit: {@code max(x, 0)}.
 *
 * <p>Shape: any, elementwise. Range [0, inf). Derivative 1 right of 0 and 0 left of it; at 0
 * itself, where there is none, 0. NaN stays NaN.
 *
 * <p>Source: V. Nair, G. Hinton, "Rectified Linear Units Improve Restricted Boltzmann Machines",
 * ICML 2010.
 */
public record Relu() implements Activation {
  @Override
  public Tensor apply(Tensor x) {
    return x.relu();
  }
}
