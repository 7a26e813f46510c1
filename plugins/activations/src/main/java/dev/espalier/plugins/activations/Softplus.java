package dev.espalier.plugins.activations;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;

/**
 * Softplus: {@code log(1 + e^x)}.
 *
 * <p>Shape: any, elementwise. Range (0, inf); smooth; its derivative is the logistic sigmoid. Far
 * left it underflows to 0 as e^x does, far right it equals x; neither overflows.
 *
 * <p>Source: C. Dugas, Y. Bengio, F. Belisle, C. Nadeau, R. Garcia, "Incorporating Second-Order
 * Functional Knowledge for Better Option Pricing", NIPS 2000.
 */
public record Softplus() implements Activation {
  @Override
  public Tensor apply(Tensor x) {
    return x.softplus();
  }
}
