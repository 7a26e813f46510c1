package dev.espalier.plugins.activations;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;

/**
 * Mish: {@code x * tanh(softplus(x))}.
 *
 * <p>Shape: any, elementwise. Range about [-0.30884, inf), minimum near x = -1.19243; smooth. Far
 * left it underflows to -0, far right it equals x; neither overflows.
 *
 * <p>Source: D. Misra, "Mish: A Self Regularized Non-Monotonic Activation Function",
 * arXiv:1908.08681.
 */
public record Mish() implements Activation {
  @Override
  public Tensor apply(Tensor x) {
    return x.mul(x.softplus().tanh());
  }
}
