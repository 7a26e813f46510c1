package dev.espalier.backend.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Reductions against plain loops; the same bits for every partition of the result or of the blocks.
 */
class ReductionTest {
  private static final float[] CHAINS = new float[FloatReduction.CHAINS];
  private static final double[] WIDE_CHAINS = new double[DoubleReduction.CHAINS];

  private static final int[][] SHAPES = {
    {1, 1, 1},
    {3, 0, 2},
    {2, 7, 1},
    {3, 33, 1},
    {2, 257, 5},
    {5, 16, 1},
    {4, 31, 1},
    {3, 48, 1},
    {3, 63, 1},
    {3, 129, 1},
    {2, 150, 131},
    {1, 10_000, 1},
    {4, 65, 1},
    {2, 300, 70},
    {1, 5, 33},
    {2, 0, 1}
  };

  @Test
  void sumsAndProductsAreThoseOfALoop() {
    Random random = new Random(8);
    for (int[] s : SHAPES) {
      int n = s[0] * s[1] * s[2];
      int out = s[0] * s[2];
      float[] x = new float[n + 3];
      double[] xd = new double[n + 3];
      for (int i = 0; i < x.length; i++) {
        xd[i] = x[i] = (float) (1 + 0.05 * random.nextGaussian());
      }
      float[] z = new float[out + 1];
      double[] zd = new double[out + 1];
      float[] parts = new float[out + 1];
      for (int op = 0; op < 4; op++) {
        reduce(op, x, s[1], s[2], z, 0, out);
        reduce(op, xd, s[1], s[2], zd, 0, out);
        for (int at = 0; at < out; at += 3) {
          reduce(op, x, s[1], s[2], parts, at, Math.min(out, at + 3));
        }
        assertThat(parts).isEqualTo(z);
        for (int o = 0; o < s[0]; o++) {
          for (int i = 0; i < s[2]; i++) {
            double[] line = new double[s[1]];
            for (int r = 0; r < s[1]; r++) {
              line[r] = xd[3 + (o * s[1] + r) * s[2] + i];
            }
            double e =
                switch (op) {
                  case 0 -> Arrays.stream(line).sum();
                  case 1 -> Arrays.stream(line).reduce(1, (a, b) -> a * b);
                  case 2 -> Arrays.stream(line).reduce(Double.NEGATIVE_INFINITY, Math::max);
                  default -> Arrays.stream(line).reduce(Double.POSITIVE_INFINITY, Math::min);
                };
            int at = 1 + o * s[2] + i;
            if (op >= 2 || s[1] == 0) {
              assertThat((double) z[at]).isEqualTo(e);
              assertThat(zd[at]).isEqualTo(e);
            } else {
              double bound = op == 0 ? 1e-5 * Math.abs(e) : 1e-4 * Math.abs(e) + 1e-38;
              assertThat((double) z[at]).isCloseTo(e, within(bound));
              assertThat(zd[at]).isCloseTo(e, within(1e-12 * Math.abs(e)));
            }
          }
        }
      }
    }
  }

  private static void reduce(int op, float[] x, int n, int inner, float[] z, int from, int to) {
    switch (op) {
      case 0 -> FloatReduction.sum(x, 3, n, inner, z, 1, from, to, CHAINS);
      case 1 -> FloatReduction.prod(x, 3, n, inner, z, 1, from, to, CHAINS);
      case 2 -> FloatReduction.max(x, 3, n, inner, z, 1, from, to, CHAINS);
      default -> FloatReduction.min(x, 3, n, inner, z, 1, from, to, CHAINS);
    }
  }

  private static void reduce(int op, double[] x, int n, int inner, double[] z, int from, int to) {
    switch (op) {
      case 0 -> DoubleReduction.sum(x, 3, n, inner, z, 1, from, to, WIDE_CHAINS);
      case 1 -> DoubleReduction.prod(x, 3, n, inner, z, 1, from, to, WIDE_CHAINS);
      case 2 -> DoubleReduction.max(x, 3, n, inner, z, 1, from, to, WIDE_CHAINS);
      default -> DoubleReduction.min(x, 3, n, inner, z, 1, from, to, WIDE_CHAINS);
    }
  }

  @Test
  void blocksInAnyPartitionGiveTheWholeSum() {
    Random random = new Random(9);
    int n = 50_001;
    float[] x = new float[n];
    double exact = 0;
    for (int i = 0; i < n; i++) {
      x[i] = random.nextFloat();
      exact += x[i];
    }
    float[] whole = new float[1];
    FloatReduction.sum(x, 0, n, 1, whole, 0, 0, 1, CHAINS);
    assertThat((double) whole[0]).isCloseTo(exact, within(2e-7 * exact));
    int blocks = FloatReduction.blocks(n);
    double[] partial = new double[blocks];
    FloatReduction.sumBlocks(x, 0, n, partial, 0, 5, blocks, CHAINS);
    FloatReduction.sumBlocks(x, 0, n, partial, 0, 0, 5, CHAINS);
    assertThat(FloatReduction.sumOfBlocks(partial, 0, blocks)).isEqualTo(whole[0]);
  }

  @Test
  void aNaNAnywhereIsTheMaximumAndTheMinimum() {
    for (int n : new int[] {1, 5, 40, 64, 65, 5000}) {
      for (int inner : new int[] {1, 3}) {
        for (int at : new int[] {0, n / 2, n - 1}) {
          float[] x = new float[n * inner];
          x[at * inner] = Float.NaN;
          float[] z = new float[inner];
          FloatReduction.max(x, 0, n, inner, z, 0, 0, inner, CHAINS);
          assertThat(z[0]).isNaN();
          FloatReduction.min(x, 0, n, inner, z, 0, 0, inner, CHAINS);
          assertThat(z[0]).isNaN();
          if (inner > 1) {
            assertThat(z[1]).isZero();
          }
        }
      }
    }
  }

  @Test
  void theFirstExtremeWinsAndNaNIsMostExtreme() {
    float[] x = {1, 5, 5, 2, Float.NaN, 9, Float.NaN, -1};
    int[] z = new int[2];
    ArgReduction.argMax(x, 0, 4, 1, z, 0, 0, 2);
    assertThat(z).containsExactly(1, 0);
    ArgReduction.argMax(x, 0, 4, 2, z, 0, 0, 2);
    assertThat(z).containsExactly(2, 2);
    ArgReduction.argMin(x, 1, 3, 1, z, 0, 0, 2);
    assertThat(z).containsExactly(2, 0);
    ArgReduction.argMin(new long[] {3, 1, 1}, 0, 3, 1, z, 0, 0, 1);
    assertThat(z[0]).isEqualTo(1);
  }

  @Test
  void integerReductionsWrapAndBooleansCombine() {
    int[] x = {Integer.MAX_VALUE, 1, 6, 3, -5, 7};
    int[] z = new int[3];
    IntReduction.sum(x, 0, 2, 1, z, 0, 0, 3);
    assertThat(z).containsExactly(Integer.MIN_VALUE, 9, 2);
    IntReduction.and(x, 0, 2, 3, z, 0, 1, 3);
    assertThat(z).containsExactly(Integer.MIN_VALUE, 1 & -5, 6 & 7);
    byte[] b = {1, 0, 1, 1};
    byte[] c = new byte[2];
    BooleanReduction.and(b, 0, 2, 1, c, 0, 0, 2);
    assertThat(c).containsExactly(0, 1);
    BooleanReduction.or(b, 0, 2, 2, c, 0, 0, 2);
    assertThat(c).containsExactly(1, 1);
  }

  @Test
  void runningSumsGoBothWays() {
    float[] x = {1, 2, 3, 4, 5, 6};
    float[] z = new float[6];
    Cumulative.sum(x, 0, 3, 1, false, z, 0, 0, 2);
    assertThat(z).containsExactly(1, 3, 6, 4, 9, 15);
    Cumulative.sum(x, 0, 3, 2, true, z, 0, 0, 2);
    assertThat(z).containsExactly(9, 12, 8, 10, 5, 6);
    int[] y = {3, 1, 4};
    Cumulative.max(y, 0, 3, 1, false, y, 0, 0, 1);
    assertThat(y).containsExactly(3, 3, 4);
    double[] w = {1, Double.NaN, 4};
    Cumulative.min(w, 0, 3, 1, false, w, 0, 0, 1);
    assertThat(w).containsExactly(1, Double.NaN, Double.NaN);
  }
}
