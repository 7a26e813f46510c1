package dev.espalier.backend.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Matrix products against the triple loop, all layouts, edges, and any partition of C. */
class GemmTest {
  private static final int[][] SIZES = {
    {1, 1, 1},
    {1, 5, 3},
    {3, 1, 7},
    {12, 32, 8},
    {13, 33, 9},
    {11, 31, 300},
    {30, 70, 257},
    {25, 100, 513},
    {500, 40, 20},
    {5, 2100, 3},
    {7, 9, 0}
  };

  private static FloatGemm.Matrix floats(Random random, int rows, int columns, int layout) {
    float[] array = new float[rows * columns * 2 + 5];
    for (int i = 0; i < array.length; i++) {
      array[i] = (float) random.nextGaussian();
    }
    return switch (layout) {
      case 0 -> FloatGemm.Matrix.rows(array, 3, columns);
      case 1 -> FloatGemm.Matrix.rows(array, 3, rows).transposed();
      default -> new FloatGemm.Matrix(array, 4, columns * 2, 2);
    };
  }

  private static DoubleGemm.Matrix doubles(FloatGemm.Matrix x) {
    double[] array = new double[x.array().length()];
    for (int i = 0; i < array.length; i++) {
      array[i] = x.array().values()[i];
    }
    return new DoubleGemm.Matrix(array, x.offset(), x.rowStride(), x.columnStride());
  }

  private static double at(FloatGemm.Matrix x, int i, int j) {
    return x.array().values()[x.offset() + i * x.rowStride() + j * x.columnStride()];
  }

  @Test
  void everyLayoutGivesTheTripleLoopsResultAndTouchesNothingElse() {
    Random random = new Random(5);
    for (int[] size : SIZES) {
      int m = size[0];
      int n = size[1];
      int k = size[2];
      for (int layout = 0; layout < 9; layout++) {
        FloatGemm.Matrix a = floats(random, m, k, layout / 3);
        FloatGemm.Matrix b = floats(random, k, n, layout % 3);
        float[] c = new float[2 + m * (n + 1)];
        double[] cd = new double[c.length];
        Arrays.fill(c, 7);
        Arrays.fill(cd, 7);
        boolean accumulate = layout % 2 == 1;
        FloatGemm.multiply(
            a,
            b,
            new FloatGemm.Matrix(c, 2, n + 1, 1),
            0,
            m,
            0,
            n,
            k,
            accumulate,
            new FloatGemm.Workspace(new JavaFloatPanels()));
        DoubleGemm.multiply(
            doubles(a),
            doubles(b),
            new DoubleGemm.Matrix(cd, 2, n + 1, 1),
            0,
            m,
            0,
            n,
            k,
            accumulate,
            new DoubleGemm.Workspace(new JavaDoublePanels()));
        for (int i = 0; i < m; i++) {
          for (int j = 0; j < n; j++) {
            double sum = accumulate ? 7 : 0;
            double size1 = Math.abs(sum);
            for (int p = 0; p < k; p++) {
              sum += at(a, i, p) * at(b, p, j);
              size1 += Math.abs(at(a, i, p) * at(b, p, j));
            }
            int o = 2 + i * (n + 1) + j;
            assertThat((double) c[o]).isCloseTo(sum, within(1e-6 * size1));
            assertThat(cd[o]).isCloseTo(sum, within(1e-14 * size1));
          }
          assertThat(c[2 + i * (n + 1) + n]).isEqualTo(7);
        }
        assertThat(c[1]).isEqualTo(7);
      }
    }
  }

  @Test
  void aRoundedMatrixTimesOneThatIsNotIsRefused() {
    FloatGemm.Matrix plain = FloatGemm.Matrix.rows(new float[] {1, 2, 3, 4}, 0, 2);
    FloatGemm.Matrix rounded = new FloatGemm.Matrix(plain.array(), 0, 2, 1, true);
    float[] c = new float[4];
    FloatGemm.Matrix into = FloatGemm.Matrix.rows(c, 0, 2);
    FloatGemm.Workspace work = new FloatGemm.Workspace(new JavaFloatPanels());
    assertThatThrownBy(() -> FloatGemm.multiply(rounded, plain, into, 0, 2, 0, 2, 2, false, work))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rounded");
    assertThatThrownBy(() -> FloatGemm.multiply(plain, rounded, into, 0, 2, 0, 2, 2, false, work))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(c).containsOnly(0);
    FloatGemm.multiply(rounded, rounded, into, 0, 2, 0, 2, 2, false, work);
    assertThat(c).containsExactly(7, 10, 15, 22);
  }

  @Test
  void anyPartitionOfTheResultHasTheSameBits() {
    Random random = new Random(6);
    int m = 61;
    int n = 133;
    int k = 600;
    FloatGemm.Matrix a = floats(random, m, k, 0);
    FloatGemm.Matrix b = floats(random, k, n, 1);
    float[] whole = new float[m * n];
    FloatGemm.Workspace work = new FloatGemm.Workspace(new JavaFloatPanels());
    FloatGemm.multiply(a, b, FloatGemm.Matrix.rows(whole, 0, n), 0, m, 0, n, k, false, work);
    for (int trial = 0; trial < 10; trial++) {
      float[] parts = new float[m * n];
      int row = 0;
      while (row < m) {
        int toRow = Math.min(m, row + 1 + random.nextInt(30));
        int column = 0;
        while (column < n) {
          int toColumn = Math.min(n, column + 1 + random.nextInt(70));
          FloatGemm.multiply(
              a,
              b,
              FloatGemm.Matrix.rows(parts, 0, n),
              row,
              toRow,
              column,
              toColumn,
              k,
              false,
              work);
          column = toColumn;
        }
        row = toRow;
      }
      assertThat(parts).isEqualTo(whole);
    }
  }

  @Test
  void aProductWithItsRightMatrixPackedBeforeHasTheSameBits() {
    Random random = new Random(7);
    for (int[] size : SIZES) {
      int m = size[0];
      int n = size[1];
      int k = size[2];
      for (int layout = 0; layout < 9; layout++) {
        FloatGemm.Matrix a = floats(random, m, k, layout / 3);
        FloatGemm.Matrix b = floats(random, k, n, layout % 3);
        FloatGemm.Workspace work = new FloatGemm.Workspace(new JavaFloatPanels());
        DoubleGemm.Workspace wide = new DoubleGemm.Workspace(new JavaDoublePanels());
        boolean accumulate = layout % 2 == 1;
        float[] whole = new float[m * n];
        Arrays.fill(whole, 7);
        float[] parts = whole.clone();
        double[] wholeWide = new double[m * n];
        double[] partsWide = new double[m * n];
        FloatGemm.multiply(
            a, b, FloatGemm.Matrix.rows(whole, 0, n), 0, m, 0, n, k, accumulate, work);
        DoubleGemm.multiply(
            doubles(a),
            doubles(b),
            DoubleGemm.Matrix.rows(wholeWide, 0, n),
            0,
            m,
            0,
            n,
            k,
            accumulate,
            wide);
        FloatArray packed = FloatArray.ofLength(2 + FloatGemm.packedLength(k, n));
        DoubleArray packedWide = DoubleArray.ofLength(2 + DoubleGemm.packedLength(k, n));
        Arrays.fill(packed.values(), Float.NaN);
        for (int j = 0; j < n; j += FloatGemm.COLUMN_STEP) {
          int to = Math.min(n, j + FloatGemm.COLUMN_STEP);
          FloatGemm.pack(b, n, 0, k, j, to, packed, 2, work);
          DoubleGemm.pack(doubles(b), n, 0, k, j, to, packedWide, 2, wide);
        }
        int row = 0;
        while (row < m) {
          int toRow = Math.min(m, row + 1 + random.nextInt(30));
          FloatGemm.multiplyPacked(
              a,
              packed,
              2,
              FloatGemm.Matrix.rows(parts, 0, n),
              row,
              row,
              toRow,
              n,
              k,
              accumulate,
              work);
          DoubleGemm.multiplyPacked(
              doubles(a),
              packedWide,
              2,
              DoubleGemm.Matrix.rows(partsWide, 0, n),
              row,
              row,
              toRow,
              n,
              k,
              accumulate,
              wide);
          row = toRow;
        }
        assertThat(parts).isEqualTo(whole);
        assertThat(partsWide).isEqualTo(wholeWide);
      }
    }
  }

  @Test
  void aProductWithBothMatricesPackedBeforeHasTheSameBits() {
    Random random = new Random(8);
    FloatGemm.Workspace work = new FloatGemm.Workspace(new JavaFloatPanels());
    DoubleGemm.Workspace wide = new DoubleGemm.Workspace(new JavaDoublePanels());
    for (int[] size : SIZES) {
      int m = size[0];
      int n = size[1];
      int k = size[2];
      for (int layout = 0; layout < 9; layout++) {
        FloatGemm.Matrix a = floats(random, m, k, layout / 3);
        FloatGemm.Matrix b = floats(random, k, n, layout % 3);
        float[] whole = new float[m * n];
        double[] wholeWide = new double[m * n];
        FloatGemm.multiply(a, b, FloatGemm.Matrix.rows(whole, 0, n), 0, m, 0, n, k, false, work);
        DoubleGemm.multiply(
            doubles(a),
            doubles(b),
            DoubleGemm.Matrix.rows(wholeWide, 0, n),
            0,
            m,
            0,
            n,
            k,
            false,
            wide);
        FloatArray left = FloatArray.ofLength(1 + FloatGemm.packedLeftLength(m, k));
        FloatArray right = FloatArray.ofLength(2 + FloatGemm.packedLength(k, n));
        DoubleArray leftWide = DoubleArray.ofLength(1 + DoubleGemm.packedLeftLength(m, k));
        DoubleArray rightWide = DoubleArray.ofLength(2 + DoubleGemm.packedLength(k, n));
        Arrays.fill(left.values(), Float.NaN);
        Arrays.fill(right.values(), Float.NaN);
        for (int p = 0; p < k; p += FloatGemm.DEPTH_STEP) {
          int to = Math.min(k, p + FloatGemm.DEPTH_STEP);
          FloatGemm.packLeft(a, m, p, to, left, 1, work);
          FloatGemm.pack(b, n, p, to, 0, n, right, 2, work);
        }
        for (int p = 0; p < k; p += DoubleGemm.DEPTH_STEP) {
          int to = Math.min(k, p + DoubleGemm.DEPTH_STEP);
          DoubleGemm.packLeft(doubles(a), m, p, to, leftWide, 1, wide);
          DoubleGemm.pack(doubles(b), n, p, to, 0, n, rightWide, 2, wide);
        }
        float[] tiles = new float[m * n];
        double[] tilesWide = new double[m * n];
        for (int row = 0; row < m; row += 2 * FloatGemm.LEFT_STEP) {
          int toRow = Math.min(m, row + 2 * FloatGemm.LEFT_STEP);
          for (int column = 0; column < n; column += FloatGemm.COLUMN_STEP) {
            int toColumn = Math.min(n, column + FloatGemm.COLUMN_STEP);
            FloatGemm.multiplyBothPacked(
                left,
                1,
                m,
                right,
                2,
                n,
                FloatGemm.Matrix.rows(tiles, 0, n),
                row,
                toRow,
                column,
                toColumn,
                k,
                false,
                work);
            DoubleGemm.multiplyBothPacked(
                leftWide,
                1,
                m,
                rightWide,
                2,
                n,
                DoubleGemm.Matrix.rows(tilesWide, 0, n),
                row,
                toRow,
                column,
                toColumn,
                k,
                wide);
          }
        }
        assertThat(tiles).isEqualTo(whole);
        assertThat(tilesWide).isEqualTo(wholeWide);
      }
    }
  }

  @Test
  void aProductDoesNotHideNaN() {
    float[] a = {0, 1};
    float[] b = {Float.NaN, 1};
    float[] c = new float[1];
    FloatGemm.multiply(
        FloatGemm.Matrix.rows(a, 0, 2),
        FloatGemm.Matrix.rows(b, 0, 1),
        FloatGemm.Matrix.rows(c, 0, 1),
        0,
        1,
        0,
        1,
        2,
        false,
        new FloatGemm.Workspace(new JavaFloatPanels()));
    assertThat(c[0]).isNaN();
  }

  @Test
  void aResultWithColumnsApartIsRefused() {
    FloatGemm.Matrix x = FloatGemm.Matrix.rows(new float[4], 0, 2);
    assertThatThrownBy(() ->
            FloatGemm.multiply(
                x,
                x,
                x.transposed(),
                0,
                2,
                0,
                2,
                2,
                false,
                new FloatGemm.Workspace(new JavaFloatPanels())))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
