package dev.espalier.backend.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Factorisations multiply back to what they came from, with orthonormal factors and the stated
 * signs.
 */
class FactorisationTest {
  private static double[] random(Random random, int n) {
    return random.doubles(n, -1, 1).toArray();
  }

  private static double[] multiply(
      double[] a, double[] b, int m, int k, int n, boolean transposeA, boolean transposeB) {
    double[] c = new double[m * n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        for (int p = 0; p < k; p++) {
          c[i * n + j] +=
              a[transposeA ? p * m + i : i * k + p] * b[transposeB ? j * k + p : p * n + j];
        }
      }
    }
    return c;
  }

  private static void close(double[] x, double[] y, double bound) {
    assertThat(x).hasSameSizeAs(y);
    for (int i = 0; i < x.length; i++) {
      assertThat(x[i]).isCloseTo(y[i], within(bound));
    }
  }

  private static double[] identity(int n) {
    double[] x = new double[n * n];
    for (int i = 0; i < n; i++) {
      x[i * n + i] = 1;
    }
    return x;
  }

  @Test
  void choleskyMultipliesBackAndRefusesByNaN() {
    Random random = new Random(40);
    for (int n : new int[] {0, 1, 2, 5, 30}) {
      double[] b = random(random, n * n);
      double[] a = multiply(b, b, n, n, n, false, true);
      for (int i = 0; i < n; i++) {
        a[i * n + i] += 1;
      }
      double[] l = new double[n * n];
      Cholesky.factorise(a, 0, n, l, 0);
      close(multiply(l, l, n, n, n, false, true), a, 1e-13 * (n + 1));
    }
    double[] l = new double[4];
    Cholesky.factorise(new double[] {1, 2, 2, 1}, 0, 2, l, 0);
    assertThat(l).containsOnly(Double.NaN);
  }

  @Test
  void triangularSystemsAreSolvedOnBothSides() {
    Random random = new Random(41);
    int n = 7;
    int m = 3;
    for (int flags = 0; flags < 8; flags++) {
      boolean lower = (flags & 1) != 0;
      boolean transposed = (flags & 2) != 0;
      boolean unit = (flags & 4) != 0;
      double[] a = random(random, n * n);
      double[] clean = new double[n * n];
      for (int i = 0; i < n; i++) {
        a[i * n + i] += 3;
        for (int j = 0; j < n; j++) {
          boolean inside = lower ? j <= i : j >= i;
          clean[i * n + j] = i == j && unit ? 1 : inside ? a[i * n + j] : 0;
        }
      }
      double[] b = random(random, n * m);
      double[] x = b.clone();
      TriangularSolve.left(a, 0, n, lower, transposed, unit, x, 0, m);
      close(multiply(clean, x, n, n, m, transposed, false), b, 1e-12);
      double[] y = b.clone();
      TriangularSolve.right(a, 0, n, lower, transposed, unit, y, 0, m);
      close(multiply(y, clean, m, n, n, false, transposed), b, 1e-12);
    }
  }

  @Test
  void qrHasOrthonormalColumnsAndAPositiveDiagonal() {
    Random random = new Random(42);
    int[][] sizes = {{1, 1}, {5, 3}, {3, 5}, {8, 8}, {40, 17}, {4, 1}, {1, 4}};
    for (int[] size : sizes) {
      int m = size[0];
      int n = size[1];
      for (int columns : new int[] {Math.min(m, n), m}) {
        double[] a = random(random, m * n);
        double[] q = new double[m * columns];
        double[] r = new double[columns * n];
        HouseholderQr.factorise(a, 0, m, n, columns, q, 0, r, 0);
        close(multiply(q, r, m, columns, n, false, false), a, 1e-14 * (m + 1));
        close(multiply(q, q, columns, m, columns, true, false), identity(columns), 1e-14 * m);
        for (int i = 0; i < columns; i++) {
          for (int j = 0; j < Math.min(i, n); j++) {
            assertThat(r[i * n + j]).isZero();
          }
          if (i < n) {
            assertThat(r[i * n + i]).isNotNegative();
          }
        }
      }
    }
    double[] q = new double[4];
    double[] r = new double[4];
    HouseholderQr.factorise(new double[4], 0, 2, 2, 2, q, 0, r, 0);
    assertThat(q).containsExactly(1, 0, 0, 1);
    assertThat(r).containsOnly(0);
  }

  private static void positiveAtItsLargest(double[] x, int rows, int columns) {
    for (int j = 0; j < columns; j++) {
      double largest = 0;
      for (int i = 0; i < rows; i++) {
        if (Math.abs(x[i * columns + j]) > Math.abs(largest)) {
          largest = x[i * columns + j];
        }
      }
      assertThat(largest).isPositive();
    }
  }

  @Test
  void eigenvaluesAscendAndVectorsDiagonalise() {
    Random random = new Random(43);
    for (int n : new int[] {1, 2, 3, 10, 40}) {
      for (double scale : new double[] {1, 1e-200, 1e200}) {
        double[] a = random(random, n * n);
        for (int i = 0; i < n; i++) {
          for (int j = 0; j <= i; j++) {
            a[i * n + j] *= scale;
            a[j * n + i] = a[i * n + j];
          }
        }
        double[] values = new double[n];
        double[] v = new double[n * n];
        SymmetricEigen.decompose(a, 0, n, values, 0, v, 0);
        close(multiply(v, v, n, n, n, true, false), identity(n), 1e-13);
        double[] scaled = v.clone();
        for (int i = 0; i < n * n; i++) {
          scaled[i] *= values[i % n];
        }
        close(multiply(scaled, v, n, n, n, false, true), a, 1e-13 * (n + 1) * scale);
        assertThat(values).isSorted();
        positiveAtItsLargest(v, n, n);
      }
    }
    double[] values = new double[3];
    SymmetricEigen.decompose(new double[9], 0, 3, values, 0, new double[9], 0);
    assertThat(values).containsOnly(0);
    SymmetricEigen.decompose(new double[] {1, 0, Double.NaN, 1}, 0, 2, values, 0, new double[4], 0);
    assertThat(values[0]).isNaN();
  }

  @Test
  void singularValuesDescendAndVectorsAreOrthonormalAtAnyRank() {
    Random random = new Random(44);
    int[][] sizes = {{1, 1}, {5, 3}, {3, 5}, {8, 8}, {40, 17}, {17, 40}, {4, 1}, {1, 4}};
    for (int[] size : sizes) {
      int m = size[0];
      int n = size[1];
      int k = Math.min(m, n);
      for (int rank : new int[] {k, Math.max(1, k / 2), 0}) {
        double[] a =
            rank == k
                ? random(random, m * n)
                : multiply(
                    random(random, m * rank), random(random, rank * n), m, rank, n, false, false);
        double[] u = new double[m * k];
        double[] s = new double[k];
        double[] vt = new double[k * n];
        SingularValues.decompose(a, 0, m, n, u, 0, s, 0, vt, 0);
        double[] us = u.clone();
        for (int i = 0; i < us.length; i++) {
          us[i] *= s[i % k];
        }
        close(multiply(us, vt, m, k, n, false, false), a, 1e-13 * (m + n));
        close(multiply(u, u, k, m, k, true, false), identity(k), 1e-13 * m);
        close(multiply(vt, vt, k, n, k, false, true), identity(k), 1e-13 * n);
        for (int i = 1; i < k; i++) {
          assertThat(s[i]).isLessThanOrEqualTo(s[i - 1]).isNotNegative();
        }
        positiveAtItsLargest(u, m, k);
      }
    }
  }
}
