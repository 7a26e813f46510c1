package dev.espalier.plugins.activations;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;

/**
 * Mish: {@code x * tanh(softplus(x))}.
 *
 * <p>With s the logistic sigmoid of x, {@code 1 + e^x = 1 / (1 - s)}, so {@code tanh(ln(1 + e^x))}
 * is {@code (1 - (1 - s)^2) / (1 + (1 - s)^2) = s (2 - s) / (1 + (1 - s)^2)}: one elementary
 * function in place of three, nothing that overflows, and no cancellation, in the derivatives
 * neither.
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
    Tensor s = x.logistic();
    Tensor gate = s.mul(s.neg().add(2)).div(s.neg().add(1).square().add(1));
    return x.mul(gate);
  }
}
