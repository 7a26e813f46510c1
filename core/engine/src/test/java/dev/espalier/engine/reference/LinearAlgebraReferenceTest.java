package dev.espalier.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.Cholesky;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Eigh;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Qr;
import dev.espalier.api.ir.Svd;
import dev.espalier.api.ir.TriangularSolve;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LinearAlgebraReferenceTest {
  private static final Dot MATMUL = new Dot(List.of(), List.of(), List.of(1), List.of(0));
  private static final int[][] SIZES = {{1, 1}, {3, 3}, {5, 3}, {3, 5}, {7, 1}, {1, 7}, {13, 11}};

  private static List<NdArray> all(Op op, NdArray... in) {
    return Reference.evaluate(op, List.of(in));
  }

  private static NdArray random(int... extents) {
    TensorType type = TensorType.of(DType.F64, extents);
    SplittableRandom random = new SplittableRandom(42);
    double[] values = random.doubles(type.shape().size(), -1, 1).toArray();
    return NdArray.wrap(type, values);
  }

  private static NdArray matmul(NdArray x, NdArray y) {
    return all(MATMUL, x, y).getFirst();
  }

  private static NdArray transposed(NdArray x) {
    return all(new dev.espalier.api.ir.Transpose(List.of(1, 0)), x).getFirst();
  }

  private static void assertNear(NdArray found, NdArray expected) {
    assertThat(found.type()).isEqualTo(expected.type());
    assertThat(found.toDoubles()).containsExactly(expected.toDoubles(), within(1e-12));
  }

  private static void assertOrthonormalColumns(NdArray q) {
    int k = q.type().shape().extent(1);
    double[] identity = new double[k * k];
    for (int i = 0; i < k; i++) {
      identity[i * k + i] = 1;
    }
    assertNear(matmul(transposed(q), q), NdArray.of(identity, k, k));
  }

  /** diag(s) x. */
  private static NdArray scaledRows(NdArray s, NdArray x) {
    int n = x.type().shape().extent(1);
    double[] values = x.toDoubles();
    for (int i = 0; i < values.length; i++) {
      values[i] *= s.getDouble(i / n);
    }
    return NdArray.wrap(x.type(), values);
  }

  @Test
  void matrixProductsAreSumsOverThePairedAxes() {
    NdArray x = NdArray.of(new int[] {1, 2, 3, 4, 5, 6}, 2, 3);
    NdArray y = NdArray.of(new int[] {1, 0, 0, 1, 1, 1}, 3, 2);
    assertThat(matmul(x, y)).isEqualTo(NdArray.of(new int[] {4, 5, 10, 11}, 2, 2));
    Dot outer = new Dot(List.of(), List.of(), List.of(), List.of());
    assertThat(
            all(outer, NdArray.of(new int[] {1, 2}, 2), NdArray.of(new int[] {3, 4}, 2)).getFirst())
        .isEqualTo(NdArray.of(new int[] {3, 4, 6, 8}, 2, 2));
    NdArray nothing = matmul(NdArray.of(new float[0], 2, 0), NdArray.of(new float[0], 0, 2));
    assertThat(nothing).isEqualTo(NdArray.of(new float[4], 2, 2));
  }

  @Test
  void aGeneralProductIsTheNaiveEinsum() {
    // einsum("ibkc,kcjb->bij") with k, c summed and b in step.
    Dot op = new Dot(List.of(1), List.of(3), List.of(3, 2), List.of(1, 0));
    NdArray x = random(2, 3, 4, 5);
    NdArray y = random(4, 5, 6, 3);
    double[] expected = new double[3 * 2 * 6];
    for (int b = 0; b < 3; b++) {
      for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 6; j++) {
          for (int k = 0; k < 4; k++) {
            for (int c = 0; c < 5; c++) {
              expected[(b * 2 + i) * 6 + j] +=
                  x.getDouble(((i * 3 + b) * 4 + k) * 5 + c)
                      * y.getDouble(((k * 5 + c) * 6 + j) * 3 + b);
            }
          }
        }
      }
    }
    assertNear(all(op, x, y).getFirst(), NdArray.of(expected, 3, 2, 6));
  }

  @Test
  void integerProductsWrap() {
    NdArray x = NdArray.of(new int[] {0x10000, 1}, 1, 2);
    NdArray y = NdArray.of(new int[] {0x10000, 7}, 2, 1);
    assertThat(matmul(x, y).getLong(0)).isEqualTo(7);
  }

  @Test
  void triangularSolutionsSolveAndDoNotReadTheOtherTriangle() {
    for (boolean lower : new boolean[] {true, false}) {
      for (boolean transpose : new boolean[] {true, false}) {
        for (boolean unit : new boolean[] {true, false}) {
          double[] read = random(4, 4).toDoubles();
          double[] clean = new double[16];
          for (int i = 0; i < 16; i++) {
            boolean diagonal = i / 4 == i % 4;
            boolean inside = lower ? i / 4 > i % 4 : i / 4 < i % 4;
            clean[i] = diagonal ? (unit ? 1 : 2 + i) : inside ? read[i] : 0;
            read[i] = inside || (diagonal && !unit) ? clean[i] : Double.NaN;
          }
          NdArray b = random(4, 3);
          TriangularSolve op = new TriangularSolve(lower, transpose, unit);
          NdArray x = all(op, NdArray.of(read, 4, 4), b).getFirst();
          NdArray a = NdArray.of(clean, 4, 4);
          assertNear(matmul(transpose ? transposed(a) : a, x), b);
        }
      }
    }
  }

  @Test
  void choleskyFactorsMultiplyBackAndReadTheLowerTriangle() {
    for (int n : new int[] {1, 2, 7, 70}) {
      NdArray l = all(new Cholesky(), definite(n, Double.NaN)).getFirst();
      assertNear(matmul(l, transposed(l)), definite(n, 0));
      for (int i = 0; i < n * n; i++) {
        assertThat(l.getDouble(i) == 0).isEqualTo(i % n > i / n);
      }
    }
  }

  /** Symmetric and dominated by its diagonal; {@code poison}, if not 0, in the upper triangle. */
  private static NdArray definite(int n, double poison) {
    double[] values = random(n, n).toDoubles();
    for (int i = 0; i < n; i++) {
      values[i * n + i] = n + 1;
      for (int j = i + 1; j < n; j++) {
        values[i * n + j] = poison == 0 ? values[j * n + i] : poison;
      }
    }
    return NdArray.of(values, n, n);
  }

  @Test
  void aMatrixThatIsNotDefiniteGivesNotANumberAndSparesTheOthersOfTheBatch() {
    NdArray a = NdArray.of(new double[] {4, 0, 0, 9, 1, 0, 0, -1, 1, 0, Double.NaN, 1}, 3, 2, 2);
    double nan = Double.NaN;
    assertThat(all(new Cholesky(), a).getFirst().toDoubles())
        .containsExactly(2, 0, 0, 3, nan, nan, nan, nan, nan, nan, nan, nan);
  }

  @Test
  void eigenvectorsDiagonalise() {
    for (int n : new int[] {1, 2, 3, 7, 13}) {
      NdArray a = definite(n, 0);
      List<NdArray> eigh = all(new Eigh(), definite(n, Double.NaN));
      NdArray w = eigh.get(0);
      NdArray v = eigh.get(1);
      assertThat(w.toDoubles()).isSorted();
      assertOrthonormalColumns(v);
      assertNear(matmul(v, scaledRows(w, transposed(v))), a);
      assertLeadingComponentsArePositive(v);
    }
  }

  private static void assertLeadingComponentsArePositive(NdArray v) {
    int n = v.type().shape().extent(0);
    int k = v.type().shape().extent(1);
    for (int j = 0; j < k; j++) {
      double leading = 0;
      for (int i = 0; i < n; i++) {
        double value = v.getDouble(i * k + j);
        leading = Math.abs(value) > Math.abs(leading) ? value : leading;
      }
      assertThat(leading).isPositive();
    }
  }

  @Test
  void orthogonalAndTriangularFactorsMultiplyBack() {
    for (int[] size : SIZES) {
      NdArray a = random(size);
      List<NdArray> qr = all(new Qr(), a);
      assertOrthonormalColumns(qr.get(0));
      assertNear(matmul(qr.get(0), qr.get(1)), a);
      int n = size[1];
      for (int i = 0; i < Math.min(size[0], n); i++) {
        assertThat(qr.get(1).getDouble(i * n + i)).isNotNegative();
        for (int j = 0; j < i; j++) {
          assertThat(qr.get(1).getDouble(i * n + j)).isZero();
        }
      }
    }
  }

  @Test
  void singularVectorsAndValuesMultiplyBack() {
    for (int[] size : SIZES) {
      NdArray a = random(size);
      List<NdArray> svd = all(new Svd(), a);
      assertOrthonormalColumns(svd.get(0));
      assertOrthonormalColumns(transposed(svd.get(2)));
      assertNear(matmul(svd.get(0), scaledRows(svd.get(1), svd.get(2))), a);
      double[] s = svd.get(1).toDoubles();
      for (int i = 0; i < s.length; i++) {
        assertThat(s[i]).isNotNegative().isLessThanOrEqualTo(i == 0 ? s[0] : s[i - 1]);
      }
      assertLeadingComponentsArePositive(svd.get(0));
    }
  }

  @Test
  void aMatrixOfRankOneHasFactorsWithOrthonormalColumns() {
    NdArray a = NdArray.of(new double[] {1, 2, 3, 2, 4, 6, 3, 6, 9, 0, 0, 0}, 4, 3);
    List<NdArray> qr = all(new Qr(), a);
    assertOrthonormalColumns(qr.get(0));
    assertNear(matmul(qr.get(0), qr.get(1)), a);
    List<NdArray> svd = all(new Svd(), a);
    assertOrthonormalColumns(svd.get(0));
    assertNear(matmul(svd.get(0), scaledRows(svd.get(1), svd.get(2))), a);
  }

  @Test
  void emptyMatricesHaveEmptyFactors() {
    for (int[] size : new int[][] {{0, 3}, {3, 0}, {0, 0}, {0, 2, 2}}) {
      NdArray a = random(size);
      for (Op op : List.of(new Qr(), new Svd())) {
        List<TensorType> types = all(op, a).stream().map(NdArray::type).toList();
        assertThat(types).isEqualTo(op.infer(List.of(a.type())));
      }
    }
    assertThat(all(new Eigh(), random(0, 0))).hasSize(2);
    assertThat(all(new Cholesky(), random(0, 0))).hasSize(1);
  }

  @Test
  void convolutionIsTheDirectSumOverAPaddedAndDilatedCopy() {
    for (int[] c :
        new int[][] {
          {1, 0, 0, 1, 1, 1}, {2, 1, 2, 1, 1, 1}, {1, 2, 0, 2, 1, 1}, {3, 1, 1, 2, 2, 2}
        }) {
      int groups = c[5];
      NdArray x = random(2, 4, 7);
      NdArray kernel = random(6, 4 / groups, 3);
      Convolution op =
          new Convolution(
              List.of(c[0]), List.of(c[1]), List.of(c[2]), List.of(c[3]), List.of(c[4]), groups);
      NdArray found = all(op, x, kernel).getFirst();
      int padded = 6 * c[3] + 1 + c[1] + c[2];
      int outputs = found.type().shape().extent(2);
      assertThat(outputs).isEqualTo((padded - 2 * c[4] - 1) / c[0] + 1);
      double[] expected = new double[found.type().shape().size()];
      for (int b = 0; b < 2; b++) {
        for (int o = 0; o < 6; o++) {
          for (int i = 0; i < 4 / groups; i++) {
            double[] line = new double[padded];
            int channel = o / (6 / groups) * (4 / groups) + i;
            for (int s = 0; s < 7; s++) {
              line[c[1] + s * c[3]] = x.getDouble((b * 4 + channel) * 7 + s);
            }
            for (int t = 0; t < outputs; t++) {
              for (int k = 0; k < 3; k++) {
                expected[(b * 6 + o) * outputs + t] +=
                    line[t * c[0] + k * c[4]] * kernel.getDouble((o * (4 / groups) + i) * 3 + k);
              }
            }
          }
        }
      }
      assertThat(found.toDoubles()).containsExactly(expected, within(1e-13));
    }
  }

  @Test
  void convolutionOverTwoAxesIsACorrelation() {
    NdArray x = NdArray.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 1, 3, 3);
    NdArray kernel = NdArray.of(new float[] {1, 10, 100, 1000}, 1, 1, 2, 2);
    List<Integer> ones = List.of(1, 1);
    List<Integer> zeros = List.of(0, 0);
    Convolution op = new Convolution(ones, zeros, zeros, ones, ones, 1);
    assertThat(all(op, x, kernel).getFirst())
        .isEqualTo(NdArray.of(new float[] {5421, 6532, 8754, 9865}, 1, 1, 2, 2));
  }
}
