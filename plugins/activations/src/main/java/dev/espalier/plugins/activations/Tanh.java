package dev.espalier.plugins.activations;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;

/**
 * Hyperbolic tangent: {@code (e^x - e^-x) / (e^x + e^-x)}.
 *
 * <p>Shape: any, elementwise. Range [-1, 1]; odd; smooth. Derivative {@code 1 - tanh(x)^2}, whose
 * absolute error is that of the rounding of 1.
 *
 * <p>Source: Y. LeCun, L. Bottou, G. Orr, K. Mueller, "Efficient BackProp", 1998, without its
 * scaling of 1.7159 and 2/3.
 */
public record Tanh() implements Activation {
  @Override
  public Tensor apply(Tensor x) {
    return x.tanh();
  }
}
