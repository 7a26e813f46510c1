package dev.espalier.training.curvature;

import java.util.SplittableRandom;

/** The eigenvalue of largest magnitude by repeated products. */
public final class PowerIteration {
  private PowerIteration() {}

  /**
   * Multiplies until the residual is small enough. The error falls by the ratio of the two largest
   * magnitudes a step, that of the value by its square.
   *
   * @param steps the most products, at least 1
   * @param tolerance of the residual, in units of the eigenvalue
   */
  public static Eigenpair of(SymmetricOperator a, int steps, double tolerance, long seed) {
    double[] v = Vectors.direction(new SplittableRandom(seed), a.dimension());
    Eigenpair found = new Eigenpair(0, v, Double.POSITIVE_INFINITY);
    for (int step = 0; step < steps; step++) {
      double[] product = a.times(found.vector());
      double value = Vectors.dot(found.vector(), product);
      double norm = Vectors.norm(product);
      double[] rest = product.clone();
      Vectors.add(rest, -value, found.vector());
      double residual = Vectors.norm(rest);
      if (residual <= tolerance * Math.abs(value) || norm == 0 || step == steps - 1) {
        return new Eigenpair(value, found.vector(), residual);
      }
      found = new Eigenpair(value, Vectors.scaled(product, 1 / norm), residual);
    }
    return found;
  }
}
