package dev.espalier.training.curvature;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Estimates of a trace and of a diagonal. */
public final class Trace {
  private Trace() {}

  /**
   * The mean of {@code z^T A z} over probes z of random signs: unbiased, of variance {@code 2
   * sum_{i != j} A_ij^2} a probe.
   *
   * <p>Source: M. Hutchinson, "A Stochastic Estimator of the Trace of the Influence Matrix for
   * Laplacian Smoothing Splines", 1989.
   *
   * @param probes how many products, at least 1
   */
  public static Estimate hutchinson(SymmetricOperator a, int probes, long seed) {
    SplittableRandom random = new SplittableRandom(positive(probes, seed));
    double[] samples = new double[probes];
    for (int i = 0; i < probes; i++) {
      double[] z = Vectors.signs(random, a.dimension());
      samples[i] = Vectors.dot(z, a.times(z));
    }
    return Estimate.of(samples);
  }

  /**
   * Hutch++: the trace on the range of {@code A S}, S a third of the probes, exactly, and what is
   * left by Hutchinson's estimate. The error falls as 1 / probes where Hutchinson's falls as its
   * root, for matrices without negative eigenvalues; a matrix of a rank of at most a third of the
   * probes is met exactly.
   *
   * <p>Source: R. Meyer, C. Musco, C. Musco, D. Woodruff, "Hutch++: Optimal Stochastic Trace
   * Estimation", arXiv:2010.09649, algorithm 1.
   *
   * @param probes how many products, at least 3
   */
  public static Estimate hutchPlusPlus(SymmetricOperator a, int probes, long seed) {
    SplittableRandom random = new SplittableRandom(positive(probes / 3, seed));
    int third = probes / 3;
    List<double[]> basis = new ArrayList<>();
    for (int i = 0; i < third && basis.size() < a.dimension(); i++) {
      double[] y = a.times(Vectors.signs(random, a.dimension()));
      double before = Vectors.norm(y);
      Vectors.orthogonalise(y, basis);
      double left = Vectors.norm(y);
      if (left > 1e-12 * before) {
        basis.add(Vectors.scaled(y, 1 / left));
      }
    }
    double exact = 0;
    for (double[] q : basis) {
      exact += Vectors.dot(q, a.times(q));
    }
    int rest = Math.max(1, probes - 2 * third);
    double[] samples = new double[rest];
    for (int i = 0; i < rest; i++) {
      double[] z = Vectors.signs(random, a.dimension());
      Vectors.orthogonalise(z, basis);
      samples[i] = Vectors.dot(z, a.times(z));
    }
    Estimate remainder = Estimate.of(samples);
    return new Estimate(exact + remainder.value(), remainder.standardError());
  }

  /**
   * The mean of {@code z * (A z)} over probes of random signs: the diagonal, each element of
   * variance {@code sum_{j != i} A_ij^2} a probe.
   *
   * <p>Source: C. Bekas, E. Kokiopoulou, Y. Saad, "An Estimator for the Diagonal of a Matrix",
   * 2007.
   *
   * @param probes how many products, at least 1
   */
  public static double[] diagonal(SymmetricOperator a, int probes, long seed) {
    SplittableRandom random = new SplittableRandom(positive(probes, seed));
    double[] mean = new double[a.dimension()];
    for (int i = 0; i < probes; i++) {
      double[] z = Vectors.signs(random, a.dimension());
      double[] product = a.times(z);
      for (int j = 0; j < mean.length; j++) {
        mean[j] += z[j] * product[j] / probes;
      }
    }
    return mean;
  }

  private static long positive(int probes, long seed) {
    if (probes < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "an estimate from at least 1 probe, or 3 for Hutch++",
          "too few",
          "ask for more probes");
    }
    return seed;
  }
}
