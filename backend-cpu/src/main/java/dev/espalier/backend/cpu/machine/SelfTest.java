package dev.espalier.backend.cpu.machine;

import dev.espalier.backend.cpu.kernel.Ahead;
import dev.espalier.backend.cpu.kernel.DoubleArray;
import dev.espalier.backend.cpu.kernel.DoubleGemm;
import dev.espalier.backend.cpu.kernel.DoublePanels;
import dev.espalier.backend.cpu.kernel.FloatArray;
import dev.espalier.backend.cpu.kernel.FloatGemm;
import dev.espalier.backend.cpu.kernel.FloatPanels;
import dev.espalier.backend.cpu.kernel.PanelKernels;
import dev.espalier.backend.cpu.kernel.Places;
import java.util.Arrays;

/**
 * Whether kernels give, bit for bit, the chains of fused multiply-adds that they stand for, and
 * move elements where those in Java do.
 */
final class SelfTest {
  private static final int DEPTH = 9;
  private static final float[] SPECIAL = {
    Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, Float.MIN_VALUE
  };

  private SelfTest() {}

  /** Every number of rows up to two tiles, whole panels and parts of one. */
  static boolean passes(PanelKernels kernels) {
    if (!moves(kernels.floats())) {
      return false;
    }
    int most = 2 * kernels.floats().rows();
    int panel = kernels.floats().columns();
    for (int rows = 1; rows <= most; rows++) {
      int columns = panel * (rows % 3) + 1 + rows * 7 % panel;
      if (!floats(kernels, rows, columns)
          || !doubles(kernels, rows, columns)
          || (kernels.floats().takesPairs() && !pairs(kernels.floats(), rows, columns))
          || (kernels.floats().takesPairs() && !pairsAtPlaces(kernels.floats(), rows))
          || (kernels.floats().takesPlaces() && !floatsAtPlaces(kernels.floats(), rows))
          || (kernels.doubles().takesPlaces() && !doublesAtPlaces(kernels.doubles(), rows))) {
        return false;
      }
    }
    return true;
  }

  private static boolean moves(FloatPanels panels) {
    float[] from = numbers(700);
    int[] starts = {120, 0, 80, 40};
    Places lines = new Places(starts.length);
    lines.clear();
    for (int start : starts) {
      lines.add(start);
    }
    for (int length : new int[] {7, 8, 12, 16, 35}) {
      float[] found = new float[720];
      float[] expected = new float[720];
      panels.interleave(FloatArray.of(from), 1, 40, 16, length, FloatArray.of(found), 3, 16);
      for (int i = 0; i < 16 * length; i++) {
        expected[3 + i] = from[1 + i % 16 * 40 + i / 16];
      }
      boolean same = Arrays.equals(bits(found), bits(expected));
      panels.everySecond(
          FloatArray.of(from), 2, 300, FloatArray.of(found), 1, 300, 2, lines, lines, length);
      for (int plane = 0; plane < 2; plane++) {
        for (int at : starts) {
          for (int i = 0; i < length; i++) {
            expected[1 + 300 * plane + at + i] = from[2 + 300 * plane + at + 2 * i];
          }
        }
      }
      if (!same || !Arrays.equals(bits(found), bits(expected))) {
        return false;
      }
    }
    return true;
  }

  private static int[] bits(float[] array) {
    int[] bits = new int[array.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(array[i]);
    }
    return bits;
  }

  private static boolean floats(PanelKernels kernels, int rows, int columns) {
    float[] a = numbers(rows * DEPTH);
    float[] b = numbers(DEPTH * columns);
    float[] c = numbers(rows * columns);
    boolean accumulate = rows % 2 == 0;
    float[] expected = new float[c.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        float sum = 0;
        for (int k = 0; k < DEPTH; k++) {
          sum = Math.fma(a[i * DEPTH + k], b[k * columns + j], sum);
        }
        expected[i * columns + j] = accumulate ? c[i * columns + j] + sum : sum;
      }
    }
    FloatGemm.multiply(
        FloatGemm.Matrix.rows(a, 0, DEPTH),
        FloatGemm.Matrix.rows(b, 0, columns),
        FloatGemm.Matrix.rows(c, 0, columns),
        0,
        rows,
        0,
        columns,
        DEPTH,
        accumulate,
        new FloatGemm.Workspace(kernels.floats()));
    for (int i = 0; i < c.length; i++) {
      if (Float.floatToIntBits(c[i]) != Float.floatToIntBits(expected[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean pairs(FloatPanels panels, int rows, int columns) {
    int tile = panels.rows();
    int width = panels.columns();
    int aTile = tile * DEPTH;
    int bPanel = width * DEPTH;
    int[] a = halves(Math.ceilDiv(rows, tile) * aTile);
    int[] b = halves(Math.ceilDiv(columns, width) * bPanel);
    float[] c = new float[rows * columns];
    float[] expected = new float[c.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        int left = i / tile * aTile + i % tile;
        int right = j / width * bPanel + j % width;
        float sum = 0;
        for (int k = 0; k < DEPTH; k++) {
          int x = a[left + k * tile];
          int y = b[right + k * width];
          sum = Math.fma(upper(x), upper(y), sum);
          sum = Math.fma(upper(x << 16), upper(y << 16), sum);
        }
        expected[i * columns + j] = sum;
      }
    }
    panels.multiplyPairs(
        rows,
        columns,
        DEPTH,
        FloatArray.of(floats(a)),
        0,
        aTile,
        FloatArray.of(floats(b)),
        0,
        bPanel,
        FloatArray.of(c),
        0,
        columns,
        false);
    for (int i = 0; i < c.length; i++) {
      if (Float.floatToIntBits(c[i]) != Float.floatToIntBits(expected[i])) {
        return false;
      }
    }
    return true;
  }

  private static float upper(int pair) {
    return Float.intBitsToFloat(pair & 0xffff0000);
  }

  /**
   * Pairs of BF16 numbers, none so small that sums of products are not normal; some are special.
   */
  private static int[] halves(int count) {
    int[] pairs = new int[count];
    int state = count;
    for (int i = 0; i < count; i++) {
      int pair = 0;
      for (int half = 0; half < 2; half++) {
        state = state * 1_664_525 + 1_013_904_223;
        int number =
            (state >>> 31) << 15 | (119 + (state >>> 27) % 16) << 7 | ((state >>> 16) & 127);
        int special = Float.floatToIntBits(SPECIAL[(state >>> 4) % 3]) >>> 16;
        pair = pair << 16 | ((state >>> 8) % 97 == 0 ? special : number);
      }
      pairs[i] = pair;
    }
    return pairs;
  }

  private static float[] floats(int[] bits) {
    float[] floats = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      floats[i] = Float.intBitsToFloat(bits[i]);
    }
    return floats;
  }

  private static boolean floatsAtPlaces(FloatPanels panels, int rows) {
    int tile = panels.rows();
    int width = panels.columns();
    int columns = 1 + rows * 7 % width;
    float[] a = numbers(Math.ceilDiv(rows, tile) * tile * DEPTH);
    float[] b = numbers(DEPTH + 2 * width);
    Places places = places();
    float[] expected = new float[rows * width];
    for (int i = 0; i < rows; i++) {
      int at = i / tile * tile * DEPTH + i % tile;
      for (int j = 0; j < columns; j++) {
        int from = j < width / 2 ? j : width + j;
        float sum = 0;
        for (int k = 0; k < DEPTH; k++) {
          sum = Math.fma(a[at + k * tile], b[from + places.array()[k]], sum);
        }
        expected[i * width + j] = sum;
      }
    }
    float[] c = new float[expected.length];
    panels.multiply(
        rows,
        columns,
        FloatArray.of(a),
        0,
        tile * DEPTH,
        FloatArray.of(b),
        0,
        width + width / 2,
        places,
        false,
        new Ahead(),
        FloatArray.of(c),
        0,
        width,
        false);
    for (int i = 0; i < c.length; i++) {
      if (Float.floatToIntBits(c[i]) != Float.floatToIntBits(expected[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean pairsAtPlaces(FloatPanels panels, int rows) {
    int tile = panels.rows();
    int width = panels.columns();
    int columns = 1 + rows * 7 % width;
    int[] a = halves(Math.ceilDiv(rows, tile) * tile * DEPTH);
    int[] b = halves(DEPTH + 2 * width);
    Places places = places();
    float[] expected = new float[rows * width];
    for (int i = 0; i < rows; i++) {
      int at = i / tile * tile * DEPTH + i % tile;
      for (int j = 0; j < columns; j++) {
        int from = j < width / 2 ? j : width + j;
        float sum = 0;
        for (int k = 0; k < DEPTH; k++) {
          int x = a[at + k * tile];
          int y = b[from + places.array()[k]];
          sum = Math.fma(upper(x), upper(y), sum);
          sum = Math.fma(upper(x << 16), upper(y << 16), sum);
        }
        expected[i * width + j] = sum;
      }
    }
    float[] c = new float[expected.length];
    panels.multiply(
        rows,
        columns,
        FloatArray.of(floats(a)),
        0,
        tile * DEPTH,
        FloatArray.of(floats(b)),
        0,
        width + width / 2,
        places,
        true,
        new Ahead(),
        FloatArray.of(c),
        0,
        width,
        false);
    for (int i = 0; i < c.length; i++) {
      if (Float.floatToIntBits(c[i]) != Float.floatToIntBits(expected[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean doublesAtPlaces(DoublePanels panels, int rows) {
    int tile = panels.rows();
    int width = panels.columns();
    int columns = 1 + rows * 7 % width;
    double[] a = wide(numbers(Math.ceilDiv(rows, tile) * tile * DEPTH));
    double[] b = wide(numbers(DEPTH + 2 * width));
    Places places = places();
    double[] expected = new double[rows * width];
    for (int i = 0; i < rows; i++) {
      int at = i / tile * tile * DEPTH + i % tile;
      for (int j = 0; j < columns; j++) {
        int from = j < width / 2 ? j : width + j;
        double sum = 0;
        for (int k = 0; k < DEPTH; k++) {
          sum = Math.fma(a[at + k * tile], b[from + places.array()[k]], sum);
        }
        expected[i * width + j] = sum;
      }
    }
    double[] c = new double[expected.length];
    panels.multiply(
        rows,
        columns,
        DoubleArray.of(a),
        0,
        tile * DEPTH,
        DoubleArray.of(b),
        0,
        width + width / 2,
        places,
        DoubleArray.of(c),
        0,
        width,
        false);
    for (int i = 0; i < c.length; i++) {
      if (Double.doubleToLongBits(c[i]) != Double.doubleToLongBits(expected[i])) {
        return false;
      }
    }
    return true;
  }

  /** Rows in no order. */
  private static Places places() {
    Places places = new Places(DEPTH);
    places.clear();
    for (int k = 0; k < DEPTH; k++) {
      places.add(k * 4 % DEPTH);
    }
    return places;
  }

  private static boolean doubles(PanelKernels kernels, int rows, int columns) {
    double[] a = wide(numbers(rows * DEPTH));
    double[] b = wide(numbers(DEPTH * columns));
    double[] c = wide(numbers(rows * columns));
    boolean accumulate = rows % 2 == 0;
    double[] expected = new double[c.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double sum = 0;
        for (int k = 0; k < DEPTH; k++) {
          sum = Math.fma(a[i * DEPTH + k], b[k * columns + j], sum);
        }
        expected[i * columns + j] = accumulate ? c[i * columns + j] + sum : sum;
      }
    }
    DoubleGemm.multiply(
        DoubleGemm.Matrix.rows(a, 0, DEPTH),
        DoubleGemm.Matrix.rows(b, 0, columns),
        DoubleGemm.Matrix.rows(c, 0, columns),
        0,
        rows,
        0,
        columns,
        DEPTH,
        accumulate,
        new DoubleGemm.Workspace(kernels.doubles()));
    for (int i = 0; i < c.length; i++) {
      if (Double.doubleToLongBits(c[i]) != Double.doubleToLongBits(expected[i])) {
        return false;
      }
    }
    return true;
  }

  /** Numbers of many magnitudes, some of them special. */
  private static float[] numbers(int count) {
    float[] numbers = new float[count];
    int state = count;
    for (int i = 0; i < count; i++) {
      state = state * 1_664_525 + 1_013_904_223;
      numbers[i] =
          (state >>> 8) % 97 == 0
              ? SPECIAL[(state >>> 4) % SPECIAL.length]
              : (state >> 8) * Math.scalb(1f, (state >>> 3) % 40 - 40);
    }
    return numbers;
  }

  private static double[] wide(float[] numbers) {
    double[] wide = new double[numbers.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = numbers[i] / 3.0;
    }
    return wide;
  }
}
