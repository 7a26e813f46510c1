package dev.espalier.plugins.initializers;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Initializer;

/**
 * Kaiming, also called He, normal: mean 0, standard deviation {@code gain / sqrt(fan)}.
 *
 * <p>Source: K. He, X. Zhang, S. Ren, J. Sun, "Delving Deep into Rectifiers", arXiv:1502.01852,
 * formulas 10, 14 and 15.
 *
 * @param scaling gain and fan
 */
public record KaimingNormal(Scaling scaling) implements Initializer {
  @Override
  public Tensor initialize(Key key, TensorType type, int fanIn, int fanOut) {
    double std = scaling.standardDeviation(fanIn, fanOut);
    return new Normal(std).initialize(key, type, fanIn, fanOut);
  }
}
