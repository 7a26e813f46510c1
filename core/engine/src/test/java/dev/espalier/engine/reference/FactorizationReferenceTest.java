package dev.espalier.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.Cholesky;
import dev.espalier.api.ir.Eigh;
import dev.espalier.api.ir.Qr;
import dev.espalier.api.ir.Svd;
import dev.espalier.api.ir.TriangularSolve;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Factors are held to the identities that define them, on batches, not to stored numbers. */
final class FactorizationReferenceTest {
  private static final double TOLERANCE = 1e-12;

  private static final int[][] SHAPES = {
    {1, 1}, {3, 3}, {5, 2}, {2, 5}, {1, 4}, {4, 1}, {2, 3, 4, 4}, {3, 6, 3}, {2, 2, 5}
  };

  /** One matrix of a batch. */
  private static double[][] matrix(NdArray x, int part) {
    int m = x.type().shape().extent(-2);
    int n = x.type().shape().extent(-1);
    double[][] to = new double[m][n];
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        to[i][j] = x.getDouble((part * m + i) * n + j);
      }
    }
    return to;
  }

  private static double[][] times(double[][] a, double[][] b) {
    double[][] to = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b[0].length; j++) {
        for (int k = 0; k < b.length; k++) {
          to[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return to;
  }

  private static double[][] transposed(double[][] a) {
    double[][] to = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        to[j][i] = a[i][j];
      }
    }
    return to;
  }

  private static double[][] diagonal(double[] values) {
    double[][] to = new double[values.length][values.length];
    for (int i = 0; i < values.length; i++) {
      to[i][i] = values[i];
    }
    return to;
  }

  private static void assertClose(double[][] found, double[][] wanted, String what) {
    for (int i = 0; i < wanted.length; i++) {
      assertThat(found[i]).as(what).containsExactly(wanted[i], within(TOLERANCE));
    }
  }

  private static void assertOrthonormalColumns(double[][] q) {
    double[] ones = new double[q[0].length];
    Arrays.fill(ones, 1);
    assertClose(times(transposed(q), q), diagonal(ones), "orthonormal columns");
  }

  private static void assertLeadingIsPositive(double[][] vectors) {
    for (double[] column : transposed(vectors)) {
      double leading = 0;
      for (double value : column) {
        if (Math.abs(value) > Math.abs(leading) + TOLERANCE) {
          leading = value;
        }
      }
      assertThat(leading).isPositive();
    }
  }

  private static int batch(NdArray x) {
    return x.type().shape().size() / (x.type().shape().extent(-1) * x.type().shape().extent(-2));
  }

  /** Symmetric matrices with eigenvalues of at least n. */
  private static NdArray positiveDefinite(Random random, int... extents) {
    NdArray g = Samples.random(random, DType.F64, extents);
    int n = extents[extents.length - 1];
    double[] values = new double[g.type().shape().size()];
    for (int part = 0; part < batch(g); part++) {
      double[][] square = times(matrix(g, part), transposed(matrix(g, part)));
      for (int i = 0; i < n * n; i++) {
        values[part * n * n + i] = square[i / n][i % n] + (i / n == i % n ? n : 0);
      }
    }
    return NdArray.of(values, extents);
  }

  /** The array with NaN above the diagonal of its square matrices. */
  private static NdArray withoutUpper(NdArray a) {
    int n = a.type().shape().extent(-1);
    double[] values = a.toDoubles();
    for (int i = 0; i < values.length; i++) {
      if (i % n > i / n % n) {
        values[i] = Double.NaN;
      }
    }
    return NdArray.of(values, a.type().shape().extents());
  }

  @Test
  void aCholeskyFactorIsLowerWithPositiveDiagonalAndReadsOnlyTheLowerTriangle() {
    Random random = new Random(5);
    for (int[] extents : new int[][] {{1, 1}, {6, 6}, {2, 3, 4, 4}}) {
      NdArray a = positiveDefinite(random, extents);
      NdArray factor = Samples.one(new Cholesky(), a);
      for (int part = 0; part < batch(a); part++) {
        double[][] l = matrix(factor, part);
        assertClose(times(l, transposed(l)), matrix(a, part), "L L^T");
        for (int i = 0; i < l.length; i++) {
          assertThat(l[i][i]).isPositive();
          for (int j = i + 1; j < l.length; j++) {
            assertThat(l[i][j]).isZero();
          }
        }
      }
      assertThat(Samples.one(new Cholesky(), withoutUpper(a))).isEqualTo(factor);
    }
  }

  @Test
  void onlyTheMatrixThatIsNotPositiveDefiniteIsNaN() {
    double[] values = {4, 2, 2, 3, 1, 2, 2, 1, 0, 0, 0, 0, Double.NaN, 0, 0, 1, 9, 0, 0, 16};
    NdArray l = Samples.one(new Cholesky(), NdArray.of(values, 5, 2, 2));
    for (int i = 4; i < 16; i++) {
      assertThat(l.getDouble(i)).isNaN();
    }
    assertThat(Arrays.copyOfRange(l.toDoubles(), 0, 4))
        .containsExactly(new double[] {2, 0, 1, Math.sqrt(2)}, within(TOLERANCE));
    assertThat(Arrays.copyOfRange(l.toDoubles(), 16, 20)).containsExactly(3, 0, 0, 4);
  }

  private static void assertQr(NdArray a) {
    List<NdArray> factors = Samples.all(new Qr(), a);
    for (int part = 0; part < batch(a); part++) {
      double[][] q = matrix(factors.get(0), part);
      double[][] r = matrix(factors.get(1), part);
      assertOrthonormalColumns(q);
      assertClose(times(q, r), matrix(a, part), "Q R");
      for (int i = 0; i < r.length; i++) {
        assertThat(r[i][i]).isNotNegative();
        for (int j = 0; j < i; j++) {
          assertThat(r[i][j]).isZero();
        }
      }
    }
  }

  @Test
  void aQrFactorisationIsOrthonormalTimesUpperWithDiagonalNotNegative() {
    Random random = new Random(6);
    for (int[] extents : SHAPES) {
      assertQr(Samples.random(random, DType.F64, extents));
    }
  }

  @Test
  void aRankDeficientMatrixHasAQrFactorisation() {
    for (int[] extents : SHAPES) {
      assertQr(NdArray.of(new double[Shape.of(extents).size()], extents));
    }
    assertQr(NdArray.of(new double[] {1, 2, 2, 4}, 2, 2));
    assertQr(NdArray.of(new double[] {0, 1, 0, 2, 0, 3}, 3, 2));
    assertQr(NdArray.of(new double[] {3, 0, 0, 0, 0, 0, 0, 0, -2}, 3, 3));
  }

  @Test
  void eigenvectorsDiagonaliseWithAscendingEigenvalues() {
    Random random = new Random(7);
    for (int[] extents : new int[][] {{1, 1}, {2, 2}, {7, 7}, {2, 3, 4, 4}}) {
      assertEigh(positiveDefinite(random, extents));
    }
    assertEigh(NdArray.of(new double[9], 3, 3));
    assertEigh(NdArray.of(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 3, 3));
    assertEigh(NdArray.of(new double[] {0, 1, 1, 0}, 2, 2));
    assertEigh(NdArray.of(new double[] {3, 0, 0, 0, -2, 0, 0, 0, 1}, 3, 3));
  }

  private static void assertEigh(NdArray a) {
    List<NdArray> results = Samples.all(new Eigh(), a);
    int n = a.type().shape().extent(-1);
    for (int part = 0; part < batch(a); part++) {
      double[] w = Arrays.copyOfRange(results.get(0).toDoubles(), part * n, (part + 1) * n);
      double[][] v = matrix(results.get(1), part);
      assertThat(w).isSorted();
      assertOrthonormalColumns(v);
      assertLeadingIsPositive(v);
      assertClose(times(times(v, diagonal(w)), transposed(v)), matrix(a, part), "V W V^T");
    }
    List<NdArray> lower = Samples.all(new Eigh(), withoutUpper(a));
    assertThat(lower).isEqualTo(results);
  }

  private static void assertSvd(NdArray a) {
    List<NdArray> results = Samples.all(new Svd(), a);
    int k = results.get(1).type().shape().extent(-1);
    for (int part = 0; part < batch(a); part++) {
      double[][] u = matrix(results.get(0), part);
      double[] s = Arrays.copyOfRange(results.get(1).toDoubles(), part * k, (part + 1) * k);
      double[][] vt = matrix(results.get(2), part);
      assertOrthonormalColumns(u);
      assertOrthonormalColumns(transposed(vt));
      assertLeadingIsPositive(u);
      for (int i = 0; i < k; i++) {
        assertThat(s[i]).isNotNegative().isGreaterThanOrEqualTo(i + 1 < k ? s[i + 1] : 0);
      }
      assertClose(times(times(u, diagonal(s)), vt), matrix(a, part), "U S V^T");
    }
  }

  @Test
  void singularVectorsAreOrthonormalWithDescendingValues() {
    Random random = new Random(9);
    for (int[] extents : SHAPES) {
      assertSvd(Samples.random(random, DType.F64, extents));
      assertSvd(NdArray.of(new double[Shape.of(extents).size()], extents));
    }
    assertSvd(NdArray.of(new double[] {1, 2, 2, 4, 3, 6}, 3, 2));
    assertSvd(NdArray.of(new double[] {-1, 0, 0, -1}, 2, 2));
  }

  @Test
  void aMatrixWithANaNGivesNaNAndSparesItsNeighbours() {
    double[] values = {2, 0, 0, 1, Double.NaN, 0, 0, 1};
    NdArray a = NdArray.of(values, 2, 2, 2);
    for (NdArray result : Reference.evaluate(new Svd(), List.of(a))) {
      int half = result.type().shape().size() / 2;
      for (int i = 0; i < half; i++) {
        assertThat(result.getDouble(i)).isFinite();
        assertThat(result.getDouble(half + i)).isNaN();
      }
    }
  }

  @Test
  void emptyMatricesHaveEmptyFactors() {
    NdArray none = NdArray.of(new double[0], 2, 0, 0);
    assertThat(Samples.one(new Cholesky(), none)).isEqualTo(none);
    assertThat(Samples.all(new Eigh(), none).get(0).type().shape()).isEqualTo(Shape.of(2, 0));
    NdArray flat = NdArray.of(new double[0], 3, 0);
    assertThat(Samples.all(new Qr(), flat).get(0).type().shape()).isEqualTo(Shape.of(3, 0));
    assertThat(Samples.all(new Svd(), flat).get(2).type().shape()).isEqualTo(Shape.of(0, 0));
  }

  @Test
  void aTriangularSolutionFitsItsEquationUnderEveryFlagAndReadsOneTriangle() {
    Random random = new Random(10);
    for (int flags = 0; flags < 8; flags++) {
      boolean lower = (flags & 1) != 0;
      boolean transpose = (flags & 2) != 0;
      boolean unit = (flags & 4) != 0;
      int n = 4;
      double[] values = Samples.random(random, DType.F64, 3, n, n).toDoubles();
      double[] read = new double[values.length];
      for (int i = 0; i < values.length; i++) {
        int row = i / n % n;
        int column = i % n;
        boolean other = lower ? column > row : column < row;
        if (row == column) {
          values[i] = unit ? Double.NaN : 2 + Math.abs(values[i]);
          read[i] = unit ? 1 : values[i];
        } else {
          read[i] = other ? 0 : values[i];
          values[i] = other ? Double.NaN : values[i];
        }
      }
      NdArray b = Samples.random(random, DType.F64, 3, n, 2);
      NdArray x =
          Samples.one(new TriangularSolve(lower, transpose, unit), NdArray.of(values, 3, n, n), b);
      for (int part = 0; part < 3; part++) {
        double[][] a = matrix(NdArray.of(read, 3, n, n), part);
        assertClose(
            times(transpose ? transposed(a) : a, matrix(x, part)), matrix(b, part), "A X = B");
      }
    }
  }
}
