package dev.espalier.plugins.initializers;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Initializer;

/**
 * Xavier, also called Glorot, uniform: on [-a, a) with {@code a = gain * sqrt(6 / (fanIn +
 * fanOut))}; the variance is {@code 2 gain^2 / (fanIn + fanOut)}.
 *
 * <p>Source: X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward
 * neural networks", AISTATS 2010, formula 16.
 *
 * @param gain a factor for what follows the layer, 1 in the paper
 */
public record XavierUniform(double gain) implements Initializer {
  @Override
  public Tensor initialize(Key key, TensorType type, int fanIn, int fanOut) {
    double a = gain * Math.sqrt(6.0 / ((double) fanIn + fanOut));
    return new Uniform(-a, a).initialize(key, type, fanIn, fanOut);
  }
}
