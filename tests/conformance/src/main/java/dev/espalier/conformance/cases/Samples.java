package dev.espalier.conformance.cases;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/** Random inputs; the same for the same seed. */
final class Samples {
  private final SplittableRandom random;

  Samples(String seed) {
    this.random = new SplittableRandom(seed.hashCode());
  }

  /** Uniform on [low, high), rounded to the type. */
  NdArray uniform(TensorType type, double low, double high) {
    return fill(type, () -> low + (high - low) * random.nextDouble());
  }

  /** Magnitude uniform on [low, high), either sign. */
  NdArray signed(TensorType type, double low, double high) {
    return fill(
        type, () -> (low + (high - low) * random.nextDouble()) * (random.nextBoolean() ? 1 : -1));
  }

  /** Between integers: an integer in [-4, 4] and 0.1 to 0.4. */
  NdArray betweenIntegers(TensorType type) {
    return fill(type, () -> random.nextInt(-4, 5) + 0.1 + 0.3 * random.nextDouble());
  }

  /** Evenly spaced values in [low, high], shuffled: no two are close. */
  NdArray distinct(TensorType type, double low, double high) {
    double[] values = new double[type.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = low + (high - low) * (i + 0.5) / values.length;
    }
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      double held = values[i];
      values[i] = values[j];
      values[j] = held;
    }
    return NdArray.wrap(type.withDType(DType.F64), values).convert(type.dtype());
  }

  /** What suits the element type: floats on [-2, 2), small integers, coin flips. */
  NdArray any(TensorType type) {
    return switch (type.dtype()) {
      case F32, F64, BF16, F16 -> uniform(type, -2, 2);
      case I32, I64 -> integers(type, -50, 50);
      case BOOL -> integers(type, 0, 2);
    };
  }

  /** Integers of [low, high) in any element type. */
  NdArray integers(TensorType type, long low, long high) {
    long[] values = new long[type.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextLong(low, high);
    }
    return NdArray.wrap(type.withDType(DType.I64), values).convert(type.dtype());
  }

  /** Any bits of the type's integers. */
  NdArray wholeRange(TensorType type) {
    long[] values = new long[type.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextLong();
    }
    return NdArray.wrap(type.withDType(DType.I64), values).convert(type.dtype());
  }

  private NdArray fill(TensorType type, DoubleSupplier next) {
    double[] values = new double[type.shape().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = next.getAsDouble();
    }
    return NdArray.wrap(type.withDType(DType.F64), values).convert(type.dtype());
  }

  /** Symmetric matrices with eigenvalues 1, 2, ..., n, each in a random basis. */
  NdArray positiveDefinite(TensorType type) {
    int n = type.shape().extent(-1);
    double[] all = new double[type.shape().size()];
    for (int part = 0; n > 0 && part < all.length / (n * n); part++) {
      double[][] basis = orthonormal(n, n);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          double sum = 0;
          for (int k = 0; k < n; k++) {
            sum += (k + 1) * basis[k][i] * basis[k][j];
          }
          all[(part * n + i) * n + j] = sum;
        }
      }
    }
    return NdArray.wrap(type.withDType(DType.F64), all).convert(type.dtype());
  }

  /** Matrices [..., m, n] with singular values 1, 2, ..., min(m, n). */
  NdArray wellConditioned(TensorType type) {
    int m = type.shape().extent(-2);
    int n = type.shape().extent(-1);
    int k = Math.min(m, n);
    double[] all = new double[type.shape().size()];
    for (int part = 0; m * n > 0 && part < all.length / (m * n); part++) {
      double[][] left = orthonormal(k, m);
      double[][] right = orthonormal(k, n);
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double sum = 0;
          for (int r = 0; r < k; r++) {
            sum += (r + 1) * left[r][i] * right[r][j];
          }
          all[(part * m + i) * n + j] = sum;
        }
      }
    }
    return NdArray.wrap(type.withDType(DType.F64), all).convert(type.dtype());
  }

  /** Square matrices with diagonals of 2 to 3 and the rest in [-0.5, 0.5]. */
  NdArray diagonallyDominant(TensorType type) {
    int n = type.shape().extent(-1);
    double[] all = new double[type.shape().size()];
    for (int i = 0; i < all.length; i++) {
      boolean diagonal = i / n % n == i % n;
      all[i] = diagonal ? 2 + random.nextDouble() : random.nextDouble() - 0.5;
    }
    return NdArray.wrap(type.withDType(DType.F64), all).convert(type.dtype());
  }

  /** Orthonormal rows, by Gram-Schmidt twice. */
  private double[][] orthonormal(int count, int n) {
    double[][] rows = new double[count][n];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < n; j++) {
        rows[i][j] = random.nextDouble() - 0.5;
      }
      for (int pass = 0; pass < 2; pass++) {
        for (int other = 0; other < i; other++) {
          double along = dot(rows[i], rows[other]);
          for (int j = 0; j < n; j++) {
            rows[i][j] -= along * rows[other][j];
          }
        }
      }
      double norm = Math.sqrt(dot(rows[i], rows[i]));
      for (int j = 0; j < n; j++) {
        rows[i][j] /= norm;
      }
    }
    return rows;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}
