package dev.espalier.plugins.initializers;

/**
 * What the scale of He's initialization depends on: {@code gain^2 / fan} is the variance that keeps
 * the size of signals (fan in) or of gradients (fan out) through the layers.
 *
 * <p>Source: K. He, X. Zhang, S. Ren, J. Sun, "Delving Deep into Rectifiers", arXiv:1502.01852,
 * formulas 10, 14 and 15.
 *
 * @param nonlinearity what follows the layer
 * @param slope the slope left of 0, for {@link Nonlinearity#LEAKY_RELU} only
 * @param fan which way sizes are kept
 */
public record Scaling(Nonlinearity nonlinearity, double slope, Fan fan) {
  /** What follows the layer. */
  public enum Nonlinearity {
    /** Rectified linear: gain sqrt(2). */
    RELU,
    /** Leaky rectified linear: gain sqrt(2 / (1 + slope^2)). */
    LEAKY_RELU,
    /** Nothing: gain 1. */
    LINEAR
  }

  /** Which way sizes are kept. */
  public enum Fan {
    /** Forward. */
    IN,
    /** Backward. */
    OUT
  }

  /** The standard deviation {@code gain / sqrt(fan)}. */
  public double standardDeviation(int fanIn, int fanOut) {
    double gainSquared =
        switch (nonlinearity) {
          case RELU -> 2;
          case LEAKY_RELU -> 2 / (1 + slope * slope);
          case LINEAR -> 1;
        };
    return Math.sqrt(gainSquared / (fan == Fan.IN ? fanIn : fanOut));
  }
}
