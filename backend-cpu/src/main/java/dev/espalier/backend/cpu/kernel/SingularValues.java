package dev.espalier.backend.cpu.kernel;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The singular value decomposition {@code A = U diag(s) V^T} in its reduced form, by one-sided
 * Jacobi rotations (Hestenes 1958): values descending, each left vector's first component of
 * largest magnitude positive.
 */
public final class SingularValues {
  private static final int SWEEPS = 60;
  private static final double EPSILON = 0x1p-52;

  private SingularValues() {}

  /**
   * Decomposes one matrix of m rows and n columns, row-major; k is min(m, n).
   *
   * @param u orthonormal columns, m by k
   * @param s the k singular values; all results are NaN if a holds a number that is not finite
   * @param vt orthonormal rows, k by n
   */
  public static void decompose(
      double[] a,
      int ao,
      int m,
      int n,
      double[] u,
      int uo,
      double[] s,
      int so,
      double[] vt,
      int vo) {
    int k = Math.min(m, n);
    boolean wide = m < n;
    int length = Math.max(m, n);
    double scale = 0;
    for (int i = 0; i < m * n; i++) {
      scale = Math.max(scale, Math.abs(a[ao + i]));
    }
    if (!(scale < Double.POSITIVE_INFINITY)) {
      Arrays.fill(u, uo, uo + m * k, Double.NaN);
      Arrays.fill(s, so, so + k, Double.NaN);
      Arrays.fill(vt, vo, vo + k * n, Double.NaN);
      return;
    }
    double unit = scale == 0 ? 1 : Math.scalb(1.0, Math.max(-1000, Math.getExponent(scale)));
    // Row j of g is what becomes long vector j times its singular value, row j of h the short
    // vector.
    double[] g = new double[k * length];
    double[] h = new double[k * k];
    for (int j = 0; j < k; j++) {
      for (int i = 0; i < length; i++) {
        g[j * length + i] = a[ao + (wide ? j * n + i : i * n + j)] / unit;
      }
      h[j * k + j] = 1;
    }
    boolean rotated = true;
    for (int sweep = 0; sweep < SWEEPS && rotated; sweep++) {
      rotated = false;
      double negligible = square(EPSILON * length * largestNorm(g, k, length));
      for (int p = 0; p < k - 1; p++) {
        for (int q = p + 1; q < k; q++) {
          rotated |= rotate(g, h, k, length, p, q, negligible);
        }
      }
    }
    double[] norms = new double[k];
    for (int j = 0; j < k; j++) {
      norms[j] = Math.sqrt(dot(g, j * length, j * length, length));
    }
    Integer[] order = IntStream.range(0, k).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(j -> -norms[j]));
    double[] longs = orthonormal(g, norms, order, k, length);
    for (int j = 0; j < k; j++) {
      s[so + j] = norms[order[j]] * unit;
      int shorts = order[j] * k;
      boolean flip =
          wide
              ? VectorSign.isNegative(h, shorts, 1, k)
              : VectorSign.isNegative(longs, j * length, 1, length);
      double sign = flip ? -1 : 1;
      for (int i = 0; i < m; i++) {
        u[uo + i * k + j] = sign * (wide ? h[shorts + i] : longs[j * length + i]);
      }
      for (int i = 0; i < n; i++) {
        vt[vo + j * n + i] = sign * (wide ? longs[j * length + i] : h[shorts + i]);
      }
    }
  }

  private static double square(double x) {
    return x * x;
  }

  private static double dot(double[] x, int p, int q, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += x[p + i] * x[q + i];
    }
    return sum;
  }

  private static double largestNorm(double[] g, int k, int length) {
    double largest = 0;
    for (int j = 0; j < k; j++) {
      largest = Math.max(largest, dot(g, j * length, j * length, length));
    }
    return Math.sqrt(largest);
  }

  /**
   * One rotation that makes rows p and q of g orthogonal; false where they are so or one is
   * negligible.
   */
  private static boolean rotate(
      double[] g, double[] h, int k, int length, int p, int q, double negligible) {
    double x = dot(g, p * length, p * length, length);
    double y = dot(g, q * length, q * length, length);
    double off = dot(g, p * length, q * length, length);
    if (Math.min(x, y) <= negligible || Math.abs(off) <= 4 * EPSILON * Math.sqrt(x * y)) {
      return false;
    }
    double theta = (y - x) / (2 * off);
    double t = Math.copySign(1 / (Math.abs(theta) + Math.sqrt(theta * theta + 1)), theta);
    double c = 1 / Math.sqrt(t * t + 1);
    turn(g, p * length, q * length, length, c, t * c);
    turn(h, p * k, q * k, k, c, t * c);
    return true;
  }

  private static void turn(double[] x, int p, int q, int n, double c, double s) {
    for (int i = 0; i < n; i++) {
      double u = x[p + i];
      double v = x[q + i];
      x[p + i] = c * u - s * v;
      x[q + i] = s * u + c * v;
    }
  }

  /**
   * The rows in order, of length 1; where a singular value is negligible, any direction still free.
   */
  private static double[] orthonormal(
      double[] g, double[] norms, Integer[] order, int k, int length) {
    double[] rows = new double[k * length];
    double floor = k == 0 ? 0 : norms[order[0]] * EPSILON * length;
    int axis = 0;
    for (int j = 0; j < k; j++) {
      int row = j * length;
      double norm = norms[order[j]];
      if (norm > floor) {
        for (int i = 0; i < length; i++) {
          rows[row + i] = g[order[j] * length + i] / norm;
        }
        continue;
      }
      double left = 0;
      while (left < 0.1 / length) {
        Arrays.fill(rows, row, row + length, 0);
        rows[row + axis++] = 1;
        // Twice is enough (Kahan; Parlett, section 6.9).
        for (int pass = 0; pass < 2; pass++) {
          for (int other = 0; other < row; other += length) {
            double share = dot(rows, row, other, length);
            for (int i = 0; i < length; i++) {
              rows[row + i] -= share * rows[other + i];
            }
          }
        }
        left = dot(rows, row, row, length);
      }
      double inverse = 1 / Math.sqrt(left);
      for (int i = 0; i < length; i++) {
        rows[row + i] *= inverse;
      }
    }
    return rows;
  }
}
