package dev.espalier.plugins.bilevel;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Dense matrices in plain Java, for closed forms that share no code with what is tested. */
public final class Dense {
  private Dense() {}

  public static double[][] normal(Random random, int rows, int columns) {
    double[][] m = new double[rows][columns];
    for (double[] row : m) {
      for (int j = 0; j < columns; j++) {
        row[j] = random.nextGaussian();
      }
    }
    return m;
  }

  public static double[] vector(int n, IntToDoubleFunction of) {
    return IntStream.range(0, n).mapToDouble(of).toArray();
  }

  public static double[] normal(Random random, int n) {
    return vector(n, i -> random.nextGaussian());
  }

  /** A symmetric matrix with these eigenvalues: reflections of a diagonal one. */
  public static double[][] symmetric(Random random, double... eigenvalues) {
    int n = eigenvalues.length;
    double[][] m = new double[n][n];
    for (int i = 0; i < n; i++) {
      m[i][i] = eigenvalues[i];
    }
    for (int k = 0; k < 3; k++) {
      double[] u = normal(random, n);
      double[][] h = new double[n][n];
      double length = dot(u, u);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          h[i][j] = (i == j ? 1 : 0) - 2 * u[i] * u[j] / length;
        }
      }
      m = times(times(h, m), h);
    }
    return m;
  }

  public static double[][] transposed(double[][] a) {
    double[][] t = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        t[j][i] = a[i][j];
      }
    }
    return t;
  }

  public static double[][] times(double[][] a, double[][] b) {
    double[][] c = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b[0].length; j++) {
        for (int k = 0; k < b.length; k++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }

  public static double[] times(double[][] a, double[] x) {
    return vector(a.length, i -> dot(a[i], x));
  }

  public static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  public static double norm(double[] x) {
    return Math.sqrt(dot(x, x));
  }

  public static double[] plus(double[] x, double factor, double[] y) {
    return vector(x.length, i -> x[i] + factor * y[i]);
  }

  public static double distance(double[] x, double[] y) {
    return norm(plus(x, -1, y));
  }

  /** Gaussian elimination with row exchanges. */
  public static double[] solve(double[][] matrix, double[] right) {
    int n = right.length;
    double[][] a = new double[n][];
    for (int i = 0; i < n; i++) {
      a[i] = matrix[i].clone();
    }
    double[] b = right.clone();
    for (int k = 0; k < n; k++) {
      int pivot = k;
      for (int i = k + 1; i < n; i++) {
        pivot = Math.abs(a[i][k]) > Math.abs(a[pivot][k]) ? i : pivot;
      }
      double[] row = a[k];
      a[k] = a[pivot];
      a[pivot] = row;
      double value = b[k];
      b[k] = b[pivot];
      b[pivot] = value;
      for (int i = k + 1; i < n; i++) {
        double factor = a[i][k] / a[k][k];
        for (int j = k; j < n; j++) {
          a[i][j] -= factor * a[k][j];
        }
        b[i] -= factor * b[k];
      }
    }
    for (int k = n - 1; k >= 0; k--) {
      for (int j = k + 1; j < n; j++) {
        b[k] -= a[k][j] * b[j];
      }
      b[k] /= a[k][k];
    }
    return b;
  }

  /** The greatest singular value, by power iteration to rounding, rounded up a little. */
  public static double norm(double[][] a) {
    double[] v = vector(a[0].length, i -> 1 + 0.1 * i);
    double value = 0;
    for (int i = 0; i < 2000; i++) {
      double[] next = times(transposed(a), times(a, v));
      value = norm(next) / norm(v);
      double length = norm(next);
      v = vector(next.length, j -> next[j] / length);
    }
    return Math.sqrt(value) * (1 + 1e-9);
  }
}
