package dev.espalier.backend.cpu.kernel;

/** Systems of equations with a triangular matrix, solved by substitution. */
public final class TriangularSolve {
  private TriangularSolve() {}

  /**
   * Solves {@code op(A) X = B} in place of B, A of order n and B of m columns, both row-major.
   *
   * @param lower whether A is its lower triangle, else its upper; the rest is not read
   * @param transposed whether op(A) is the transpose of A
   * @param unit whether the diagonal is taken as ones and not read
   */
  public static void left(
      double[] a,
      int ao,
      int n,
      boolean lower,
      boolean transposed,
      boolean unit,
      double[] b,
      int bo,
      int m) {
    int rowStride = transposed ? 1 : n;
    int columnStride = transposed ? n : 1;
    boolean forward = lower != transposed;
    for (int step = 0; step < n; step++) {
      int i = forward ? step : n - 1 - step;
      int row = bo + i * m;
      int from = forward ? 0 : i + 1;
      int to = forward ? i : n;
      for (int k = from; k < to; k++) {
        double factor = a[ao + i * rowStride + k * columnStride];
        for (int j = 0; j < m; j++) {
          b[row + j] -= factor * b[bo + k * m + j];
        }
      }
      if (!unit) {
        double diagonal = a[ao + i * (n + 1)];
        for (int j = 0; j < m; j++) {
          b[row + j] /= diagonal;
        }
      }
    }
  }

  /**
   * Solves {@code X op(A) = B} in place of B, of m rows and n columns: each row by itself, as in
   * {@link #left}.
   */
  public static void right(
      double[] a,
      int ao,
      int n,
      boolean lower,
      boolean transposed,
      boolean unit,
      double[] b,
      int bo,
      int m) {
    for (int i = 0; i < m; i++) {
      left(a, ao, n, lower, !transposed, unit, b, bo + i * n, 1);
    }
  }
}
