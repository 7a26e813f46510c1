package dev.espalier.plugins.initializers;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Initializer;

/**
 * Xavier, also called Glorot, normal: mean 0, standard deviation {@code gain * sqrt(2 / (fanIn +
 * fanOut))}.
 *
 * <p>Source: X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward
 * neural networks", AISTATS 2010, formula 12, as a normal distribution.
 *
 * @param gain a factor for what follows the layer, 1 in the paper
 */
public record XavierNormal(double gain) implements Initializer {
  @Override
  public Tensor initialize(Key key, TensorType type, int fanIn, int fanOut) {
    double std = gain * Math.sqrt(2.0 / ((double) fanIn + fanOut));
    return new Normal(std).initialize(key, type, fanIn, fanOut);
  }
}
