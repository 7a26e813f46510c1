package dev.espalier.training.curvature;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The distribution of a matrix's eigenvalues, as weights at nodes, by stochastic Lanczos
 * quadrature: the mean of the Gauss quadratures of random directions. With m steps the moments up
 * to 2 m - 1 are those that the directions give without error.
 *
 * <p>Source: S. Ubaru, J. Chen, Y. Saad, "Fast Estimation of tr(f(A)) via Stochastic Lanczos
 * Quadrature", 2017; for networks B. Ghorbani, S. Krishnan, Y. Xiao, arXiv:1901.10159.
 *
 * @param nodes places
 * @param weights how much of the spectrum is there, at least 0, of sum 1
 */
public record SpectralDensity(double[] nodes, double[] weights) {
  /**
   * The density.
   *
   * @param steps of each Lanczos process, at least 1
   * @param probes how many directions, at least 1
   */
  public static SpectralDensity of(SymmetricOperator a, int steps, int probes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] nodes = new double[0];
    double[] weights = new double[0];
    for (int i = 0; i < probes; i++) {
      double[] start = Vectors.signs(random, a.dimension());
      SpectralDensity one = Lanczos.from(a, start, steps).quadrature();
      nodes = joined(nodes, one.nodes);
      weights = joined(weights, Vectors.scaled(one.weights, 1.0 / probes));
    }
    return new SpectralDensity(nodes, weights);
  }

  private static double[] joined(double[] x, double[] y) {
    double[] all = Arrays.copyOf(x, x.length + y.length);
    System.arraycopy(y, 0, all, x.length, y.length);
    return all;
  }

  /** The mean of {@code eigenvalue^order}. */
  public double moment(int order) {
    double sum = 0;
    for (int i = 0; i < nodes.length; i++) {
      sum += weights[i] * Math.pow(nodes[i], order);
    }
    return sum;
  }

  /** The density at places, each node a normal distribution of a width. */
  public double[] smoothed(double[] at, double width) {
    double[] density = new double[at.length];
    for (int k = 0; k < at.length; k++) {
      for (int i = 0; i < nodes.length; i++) {
        double z = (at[k] - nodes[i]) / width;
        density[k] += weights[i] * Math.exp(-z * z / 2) / (width * Math.sqrt(2 * Math.PI));
      }
    }
    return density;
  }
}
