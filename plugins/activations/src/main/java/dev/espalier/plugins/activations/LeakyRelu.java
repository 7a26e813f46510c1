package dev.espalier.plugins.activations;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;

/**
 * Leaky rectified linear unit: {@code x} right of 0, {@code slope * x} elsewhere.
 *
 * <p>Shape: any, elementwise. Range: all of the real line for a positive slope. Derivative at 0,
 * where there is none: the slope, as left of it. NaN stays NaN.
 *
 * <p>Source: A. Maas, A. Hannun, A. Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic
 * Models", ICML 2013, with its slope of 0.01. Surveys that write {@code x / a} mean {@code slope =
 * 1 / a}.
 *
 * @param slope the derivative left of 0
 */
public record LeakyRelu(double slope) implements Activation {
  @Override
  public Tensor apply(Tensor x) {
    return x.le(0).select(x.mul(slope), x);
  }
}
