package dev.espalier.integration.secondorder;

import dev.espalier.api.tensor.NdArray;
import java.util.SplittableRandom;

/** Small dense matrices in plain loops, for what the optimizers are compared with. */
final class Dense {
  private Dense() {}

  static double[] random(long seed, int n) {
    return new SplittableRandom(seed).doubles(n, -1, 1).toArray();
  }

  static double[][] random(long seed, int rows, int columns) {
    return rows(random(seed, rows * columns), columns);
  }

  /** A row-major array as rows. */
  static double[][] rows(double[] elements, int columns) {
    double[][] rows = new double[elements.length / columns][columns];
    for (int i = 0; i < elements.length; i++) {
      rows[i / columns][i % columns] = elements[i];
    }
    return rows;
  }

  /** All elements, row by row. */
  static double[] elements(double[][] a) {
    int columns = a[0].length;
    double[] elements = new double[a.length * columns];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = a[i / columns][i % columns];
    }
    return elements;
  }

  static NdArray array(double[][] a) {
    return NdArray.of(elements(a), a.length, a[0].length);
  }

  static double[][] diagonal(double... values) {
    double[][] a = new double[values.length][values.length];
    for (int i = 0; i < values.length; i++) {
      a[i][i] = values[i];
    }
    return a;
  }

  static double[][] identity(int n, double scale) {
    double[][] a = new double[n][n];
    for (int i = 0; i < n; i++) {
      a[i][i] = scale;
    }
    return a;
  }

  static double[][] plus(double[][] a, double factor, double[][] b) {
    double[][] sum = new double[a.length][a[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        sum[i][j] = a[i][j] + factor * b[i][j];
      }
    }
    return sum;
  }

  static double[][] times(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b[0].length; j++) {
        for (int k = 0; k < b.length; k++) {
          product[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return product;
  }

  static double[] times(double[][] a, double[] x) {
    double[] product = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < x.length; j++) {
        product[i] += a[i][j] * x[j];
      }
    }
    return product;
  }

  static double[][] transposed(double[][] a) {
    double[][] t = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        t[j][i] = a[i][j];
      }
    }
    return t;
  }

  /** {@code x y^T}. */
  static double[][] outer(double[] x, double[] y) {
    double[][] a = new double[x.length][y.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < y.length; j++) {
        a[i][j] = x[i] * y[j];
      }
    }
    return a;
  }

  static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  static double[][] kronecker(double[][] a, double[][] b) {
    int rows = b.length;
    int columns = b[0].length;
    double[][] product = new double[a.length * rows][a[0].length * columns];
    for (int i = 0; i < product.length; i++) {
      for (int j = 0; j < product[0].length; j++) {
        product[i][j] = a[i / rows][j / columns] * b[i % rows][j % columns];
      }
    }
    return product;
  }

  /** An orthogonal matrix: the reflections along some random directions. */
  static double[][] orthogonal(long seed, int n) {
    double[][] q = identity(n, 1);
    for (int i = 0; i < n; i++) {
      double[] v = random(seed + 31L * i, n);
      q = times(q, plus(identity(n, 1), -2 / dot(v, v), outer(v, v)));
    }
    return q;
  }

  /**
   * The eigenvalues of a symmetric matrix and, in columns, its eigenvectors, by Jacobi's rotations.
   */
  record Eigen(double[] values, double[][] vectors) {
    static Eigen of(double[][] symmetric) {
      int n = symmetric.length;
      double[][] a = plus(symmetric, 0, symmetric);
      double[][] v = identity(n, 1);
      for (int sweep = 0; sweep < 12; sweep++) {
        for (int p = 0; p < n; p++) {
          for (int q = p + 1; q < n; q++) {
            if (a[p][q] != 0) {
              double angle = 0.5 * Math.atan2(2 * a[p][q], a[q][q] - a[p][p]);
              columns(a, p, q, angle);
              a = transposed(a);
              columns(a, p, q, angle);
              columns(v, p, q, angle);
            }
          }
        }
      }
      double[] values = new double[n];
      for (int i = 0; i < n; i++) {
        values[i] = a[i][i];
      }
      return new Eigen(values, v);
    }

    /** Turns two columns into each other. */
    private static void columns(double[][] a, int p, int q, double angle) {
      double c = Math.cos(angle);
      double s = Math.sin(angle);
      for (double[] row : a) {
        double x = row[p];
        row[p] = c * x - s * row[q];
        row[q] = s * x + c * row[q];
      }
    }

    double least() {
      double least = Double.POSITIVE_INFINITY;
      for (double value : values) {
        least = Math.min(least, value);
      }
      return least;
    }
  }

  /** A power of a symmetric positive definite matrix. */
  static double[][] power(double[][] symmetric, double exponent) {
    Eigen eigen = Eigen.of(symmetric);
    double[] powers = new double[symmetric.length];
    for (int i = 0; i < powers.length; i++) {
      powers[i] = Math.pow(eigen.values()[i], exponent);
    }
    return times(eigen.vectors(), times(diagonal(powers), transposed(eigen.vectors())));
  }
}
