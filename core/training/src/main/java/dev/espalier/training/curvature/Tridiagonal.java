package dev.espalier.training.curvature;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;

/**
 * Eigenvalues and eigenvectors of a symmetric tridiagonal matrix, by the implicit QL algorithm of
 * H. Bowdler, R. Martin, C. Reinsch, J. Wilkinson, "The QR and QL Algorithms for Symmetric
 * Matrices", 1968.
 *
 * @param values eigenvalues in no order
 * @param vectors {@code vectors[i][j]} is component i of eigenvector j
 */
record Tridiagonal(double[] values, double[][] vectors) {
  private static final int MOST_SWEEPS = 100;

  /**
   * Decomposes.
   *
   * @param diagonal n elements
   * @param beside n - 1 elements
   */
  static Tridiagonal of(double[] diagonal, double[] beside) {
    int n = diagonal.length;
    double[] d = diagonal.clone();
    double[] e = new double[n];
    System.arraycopy(beside, 0, e, 0, n - 1);
    double[][] z = new double[n][n];
    for (int i = 0; i < n; i++) {
      z[i][i] = 1;
    }
    for (int l = 0; l < n; l++) {
      int sweeps = 0;
      int m = split(d, e, l);
      while (m != l) {
        if (sweeps++ == MOST_SWEEPS) {
          throw new EspalierException(
              ErrorCode.NOT_FINITE,
              "eigenvalues of a tridiagonal matrix",
              "no convergence after " + MOST_SWEEPS + " sweeps",
              "check that products with the matrix are finite");
        }
        sweep(d, e, z, l, m);
        m = split(d, e, l);
      }
    }
    return new Tridiagonal(d, z);
  }

  /** The first index from l on whose off-diagonal element does not count. */
  private static int split(double[] d, double[] e, int l) {
    int m = l;
    while (m < d.length - 1) {
      double size = Math.abs(d[m]) + Math.abs(d[m + 1]);
      if (Math.abs(e[m]) <= 0x1p-53 * size) {
        break;
      }
      m++;
    }
    return m;
  }

  private static void sweep(double[] d, double[] e, double[][] z, int l, int m) {
    double g = (d[l + 1] - d[l]) / (2 * e[l]);
    double r = Math.hypot(g, 1);
    g = d[m] - d[l] + e[l] / (g + Math.copySign(r, g));
    double s = 1;
    double c = 1;
    double p = 0;
    for (int i = m - 1; i >= l; i--) {
      double f = s * e[i];
      double b = c * e[i];
      r = Math.hypot(f, g);
      e[i + 1] = r;
      if (r == 0) {
        d[i + 1] -= p;
        e[m] = 0;
        return;
      }
      s = f / r;
      c = g / r;
      g = d[i + 1] - p;
      r = (d[i] - g) * s + 2 * c * b;
      p = s * r;
      d[i + 1] = g + p;
      g = c * r - b;
      for (double[] row : z) {
        double t = row[i + 1];
        row[i + 1] = s * row[i] + c * t;
        row[i] = c * row[i] - s * t;
      }
    }
    d[l] -= p;
    e[l] = g;
    e[m] = 0;
  }
}
