package dev.espalier.backend.cpu.kernel;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's cyclic rotations (Golub and Van
 * Loan, section 8.5): values ascending, each vector's first component of largest magnitude
 * positive.
 */
public final class SymmetricEigen {
  private static final int SWEEPS = 60;

  private SymmetricEigen() {}

  /**
   * Decomposes one matrix of order n, row-major; only its lower triangle is read.
   *
   * @param values the n eigenvalues, ascending; NaN if a holds a number that is not finite
   * @param vectors row-major, column j the vector of length 1 to value j
   */
  public static void decompose(
      double[] a, int ao, int n, double[] values, int vo, double[] vectors, int wo) {
    double[] s = new double[n * n];
    double scale = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double v = a[ao + i * n + j];
        s[i * n + j] = v;
        s[j * n + i] = v;
        scale = Math.max(scale, Math.abs(v));
      }
    }
    if (!(scale < Double.POSITIVE_INFINITY)) {
      Arrays.fill(values, vo, vo + n, Double.NaN);
      Arrays.fill(vectors, wo, wo + n * n, Double.NaN);
      return;
    }
    // A power of two near the largest element: neither squares nor the result lose anything by it.
    double unit = scale == 0 ? 1 : Math.scalb(1.0, Math.max(-1000, Math.getExponent(scale)));
    for (int i = 0; i < n * n; i++) {
      s[i] /= unit;
    }
    // Row i of this is eigenvector i: rotations then run along rows.
    double[] rows = new double[n * n];
    for (int i = 0; i < n; i++) {
      rows[i * n + i] = 1;
    }
    boolean rotated = true;
    for (int sweep = 0; sweep < SWEEPS && rotated; sweep++) {
      rotated = false;
      for (int p = 0; p < n - 1; p++) {
        for (int q = p + 1; q < n; q++) {
          rotated |= rotate(s, rows, n, p, q);
        }
      }
    }
    Integer[] order = IntStream.range(0, n).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> s[i * n + i]));
    for (int j = 0; j < n; j++) {
      int from = order[j];
      values[vo + j] = s[from * n + from] * unit;
      boolean flip = VectorSign.isNegative(rows, from * n, 1, n);
      for (int i = 0; i < n; i++) {
        double v = rows[from * n + i];
        vectors[wo + i * n + j] = flip ? -v : v;
      }
    }
  }

  /** One rotation that makes element (p, q) zero; false where it is negligible already. */
  private static boolean rotate(double[] s, double[] rows, int n, int p, int q) {
    double off = s[p * n + q];
    double x = s[p * n + p];
    double y = s[q * n + q];
    double size = Math.abs(off);
    if (size < 0x1p-60 * Math.sqrt(Math.abs(x) * Math.abs(y)) || size < 0x1p-70) {
      return false;
    }
    double theta = (y - x) / (2 * off);
    double t = Math.copySign(1 / (Math.abs(theta) + Math.sqrt(theta * theta + 1)), theta);
    double c = 1 / Math.sqrt(t * t + 1);
    double sine = t * c;
    for (int k = 0; k < n; k++) {
      if (k != p && k != q) {
        double u = s[p * n + k];
        double v = s[q * n + k];
        s[p * n + k] = c * u - sine * v;
        s[q * n + k] = sine * u + c * v;
        s[k * n + p] = s[p * n + k];
        s[k * n + q] = s[q * n + k];
      }
    }
    s[p * n + p] = x - t * off;
    s[q * n + q] = y + t * off;
    s[p * n + q] = 0;
    s[q * n + p] = 0;
    for (int k = 0; k < n; k++) {
      double u = rows[p * n + k];
      double v = rows[q * n + k];
      rows[p * n + k] = c * u - sine * v;
      rows[q * n + k] = sine * u + c * v;
    }
    return true;
  }
}
