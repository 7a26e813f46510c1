package dev.espalier.backend.cpu.kernel;

import java.util.Arrays;

/** The factorisation {@code A = Q R} by Householder reflections; R's diagonal is not negative. */
public final class HouseholderQr {
  private HouseholderQr() {}

  /**
   * Factorises one matrix of m rows and n columns, row-major.
   *
   * @param columns how many columns Q and rows R have: min(m, n), or m for a square Q
   * @param q orthonormal columns, m by columns
   * @param r upper triangular, columns by n
   */
  public static void factorise(
      double[] a, int ao, int m, int n, int columns, double[] q, int qo, double[] r, int ro) {
    double[] work = Arrays.copyOfRange(a, ao, ao + m * n);
    int steps = Math.min(m, n);
    // Reflection j is I - beta v v^T with v zero above row j; v is kept in row j of this array.
    double[] vectors = new double[steps * m];
    double[] betas = new double[steps];
    for (int j = 0; j < steps; j++) {
      reflect(work, m, n, j, vectors, betas);
    }
    Arrays.fill(q, qo, qo + m * columns, 0);
    for (int j = 0; j < columns; j++) {
      q[qo + j * columns + j] = 1;
    }
    for (int j = steps - 1; j >= 0; j--) {
      apply(vectors, j * m, betas[j], q, qo, m, columns, j, 0);
    }
    for (int i = 0; i < columns; i++) {
      boolean flip = i < steps && work[i * n + i] < 0;
      for (int j = 0; j < n; j++) {
        double value = j < i ? 0 : work[i * n + j];
        r[ro + i * n + j] = flip && j >= i ? -value : value;
      }
      for (int j = 0; flip && j < m; j++) {
        q[qo + j * columns + i] = -q[qo + j * columns + i];
      }
    }
  }

  private static void reflect(
      double[] work, int m, int n, int j, double[] vectors, double[] betas) {
    double scale = 0;
    for (int i = j; i < m; i++) {
      scale = Math.max(scale, Math.abs(work[i * n + j]));
    }
    if (scale == 0) {
      return;
    }
    double square = 0;
    for (int i = j; i < m; i++) {
      double v = work[i * n + j] / scale;
      vectors[j * m + i] = v;
      square += v * v;
    }
    double head = vectors[j * m + j];
    double norm = Math.copySign(Math.sqrt(square), head);
    vectors[j * m + j] = head + norm;
    betas[j] = 1 / (norm * (head + norm));
    apply(vectors, j * m, betas[j], work, 0, m, n, j, j + 1);
    work[j * n + j] = -norm * scale;
    for (int i = j + 1; i < m; i++) {
      work[i * n + j] = 0;
    }
  }

  /**
   * Applies a reflection to the rows from the given one on, in the columns from the given one on.
   */
  private static void apply(
      double[] vectors,
      int vo,
      double beta,
      double[] x,
      int xo,
      int m,
      int n,
      int fromRow,
      int fromColumn) {
    if (beta == 0) {
      return;
    }
    double[] dots = new double[n];
    for (int i = fromRow; i < m; i++) {
      for (int j = fromColumn; j < n; j++) {
        dots[j] += vectors[vo + i] * x[xo + i * n + j];
      }
    }
    for (int i = fromRow; i < m; i++) {
      double factor = beta * vectors[vo + i];
      for (int j = fromColumn; j < n; j++) {
        x[xo + i * n + j] -= factor * dots[j];
      }
    }
  }
}
