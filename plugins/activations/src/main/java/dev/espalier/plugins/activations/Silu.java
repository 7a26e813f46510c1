package dev.espalier.plugins.activations;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;

/**
 * Sigmoid linear unit, also called swish: {@code x / (1 + e^-x)}.
 *
 * <p>Shape: any, elementwise. Range about [-0.27846, inf), minimum near x = -1.27846; smooth. Far
 * left it underflows to -0, far right it equals x; neither overflows.
 *
 * <p>Source: S. Elfwing, E. Uchibe, K. Doya, "Sigmoid-Weighted Linear Units for Neural Network
 * Function Approximation in Reinforcement Learning", arXiv:1702.03118.
 */
public record Silu() implements Activation {
  @Override
  public Tensor apply(Tensor x) {
    return x.mul(x.logistic());
  }
}
