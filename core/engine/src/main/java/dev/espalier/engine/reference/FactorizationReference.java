package dev.espalier.engine.reference;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;

/**
 * Factorisations, by EJML, brought to the sign and order that make them unique. A matrix with an
 * entry that is not finite, or on which an iteration does not converge, gives NaN.
 */
final class FactorizationReference {
  private FactorizationReference() {}

  /** The results of one factorisation of a batch, filled matrix by matrix. */
  private static final class Results {
    private final List<TensorType> types;
    private final List<double[]> values;

    Results(List<TensorType> types) {
      this.types = types;
      this.values = types.stream().map(type -> new double[type.shape().size()]).toList();
    }

    /** Writes one of {@code batch} parts of a result. */
    void put(int result, int part, int batch, double[] elements) {
      int size = values.get(result).length / batch;
      System.arraycopy(elements, 0, values.get(result), part * size, size);
    }

    void putNaN(int part, int batch) {
      for (double[] value : values) {
        int size = value.length / batch;
        Arrays.fill(value, part * size, (part + 1) * size, Double.NaN);
      }
    }

    List<NdArray> arrays() {
      return IntStream.range(0, types.size())
          .mapToObj(i -> Elements.ofDoubles(types.get(i), values.get(i)))
          .toList();
    }
  }

  /** Writes the factors of a finite, not empty matrix, or returns false where there are none. */
  @FunctionalInterface
  private interface Factorization {
    boolean factor(DMatrixRMaj matrix, int part, int batch, Results to);
  }

  private static List<NdArray> each(
      List<TensorType> types, NdArray a, boolean lowerOnly, Factorization factorization) {
    Shape shape = a.type().shape();
    int m = shape.extent(-2);
    int n = shape.extent(-1);
    Results results = new Results(types);
    int batch = m * n == 0 ? 0 : shape.size() / (m * n);
    for (int part = 0; part < batch; part++) {
      DMatrixRMaj matrix = new DMatrixRMaj(m, n);
      boolean finite = true;
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          int row = lowerOnly ? Math.max(i, j) : i;
          int column = lowerOnly ? Math.min(i, j) : j;
          double value = a.getDouble((part * m + row) * n + column);
          finite &= Double.isFinite(value);
          matrix.set(i, j, value);
        }
      }
      if (!finite || !factorization.factor(matrix, part, batch, results)) {
        results.putNaN(part, batch);
      }
    }
    return results.arrays();
  }

  static NdArray cholesky(NdArray a) {
    return each(
            List.of(a.type()),
            a,
            true,
            (matrix, part, batch, to) -> {
              CholeskyDecomposition_F64<DMatrixRMaj> decomposition =
                  DecompositionFactory_DDRM.chol(matrix.numRows, true);
              if (!decomposition.decompose(matrix)) {
                return false;
              }
              to.put(0, part, batch, decomposition.getT(null).data);
              return true;
            })
        .getFirst();
  }

  static List<NdArray> eigh(List<TensorType> types, NdArray a) {
    return each(
        types,
        a,
        true,
        (matrix, part, batch, to) -> {
          int n = matrix.numRows;
          EigenDecomposition_F64<DMatrixRMaj> decomposition =
              DecompositionFactory_DDRM.eig(n, true, true);
          if (!decomposition.decompose(matrix)) {
            return false;
          }
          double[] found =
              IntStream.range(0, n)
                  .mapToDouble(i -> decomposition.getEigenvalue(i).getReal())
                  .toArray();
          int[] order = order(found, Comparator.naturalOrder());
          double[] values = new double[n];
          double[] vectors = new double[n * n];
          for (int j = 0; j < n; j++) {
            values[j] = found[order[j]];
            DMatrixRMaj vector = decomposition.getEigenVector(order[j]);
            boolean flip = leadingIsNegative(vector.data, 0, 1, n);
            for (int i = 0; i < n; i++) {
              vectors[i * n + j] = flipped(vector.data[i], flip);
            }
          }
          to.put(0, part, batch, values);
          to.put(1, part, batch, vectors);
          return true;
        });
  }

  static List<NdArray> qr(List<TensorType> types, NdArray a) {
    return each(
        types,
        a,
        false,
        (matrix, part, batch, to) -> {
          int m = matrix.numRows;
          int n = matrix.numCols;
          int k = Math.min(m, n);
          QRDecomposition<DMatrixRMaj> decomposition = DecompositionFactory_DDRM.qr(m, n);
          // It says false where a column has no part left to reflect, as in a matrix of deficient
          // rank; the factors hold there too.
          decomposition.decompose(matrix);
          DMatrixRMaj q = decomposition.getQ(null, true);
          DMatrixRMaj r = decomposition.getR(null, true);
          for (int i = 0; i < k; i++) {
            boolean flip = r.get(i, i) < 0;
            for (int row = 0; row < m; row++) {
              q.set(row, i, flipped(q.get(row, i), flip));
            }
            for (int column = 0; column < n; column++) {
              r.set(i, column, flipped(r.get(i, column), flip));
            }
          }
          to.put(0, part, batch, q.data);
          to.put(1, part, batch, r.data);
          return true;
        });
  }

  static List<NdArray> svd(List<TensorType> types, NdArray a) {
    return each(
        types,
        a,
        false,
        (matrix, part, batch, to) -> {
          int m = matrix.numRows;
          int n = matrix.numCols;
          int k = Math.min(m, n);
          SingularValueDecomposition_F64<DMatrixRMaj> decomposition =
              DecompositionFactory_DDRM.svd(m, n, true, true, true);
          if (!decomposition.decompose(matrix)) {
            return false;
          }
          double[] found = Arrays.copyOf(decomposition.getSingularValues(), k);
          DMatrixRMaj left = decomposition.getU(null, false);
          DMatrixRMaj right = decomposition.getV(null, false);
          int[] order = order(found, Comparator.reverseOrder());
          double[] u = new double[m * k];
          double[] s = new double[k];
          double[] vt = new double[k * n];
          for (int j = 0; j < k; j++) {
            int from = order[j];
            s[j] = found[from];
            boolean flip = leadingIsNegative(left.data, from, left.numCols, m);
            for (int i = 0; i < m; i++) {
              u[i * k + j] = flipped(left.get(i, from), flip);
            }
            for (int i = 0; i < n; i++) {
              vt[j * n + i] = flipped(right.get(i, from), flip);
            }
          }
          to.put(0, part, batch, u);
          to.put(1, part, batch, s);
          to.put(2, part, batch, vt);
          return true;
        });
  }

  private static int[] order(double[] values, Comparator<Double> comparator) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparing((Integer i) -> values[i], comparator))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Whether the component of largest magnitude, the first of equals, is negative. */
  private static boolean leadingIsNegative(double[] data, int first, int stride, int count) {
    double leading = 0;
    for (int i = 0; i < count; i++) {
      double value = data[first + i * stride];
      if (Math.abs(value) > Math.abs(leading)) {
        leading = value;
      }
    }
    return leading < 0;
  }

  private static double flipped(double value, boolean flip) {
    // 0 rather than -0 keeps triangles clean.
    return flip ? 0.0 - value : value;
  }
}
