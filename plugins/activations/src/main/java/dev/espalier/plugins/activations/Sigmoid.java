package dev.espalier.plugins.activations;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;

/**
 * Logistic sigmoid: {@code 1 / (1 + e^-x)}.
 *
 * <p>Shape: any, elementwise. Range [0, 1]; smooth. Derivative {@code s * (1 - s)}. Far left it
 * underflows to 0 as e^x does, far right it equals 1.
 *
 * <p>Source: P. Verhulst, "Recherches mathematiques sur la loi d'accroissement de la population",
 * 1845; in networks D. Rumelhart, G. Hinton, R. Williams, "Learning representations by
 * back-propagating errors", Nature 323, 1986.
 */
public record Sigmoid() implements Activation {
  @Override
  public Tensor apply(Tensor x) {
    return x.logistic();
  }
}
