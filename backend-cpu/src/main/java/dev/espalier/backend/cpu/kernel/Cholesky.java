package dev.espalier.backend.cpu.kernel;

import java.util.Arrays;

/** The factorisation {@code A = L L^T} of a symmetric positive definite matrix, row by row. */
public final class Cholesky {
  private Cholesky() {}

  /**
   * Factorises one matrix of order n, row-major; only its lower triangle is read.
   *
   * @param l the lower triangular factor, zeros above the diagonal; all NaN if a is not positive
   *     definite. It may be the same place as a
   */
  public static void factorise(double[] a, int ao, int n, double[] l, int lo) {
    for (int i = 0; i < n; i++) {
      int row = lo + i * n;
      for (int j = 0; j <= i; j++) {
        int other = lo + j * n;
        double sum = a[ao + i * n + j];
        for (int k = 0; k < j; k++) {
          sum -= l[row + k] * l[other + k];
        }
        if (j < i) {
          l[row + j] = sum / l[other + j];
        } else if (sum > 0 && sum < Double.POSITIVE_INFINITY) {
          l[row + i] = Math.sqrt(sum);
        } else {
          Arrays.fill(l, lo, lo + n * n, Double.NaN);
          return;
        }
      }
      Arrays.fill(l, row + i + 1, row + n, 0);
    }
  }
}
