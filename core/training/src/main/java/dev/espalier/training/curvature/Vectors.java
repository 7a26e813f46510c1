package dev.espalier.training.curvature;

import java.util.SplittableRandom;

/** Arithmetic of vectors of one length. */
final class Vectors {
  private Vectors() {}

  static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  static double norm(double[] x) {
    return Math.sqrt(dot(x, x));
  }

  /** {@code y += factor * x}. */
  static void add(double[] y, double factor, double[] x) {
    for (int i = 0; i < x.length; i++) {
      y[i] += factor * x[i];
    }
  }

  static double[] scaled(double[] x, double factor) {
    double[] y = new double[x.length];
    add(y, factor, x);
    return y;
  }

  static double[] signs(SplittableRandom random, int n) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = random.nextBoolean() ? 1 : -1;
    }
    return x;
  }

  /** A random direction of length 1. */
  static double[] direction(SplittableRandom random, int n) {
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = random.nextGaussian();
    }
    return scaled(x, 1 / norm(x));
  }

  /** Takes off what lies along orthonormal vectors; twice, so that rounding leaves nothing. */
  static void orthogonalise(double[] x, Iterable<double[]> basis) {
    for (int pass = 0; pass < 2; pass++) {
      for (double[] q : basis) {
        add(x, -dot(q, x), q);
      }
    }
  }
}
