package dev.espalier.backend.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Pairs of BF16 numbers against the rounding of one number, bit for bit, in sizes of any kind. */
class Bf16PairsTest {
  private static final float[] SPECIAL = {
    Float.NaN,
    Float.intBitsToFloat(0xff80_0001),
    Float.intBitsToFloat(0x7f80_0001),
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MAX_VALUE,
    Float.MIN_VALUE,
    -0f,
    // Halfway between two BF16 numbers, of which the even one is below and above.
    Float.intBitsToFloat(0x3f80_8000),
    Float.intBitsToFloat(0x3f81_8000)
  };

  /** What stands where nothing may be written. */
  private static final int UNTOUCHED = 0x4321_1234;

  private static final int BEFORE = 3;
  private static final int[] WIDTHS = {1, 2, 3, 4, 5, 6, 7, 8, 12, 15, 16, 17, 18, 24, 30, 32, 48};

  private static float[] numbers(Random random, int length) {
    float[] numbers = new float[length];
    for (int i = 0; i < length; i++) {
      numbers[i] =
          random.nextInt(6) == 0
              ? SPECIAL[random.nextInt(SPECIAL.length)]
              : (float) random.nextGaussian();
    }
    return numbers;
  }

  private static float[] untouched(int length) {
    float[] array = new float[length];
    Arrays.fill(array, Float.intBitsToFloat(UNTOUCHED));
    return array;
  }

  private static int bits(float number) {
    return HalfPrecision.floatToBf16(number) & 0xffff;
  }

  private static int pair(float first, float second) {
    return bits(first) << 16 | bits(second);
  }

  private static int[] bits(float[] array) {
    int[] bits = new int[array.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(array[i]));
    return bits;
  }

  @Test
  void aPanelIsRoundedInPairsOfRowsAndNothingIsTouchedOutside() {
    Random random = new Random(1);
    for (int width : WIDTHS) {
      for (int rows = 0; rows < 8; rows++) {
        // Nothing stands behind what may be read and written, so that a look beyond it fails.
        float[] from = numbers(random, BEFORE + rows * width);
        float[] to = untouched(BEFORE + Bf16Pairs.count(rows) * width);
        int[] expected = bits(to);
        for (int k = 0; k < Bf16Pairs.count(rows); k++) {
          for (int i = 0; i < width; i++) {
            float first = from[BEFORE + 2 * k * width + i];
            float second = 2 * k + 1 < rows ? from[BEFORE + (2 * k + 1) * width + i] : 0;
            expected[BEFORE + k * width + i] = pair(first, second);
          }
        }
        Bf16Pairs.round(from, BEFORE, to, BEFORE, rows, width);
        assertThat(bits(to)).as("%d x %d", rows, width).isEqualTo(expected);
      }
    }
  }

  @Test
  void panelsAreRoundedIntoTheirFirstHalvesAndSplitAgain() {
    Random random = new Random(2);
    for (int width : WIDTHS) {
      for (int rows : new int[] {1, 2, 5, 8}) {
        float[] array = numbers(random, BEFORE + 3 * rows * width);
        float[] before = array.clone();
        Bf16Pairs.round(array, BEFORE, rows, 3, width);
        int half = Bf16Pairs.count(rows);
        for (int panel = 0; panel < 3; panel++) {
          int start = BEFORE + panel * rows * width;
          float[] pairs = Arrays.copyOfRange(array, start, start + half * width);
          float[] split = untouched(BEFORE + 2 * half * width + 2);
          System.arraycopy(pairs, 0, split, BEFORE, pairs.length);
          Bf16Pairs.split(split, BEFORE, half, width);
          int[] expected = bits(untouched(split.length));
          for (int k = 0; k < 2 * half; k++) {
            for (int i = 0; i < width; i++) {
              int number = k < rows ? bits(before[start + k * width + i]) : 0;
              expected[BEFORE + k * width + i] = number << 16;
            }
          }
          assertThat(bits(split)).as("%d x %d", rows, width).isEqualTo(expected);
          assertThat(bits(Arrays.copyOfRange(array, start + half * width, start + rows * width)))
              .isEqualTo(
                  bits(Arrays.copyOfRange(before, start + half * width, start + rows * width)));
        }
      }
    }
  }

  @Test
  void adjacentElementsGoInPairs() {
    Random random = new Random(3);
    for (int pairs = 0; pairs < 70; pairs++) {
      float[] from = numbers(random, BEFORE + 2 * pairs);
      float[] to = untouched(1 + pairs);
      int[] expected = bits(to);
      for (int i = 0; i < pairs; i++) {
        expected[1 + i] = pair(from[BEFORE + 2 * i], from[BEFORE + 2 * i + 1]);
      }
      Bf16Pairs.row(from, BEFORE, to, 1, pairs);
      assertThat(bits(to)).as("%d pairs", pairs).isEqualTo(expected);
    }
  }

  @Test
  void panelsOfAdjacentColumnsArePairsOfRows() {
    Random random = new Random(4);
    for (int width : WIDTHS) {
      for (int rows : new int[] {1, 2, 3, 15, 16, 17, 40, 41}) {
        for (int panels = 1; panels < 4; panels++) {
          int columns = panels * width;
          int step = columns + random.nextInt(3);
          int slack = random.nextInt(2) * 64;
          float[] from = numbers(random, BEFORE + (rows - 1) * step + columns + slack);
          float[] to = untouched(BEFORE + columns * rows);
          Bf16Pairs.adjacent(from, BEFORE, step, rows, columns, to, BEFORE, width);
          int half = Bf16Pairs.count(rows);
          for (int panel = 0; panel < panels; panel++) {
            int start = BEFORE + panel * width * rows;
            int[] found = bits(Arrays.copyOfRange(to, start, start + half * width));
            int[] expected = new int[found.length];
            for (int k = 0; k < half; k++) {
              for (int i = 0; i < width; i++) {
                int at = BEFORE + 2 * k * step + panel * width + i;
                expected[k * width + i] = pair(from[at], 2 * k + 1 < rows ? from[at + step] : 0);
              }
            }
            assertThat(found).as("%d x %d of %d", rows, columns, width).isEqualTo(expected);
            // The rest of a panel's room is free.
            int end = start + half * width;
            int[] rest = bits(Arrays.copyOfRange(to, end, start + rows * width));
            assertThat(Arrays.stream(rest)).allMatch(bits -> bits == UNTOUCHED);
          }
          assertThat(bits(Arrays.copyOf(to, BEFORE))).containsOnly(UNTOUCHED);
        }
      }
    }
  }
}
