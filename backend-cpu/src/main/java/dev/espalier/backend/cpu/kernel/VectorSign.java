package dev.espalier.backend.cpu.kernel;

/**
 * The convention that makes an eigenvector or singular vector unique: which of its two signs it
 * takes.
 */
final class VectorSign {
  private VectorSign() {}

  /** Whether the component of largest magnitude, the first of equal ones, is negative. */
  static boolean isNegative(double[] x, int start, int stride, int n) {
    double largest = 0;
    for (int i = 0; i < n; i++) {
      double v = x[start + i * stride];
      if (Math.abs(v) > Math.abs(largest)) {
        largest = v;
      }
    }
    return largest < 0;
  }
}
