package dev.espalier.training.curvature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The Lanczos process with full reorthogonalisation: an orthonormal basis Q of the Krylov space of
 * a vector, in which the matrix is tridiagonal. It ends early where the space is exhausted.
 *
 * <p>Source: C. Lanczos, "An Iteration Method for the Solution of the Eigenvalue Problem of Linear
 * Differential and Integral Operators", 1950.
 */
public final class Lanczos {
  private final List<double[]> basis = new ArrayList<>();
  private final Tridiagonal decomposed;
  private final double last;

  private Lanczos(SymmetricOperator a, double[] start, int steps) {
    int most = Math.min(Math.max(1, steps), a.dimension());
    double[] diagonal = new double[most];
    double[] beside = new double[most];
    double[] q = Vectors.scaled(start, 1 / Vectors.norm(start));
    double scale = 0;
    int done = 0;
    while (done < most) {
      basis.add(q);
      double[] next = a.times(q);
      diagonal[done] = Vectors.dot(q, next);
      scale = Math.max(scale, Vectors.norm(next));
      Vectors.orthogonalise(next, basis);
      beside[done] = Vectors.norm(next);
      done++;
      if (beside[done - 1] <= 1e-14 * scale * Math.sqrt(a.dimension())) {
        beside[done - 1] = 0;
        break;
      }
      q = Vectors.scaled(next, 1 / beside[done - 1]);
    }
    this.last = beside[done - 1];
    this.decomposed =
        Tridiagonal.of(Arrays.copyOf(diagonal, done), Arrays.copyOf(beside, done - 1));
  }

  /**
   * From a vector.
   *
   * @param start not 0
   * @param steps how many products at most, at least 1
   */
  public static Lanczos from(SymmetricOperator a, double[] start, int steps) {
    return new Lanczos(a, start, steps);
  }

  /** From a random direction. */
  public static Lanczos random(SymmetricOperator a, int steps, long seed) {
    return from(a, Vectors.direction(new SplittableRandom(seed), a.dimension()), steps);
  }

  /** The Ritz values, ascending. */
  public double[] values() {
    double[] sorted = decomposed.values().clone();
    Arrays.sort(sorted);
    return sorted;
  }

  /** The largest Ritz value with its vector. */
  public Eigenpair largest() {
    return pair(true);
  }

  /** The smallest Ritz value with its vector. */
  public Eigenpair smallest() {
    return pair(false);
  }

  private Eigenpair pair(boolean largest) {
    double[] values = decomposed.values();
    int at = 0;
    for (int j = 1; j < values.length; j++) {
      at = (values[j] > values[at]) == largest && values[j] != values[at] ? j : at;
    }
    double[] vector = new double[basis.getFirst().length];
    for (int i = 0; i < basis.size(); i++) {
      Vectors.add(vector, decomposed.vectors()[i][at], basis.get(i));
    }
    // What the next basis vector would have had of it is all that is missing.
    return new Eigenpair(
        values[at], vector, last * Math.abs(decomposed.vectors()[basis.size() - 1][at]));
  }

  /** Nodes and weights of the Gauss quadrature for the start's spectral measure. */
  SpectralDensity quadrature() {
    double[] first = decomposed.vectors()[0];
    double[] weights = new double[first.length];
    for (int j = 0; j < weights.length; j++) {
      weights[j] = first[j] * first[j];
    }
    return new SpectralDensity(decomposed.values().clone(), weights);
  }
}
