package dev.espalier.plugins.initializers;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Initializer;

/**
 * Kaiming, also called He, uniform: on [-a, a) with {@code a = sqrt(3) * gain / sqrt(fan)}; the
 * variance is {@code gain^2 / fan}.
 *
 * <p>Source: K. He, X. Zhang, S. Ren, J. Sun, "Delving Deep into Rectifiers", arXiv:1502.01852, as
 * a uniform distribution of the same variance.
 *
 * @param scaling gain and fan
 */
public record KaimingUniform(Scaling scaling) implements Initializer {
  @Override
  public Tensor initialize(Key key, TensorType type, int fanIn, int fanOut) {
    double a = Math.sqrt(3) * scaling.standardDeviation(fanIn, fanOut);
    return new Uniform(-a, a).initialize(key, type, fanIn, fanOut);
  }
}
