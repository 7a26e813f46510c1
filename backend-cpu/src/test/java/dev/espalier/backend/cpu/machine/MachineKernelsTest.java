package dev.espalier.backend.cpu.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.espalier.backend.cpu.kernel.Ahead;
import dev.espalier.backend.cpu.kernel.DoubleArray;
import dev.espalier.backend.cpu.kernel.DoubleGemm;
import dev.espalier.backend.cpu.kernel.DoublePanels;
import dev.espalier.backend.cpu.kernel.FloatArray;
import dev.espalier.backend.cpu.kernel.FloatGemm;
import dev.espalier.backend.cpu.kernel.FloatGemm.Matrix;
import dev.espalier.backend.cpu.kernel.FloatPanels;
import dev.espalier.backend.cpu.kernel.JavaDoublePanels;
import dev.espalier.backend.cpu.kernel.JavaFloatPanels;
import dev.espalier.backend.cpu.kernel.PanelKernels;
import dev.espalier.backend.cpu.kernel.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The machine code against the Java loops, bit for bit, on processors that have AVX2 and FMA. */
class MachineKernelsTest {
  private static final int[][] SIZES = {
    {1, 1, 1},
    {1, 70, 5},
    {2, 8, 3},
    {3, 1, 7},
    {5, 9, 4},
    {6, 16, 256},
    {7, 17, 257},
    {11, 15, 8},
    {12, 32, 300},
    {13, 24, 9},
    {23, 130, 40},
    {25, 140, 513},
    {97, 41, 20},
    {200, 20, 33},
    {5, 600, 3},
    {7, 9, 0}
  };

  private static final float[] SPECIAL = {
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_NORMAL,
    Float.MAX_VALUE
  };

  private final PanelKernels machine = MachineKernels.orJava();

  @BeforeEach
  void theProcessorCanRunIt() throws IOException {
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    assumeThat(System.getProperty("os.arch")).isEqualTo("amd64");
    String processor = Files.readString(Path.of("/proc/cpuinfo"));
    assumeThat(processor).contains(" avx2 ").contains(" fma ");
    assertThat(machine.description()).startsWith("products in AVX").endsWith(" machine code");
  }

  private static float[] numbers(Random random, int count, double special) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] =
          random.nextDouble() < special
              ? SPECIAL[random.nextInt(SPECIAL.length)]
              : (float) random.nextGaussian() * Math.scalb(1f, random.nextInt(20) - 10);
    }
    return numbers;
  }

  private static Matrix matrix(Random random, int rows, int columns, int layout, double special) {
    // No element behind the last, so that a look beyond it is noticed.
    return switch (layout) {
      case 0 -> Matrix.rows(numbers(random, 3 + rows * columns, special), 3, columns);
      case 1 -> Matrix.rows(numbers(random, 1 + rows * columns, special), 1, rows).transposed();
      case 2 -> new Matrix(numbers(random, 2 * rows * columns, special), 0, 2 * columns, 2);
      default -> new Matrix(numbers(random, 2 * rows * columns, special), 0, 2 * columns, 1);
    };
  }

  /** The same as BF16 numbers, of which processors take those below the normal ones for zeros. */
  private static Matrix rounded(Matrix x, boolean rounded) {
    float[] values = x.array().values();
    for (int i = 0; rounded && i < values.length; i++) {
      values[i] = Math.abs(values[i]) <= Float.MIN_NORMAL ? Math.copySign(0, values[i]) : values[i];
    }
    return new Matrix(x.array(), x.offset(), x.rowStride(), x.columnStride(), rounded);
  }

  private static DoubleGemm.Matrix wide(Matrix x) {
    double[] array = new double[x.array().length()];
    for (int i = 0; i < array.length; i++) {
      array[i] = x.array().values()[i] / 3.0;
    }
    return new DoubleGemm.Matrix(array, x.offset(), x.rowStride(), x.columnStride());
  }

  /** As {@link Arrays#equals(float[], float[])}: all NaN are one, zeros differ by their sign. */
  private static void assertSame(float[] found, float[] expected, String what) {
    assertThat(Arrays.equals(found, expected)).as(what).isTrue();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.02, 0.5})
  void productsHaveTheBitsOfTheJavaLoopsAndTouchNothingElse(double special) {
    Random random = new Random(11);
    FloatGemm.Workspace work = new FloatGemm.Workspace(machine.floats());
    FloatGemm.Workspace java = new FloatGemm.Workspace(new JavaFloatPanels());
    DoubleGemm.Workspace wideWork = new DoubleGemm.Workspace(machine.doubles());
    DoubleGemm.Workspace wideJava = new DoubleGemm.Workspace(new JavaDoublePanels());
    for (int[] size : SIZES) {
      int m = size[0];
      int n = size[1];
      int k = size[2];
      for (int layout = 0; layout < 16; layout++) {
        boolean accumulate = random.nextBoolean();
        boolean rounded = random.nextBoolean();
        String what =
            m + " x " + n + " x " + k + ", layout " + layout + (rounded ? ", rounded" : "");
        Matrix a = rounded(matrix(random, m, k, layout / 4, special), rounded);
        Matrix b = rounded(matrix(random, k, n, layout % 4, special), rounded);
        float[] expected = numbers(random, 2 + m * (n + 1), special);
        float[] found = expected.clone();
        Matrix c = new Matrix(found, 2, n + 1, 1);
        FloatGemm.multiply(
            a, b, new Matrix(expected, 2, n + 1, 1), 0, m, 0, n, k, accumulate, java);
        FloatGemm.multiply(a, b, c, 0, m, 0, n, k, accumulate, work);
        assertSame(found, expected, what);
        FloatArray packed = FloatArray.ofLength(FloatGemm.packedLength(k, n));
        float[] again = expected.clone();
        FloatGemm.pack(b, n, 0, k, 0, n, packed, 0, work);
        FloatGemm.multiplyPacked(
            a, packed, 0, new Matrix(again, 2, n + 1, 1), 0, 0, m, n, k, false, work);
        FloatGemm.multiply(a, b, c, 0, m, 0, n, k, false, java);
        assertSame(again, found, what + ", packed");
        FloatArray left = FloatArray.ofLength(FloatGemm.packedLeftLength(m, k));
        float[] tiles = expected.clone();
        FloatGemm.packLeft(a, m, 0, k, left, 0, work);
        for (int row = 0; row < m; row += FloatGemm.LEFT_STEP) {
          int toRow = Math.min(m, row + FloatGemm.LEFT_STEP);
          FloatGemm.multiplyBothPacked(
              left,
              0,
              m,
              packed,
              0,
              n,
              new Matrix(tiles, 2, n + 1, 1),
              row,
              toRow,
              0,
              n,
              k,
              rounded,
              work);
        }
        assertSame(tiles, found, what + ", both packed");

        double[] wideExpected = wide(c).array().values();
        double[] wideFound = wideExpected.clone();
        DoubleGemm.multiply(
            wide(a),
            wide(b),
            new DoubleGemm.Matrix(wideExpected, 2, n + 1, 1),
            0,
            m,
            0,
            n,
            k,
            accumulate,
            wideJava);
        DoubleGemm.multiply(
            wide(a),
            wide(b),
            new DoubleGemm.Matrix(wideFound, 2, n + 1, 1),
            0,
            m,
            0,
            n,
            k,
            accumulate,
            wideWork);
        assertThat(Arrays.equals(wideFound, wideExpected)).as("doubles, " + what).isTrue();
      }
    }
  }

  @Test
  void anyPartitionOfTheResultHasTheSameBits() {
    Random random = new Random(6);
    int m = 61;
    int n = 233;
    int k = 600;
    Matrix a = matrix(random, m, k, 0, 0);
    Matrix b = matrix(random, k, n, 1, 0);
    FloatGemm.Workspace work = new FloatGemm.Workspace(machine.floats());
    float[] whole = new float[m * n];
    FloatGemm.multiply(a, b, Matrix.rows(whole, 0, n), 0, m, 0, n, k, false, work);
    for (int trial = 0; trial < 20; trial++) {
      float[] parts = new float[m * n];
      int row = 0;
      while (row < m) {
        int toRow = Math.min(m, row + 1 + random.nextInt(30));
        int column = 0;
        while (column < n) {
          int toColumn = Math.min(n, column + 1 + random.nextInt(200));
          Matrix c = Matrix.rows(parts, 0, n);
          FloatGemm.multiply(a, b, c, row, toRow, column, toColumn, k, false, work);
          column = toColumn;
        }
        row = toRow;
      }
      assertSame(parts, whole, "trial " + trial);
    }
  }

  @Test
  void transposingPutsEveryElementInItsPlace() {
    Random random = new Random(12);
    FloatPanels panels = machine.floats();
    for (int trial = 0; trial < 300; trial++) {
      int width = new int[] {1, 2, 3, 4, 6, 8, 12, 16, 32}[random.nextInt(9)];
      int count = random.nextBoolean() ? width : 1 + random.nextInt(width);
      int depth = 1 + random.nextInt(40);
      int step = depth + random.nextInt(3);
      int slack = random.nextInt(2) * 64;
      float[] from = numbers(random, 3 + (count - 1) * step + depth + slack, 0);
      float[] to = new float[2 + width * depth + 9];
      panels.interleave(FloatArray.of(from), 3, step, count, depth, FloatArray.of(to), 2, width);
      for (int k = 0; k < depth; k++) {
        for (int i = 0; i < count; i++) {
          assertThat(to[2 + k * width + i]).isEqualTo(from[3 + i * step + k]);
        }
      }
      assertThat(to[0]).isZero();
      assertThat(to[1]).isZero();
      for (int i = 2 + width * depth; i < to.length; i++) {
        assertThat(to[i]).isZero();
      }
      if (count < width) {
        assertThat(to[2 + count]).isZero();
      }
    }
  }

  @Test
  void everySecondElementOfALineIsCopiedAndNothingElse() {
    Random random = new Random(13);
    FloatPanels panels = machine.floats();
    for (int trial = 0; trial < 300; trial++) {
      int length = 1 + random.nextInt(40);
      int planes = 1 + random.nextInt(4);
      int lines = random.nextInt(6);
      int width = 2 * length + random.nextInt(3);
      int toWidth = length + random.nextInt(3);
      Places from = new Places(lines);
      Places to = new Places(lines);
      from.clear();
      to.clear();
      for (int i = 0; i < lines; i++) {
        // In no order, so that a later line does not mend what an earlier one spoils.
        from.add((lines - 1 - i) * width);
        to.add((i * 5 + trial) % 7 * toWidth);
      }
      int plane = Math.max(1, lines) * width;
      int toPlane = 7 * toWidth + 1;
      int fo = (random.nextBoolean() ? 1 : 0) + 2;
      // The last element that is copied may be the last of the array.
      int total = fo + planes * plane - 1 - random.nextInt(2) * (width - 2 * length);
      float[] x = numbers(random, total, 0);
      float[] z = new float[3 + planes * toPlane];
      float[] expected = z.clone();
      boolean fits = true;
      for (int c = 0; c < planes; c++) {
        for (int i = 0; i < lines; i++) {
          for (int j = 0; j < length; j++) {
            int p = fo + c * plane + from.array()[i] + 2 * j;
            fits &= p < total;
            expected[3 + c * toPlane + to.array()[i] + j] = p < total ? x[p] : 0;
          }
        }
      }
      FloatArray source = FloatArray.of(x);
      FloatArray target = FloatArray.of(z);
      if (fits) {
        panels.everySecond(source, fo, plane, target, 3, toPlane, planes, from, to, length);
        assertSame(z, expected, "trial " + trial);
      }
    }
  }

  @Test
  void operandsThatReachOutOfTheirArraysAreRefused() {
    FloatPanels panels = machine.floats();
    int n = panels.columns();
    FloatArray a = FloatArray.ofLength(20);
    FloatArray b = FloatArray.ofLength(10 * n);
    FloatArray c = FloatArray.ofLength(2 * n);
    FloatArray from = FloatArray.ofLength(80);
    FloatArray to = FloatArray.ofLength(80);
    Places one = new Places(1);
    one.clear();
    one.add(0);
    panels.multiply(2, n, 10, a, 0, 10, 1, 0, b, 0, n, 0, c, 0, n, false);
    panels.everySecond(from, 0, 40, to, 0, 20, 2, one, one, 20);
    for (Runnable call :
        new Runnable[] {
          () -> panels.multiply(3, n, 10, a, 0, 10, 1, 0, b, 0, n, 0, c, 0, n, false),
          () -> panels.multiply(2, n, 11, a, 0, 10, 1, 0, b, 0, n, 0, c, 0, n, false),
          () -> panels.multiply(2, n + 1, 10, a, 0, 10, 1, 0, b, 0, n, 0, c, 0, n, false),
          () -> panels.multiply(2, n, 10, a, -1, 10, 1, 0, b, 0, n, 0, c, 0, n, false),
          () -> panels.multiply(2, n, 10, a, 0, 10, 1, 0, b, 1, n, 0, c, 0, n, false),
          () -> panels.multiply(2, n, 10, a, 0, 10, 1, 0, b, 0, n, 0, c, 1, n, false),
          () -> panels.interleave(from, 1, 10, 8, 10, to, 0, 8),
          () -> panels.interleave(from, 0, 10, 8, 10, to, 1, 8),
          () -> panels.everySecond(from, -1, 40, to, 0, 20, 2, one, one, 20),
          () -> panels.everySecond(from, 2, 40, to, 0, 20, 2, one, one, 20),
          () -> panels.everySecond(from, 0, 40, to, 0, 61, 2, one, one, 20),
          () -> panels.everySecond(from, 0, 40, to, -1, 20, 2, one, one, 20)
        }) {
      assertThatThrownBy(call::run).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void theSelfTestCatchesALoopThatRoundsTwice() {
    assertThat(SelfTest.passes(machine)).isTrue();
    PanelKernels java = PanelKernels.java("");
    assertThat(SelfTest.passes(java)).isTrue();
    assertThat(SelfTest.passes(new Wrong(java))).isFalse();
  }

  @Test
  void kernelsWithoutPairsThatFailTheirTestSaySo() throws IOException {
    assumeThat(Files.readString(Path.of("/proc/cpuinfo"))).contains(" avx512f ");
    Set<String> both = Set.of("avx2", "fma", "avx512f", "avx512_bf16");
    assertThat(
            MachineKernels.firstThatPasses(
                    MachineKernels.candidates(both), kernels -> !kernels.floats().takesPairs())
                .orElseThrow()
                .description())
        .isEqualTo("products in AVX-512 machine code (without BF16: it fails its test)");
    assertThat(
            MachineKernels.firstThatPasses(
                    MachineKernels.candidates(Set.of("avx2", "fma", "avx512f")), kernels -> true)
                .orElseThrow()
                .description())
        .isEqualTo("products in AVX-512 machine code");
    assertThat(MachineKernels.firstThatPasses(MachineKernels.candidates(both), kernels -> false))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.02})
  void rowsAtPlacesHaveTheBitsOfPackedRowsAndTouchNothingElse(double special) {
    Random random = new Random(12);
    FloatPanels panels = machine.floats();
    DoublePanels widePanels = machine.doubles();
    assertThat(panels.takesPlaces()).isTrue();
    int tile = panels.rows();
    for (int rows : new int[] {1, 2, 5, 6, 7, 12, 13, 64}) {
      for (int depth : new int[] {1, 2, 3, 4, 5, 9, 60}) {
        int tiles = Math.ceilDiv(rows, tile);
        float[] a = numbers(random, tiles * tile * depth, special);
        int columns = 1 + random.nextInt(panels.columns());
        int wideColumns = 1 + random.nextInt(widePanels.columns());
        float[] b = numbers(random, 300, special);
        Places places = new Places(depth);
        places.clear();
        for (int k = 0; k < depth; k++) {
          places.add(random.nextInt(200) - 50);
        }
        // As far to the ends of the array as the places go.
        int first = -places.least();
        int second = b.length - panels.columns() / 2 - places.most();
        int wideSecond = b.length - widePanels.columns() / 2 - places.most();
        boolean accumulate = random.nextBoolean();
        float[] found = numbers(random, rows * 40, special);
        double[] wideFound = wide(Matrix.rows(found, 0, 40)).array().values();
        float[] expected = found.clone();
        double[] wideExpected = wideFound.clone();
        double[] wideA = wide(Matrix.rows(a, 0, 1)).array().values();
        double[] wideB = wide(Matrix.rows(b, 0, 1)).array().values();
        for (int i = 0; i < rows; i++) {
          int at = i / tile * tile * depth + i % tile;
          for (int j = 0; j < columns; j++) {
            int half = panels.columns() / 2;
            int from = j < half ? first + j : second + j - half;
            float sum = 0;
            for (int k = 0; k < depth; k++) {
              sum = Math.fma(a[at + k * tile], b[from + places.array()[k]], sum);
            }
            expected[i * 40 + j] = accumulate ? expected[i * 40 + j] + sum : sum;
          }
          for (int j = 0; j < wideColumns; j++) {
            int half = widePanels.columns() / 2;
            int from = j < half ? first + j : wideSecond + j - half;
            double sum = 0;
            for (int k = 0; k < depth; k++) {
              sum = Math.fma(wideA[at + k * tile], wideB[from + places.array()[k]], sum);
            }
            wideExpected[i * 40 + j] = accumulate ? wideExpected[i * 40 + j] + sum : sum;
          }
        }
        panels.multiply(
            rows,
            columns,
            FloatArray.of(a),
            0,
            tile * depth,
            FloatArray.of(b),
            first,
            second,
            places,
            false,
            new Ahead(),
            FloatArray.of(found),
            0,
            40,
            accumulate);
        widePanels.multiply(
            rows,
            wideColumns,
            DoubleArray.of(wideA),
            0,
            tile * depth,
            DoubleArray.of(wideB),
            first,
            wideSecond,
            places,
            DoubleArray.of(wideFound),
            0,
            40,
            accumulate);
        String what = rows + " x " + columns + " x " + depth;
        assertSame(found, expected, what);
        assertThat(Arrays.equals(wideFound, wideExpected)).as(what).isTrue();
      }
    }
  }

  @Test
  void aPlaceOutsideOfTheArrayIsRefused() {
    FloatPanels panels = machine.floats();
    int tile = panels.rows();
    int half = panels.columns() / 2;
    FloatArray a = FloatArray.ofLength(tile);
    FloatArray b = FloatArray.ofLength(3 * half);
    FloatArray c = FloatArray.ofLength(2 * half);
    Places places = new Places(1);
    places.clear();
    places.add(half);
    panels.multiply(
        1, 2 * half, a, 0, tile, b, 0, half, places, false, new Ahead(), c, 0, 2 * half, false);
    assertThatThrownBy(() ->
            panels.multiply(
                1,
                2 * half,
                a,
                0,
                tile,
                b,
                0,
                half + 1,
                places,
                false,
                new Ahead(),
                c,
                0,
                2 * half,
                false))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() ->
            panels.multiply(
                1,
                2 * half,
                a,
                0,
                tile,
                b,
                -half - 1,
                half,
                places,
                false,
                new Ahead(),
                c,
                0,
                2 * half,
                false))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void pairsBelowTheNormalNumbersCountAsZeros() {
    FloatPanels panels = machine.floats();
    assumeThat(panels.takesPairs()).as("the processor multiplies pairs of BF16 numbers").isTrue();
    float[] a = new float[panels.rows()];
    float[] b = new float[panels.columns()];
    // 2^-126 * 2^-1 + 1 * 2^-133: neither the product nor the second factor is normal.
    a[0] = Float.intBitsToFloat(0x0080_3f80);
    b[0] = Float.intBitsToFloat(0x3f00_0001);
    float[] c = {1};
    panels.multiplyPairs(
        1,
        1,
        1,
        FloatArray.of(a),
        0,
        a.length,
        FloatArray.of(b),
        0,
        b.length,
        FloatArray.of(c),
        0,
        1,
        false);
    assertThat(c[0]).isZero();
  }
}
