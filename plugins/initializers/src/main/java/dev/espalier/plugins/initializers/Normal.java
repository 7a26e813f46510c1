package dev.espalier.plugins.initializers;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Initializer;

/**
 * Normal: mean 0, standard deviation {@code std}.
 *
 * <p>Source: A. Radford et al., "Language Models are Unsupervised Multitask Learners", 2019, for
 * the default of 0.02.
 *
 * @param std the standard deviation
 */
public record Normal(double std) implements Initializer {
  @Override
  public Tensor initialize(Key key, TensorType type, int fanIn, int fanOut) {
    return key.normal(type.dtype(), type.shape()).mul(std);
  }
}
