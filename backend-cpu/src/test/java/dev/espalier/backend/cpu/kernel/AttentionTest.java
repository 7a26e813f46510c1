package dev.espalier.backend.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Attention and its derivative against the formulas, in doubles, a row at a time. */
class AttentionTest {
  private static final int[][] SIZES = {
    {1, 1}, {1, 5}, {7, 5}, {33, 8}, {63, 17}, {64, 32}, {65, 64}, {130, 3}, {200, 40}
  };

  /** The vectors of one head, far apart, between numbers that nobody may touch. */
  private static final int GAP = 3;

  private record Case(int time, int d, double[][] in, double[] logSumBars) {
    static Case of(int time, int d, double size) {
      Random random = new Random(time * 100 + d);
      double[][] in = new double[4][time * d];
      for (double[] array : in) {
        for (int i = 0; i < array.length; i++) {
          array[i] = (float) (random.nextGaussian() * size);
        }
      }
      double[] bars = new double[time];
      for (int i = 0; i < time; i++) {
        bars[i] = (float) random.nextGaussian();
      }
      return new Case(time, d, in, bars);
    }

    double dot(int x, int i, int y, int j) {
      double sum = 0;
      for (int f = 0; f < d; f++) {
        sum += in[x][i * d + f] * in[y][j * d + f];
      }
      return sum;
    }

    double score(int i, int j) {
      return dot(0, i, 1, j) / Math.sqrt(d);
    }

    double logSum(int i) {
      double top = Double.NEGATIVE_INFINITY;
      for (int j = 0; j <= i; j++) {
        top = Math.max(top, score(i, j));
      }
      double sum = 0;
      for (int j = 0; j <= i; j++) {
        sum += Math.exp(score(i, j) - top);
      }
      return top + Math.log(sum);
    }

    /** Outputs, then the cotangents of q, k and v. */
    double[][] results() {
      double[][] out = new double[4][time * d];
      for (int i = 0; i < time; i++) {
        double logSum = logSum(i);
        double[] weights = new double[i + 1];
        double mean = -logSumBars[i];
        for (int j = 0; j <= i; j++) {
          weights[j] = Math.exp(score(i, j) - logSum);
          mean += weights[j] * dot(3, i, 2, j);
          for (int f = 0; f < d; f++) {
            out[0][i * d + f] += weights[j] * in[2][j * d + f];
            out[3][j * d + f] += weights[j] * in[3][i * d + f];
          }
        }
        for (int j = 0; j <= i; j++) {
          double bar = weights[j] * (dot(3, i, 2, j) - mean) / Math.sqrt(d);
          for (int f = 0; f < d; f++) {
            out[1][i * d + f] += bar * in[1][j * d + f];
            out[2][j * d + f] += bar * in[0][i * d + f];
          }
        }
      }
      return out;
    }
  }

  private static double[] spread(double[] x, int d) {
    double[] wide = new double[x.length / d * (d + GAP) + GAP];
    Arrays.fill(wide, 77);
    for (int i = 0; i < x.length; i++) {
      wide[GAP + i / d * (d + GAP) + i % d] = x[i];
    }
    return wide;
  }

  private static double[] gathered(double[] wide, int time, int d) {
    double[] x = new double[time * d];
    double[] rest = wide.clone();
    for (int i = 0; i < x.length; i++) {
      int at = GAP + i / d * (d + GAP) + i % d;
      x[i] = wide[at];
      rest[at] = 77;
    }
    assertThat(rest).containsOnly(77);
    return x;
  }

  private static float[] narrow(double[] x) {
    float[] y = new float[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = (float) x[i];
    }
    return y;
  }

  private static double[] widened(float[] x) {
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = x[i];
    }
    return y;
  }

  private record Found(double[] logSums, double[][] results) {}

  private static FloatAttention.Rows floats(double[] x, int d) {
    return new FloatAttention.Rows(narrow(spread(x, d)), GAP, d + GAP);
  }

  /** As floats, the queries of the derivative in parts that end before these blocks. */
  private static Found floats(Case c, FloatAttention.Workspace work, int... parts) {
    FloatAttention.Head head = new FloatAttention.Head(c.time, c.d);
    FloatAttention.Rows[] in = new FloatAttention.Rows[4];
    FloatAttention.Rows[] out = new FloatAttention.Rows[4];
    for (int i = 0; i < 4; i++) {
      in[i] = floats(c.in[i], c.d);
      out[i] = floats(new double[c.time * c.d], c.d);
    }
    float[] logSums = new float[c.time + 2];
    int middle = head.blocks() / 2;
    FloatAttention.forward(
        head, middle, head.blocks(), in[0], in[1], in[2], out[0], logSums, 1, work);
    FloatAttention.forward(head, 0, middle, in[0], in[1], in[2], out[0], logSums, 1, work);
    float[] bars = narrow(c.logSumBars);
    FloatAttention.Point at =
        new FloatAttention.Point(in[0], in[1], in[2], out[0], in[3], logSums, 1, bars, 0);
    if (parts.length == 0) {
      FloatAttention.backward(head, 0, head.blocks(), at, out[1], work);
      FloatAttention.writeContributions(head, out[2], out[3], work);
    } else {
      float[] kept = new float[2 * parts.length * head.gradientSize()];
      for (int p = 0; p < parts.length; p++) {
        FloatAttention.backward(head, p == 0 ? 0 : parts[p - 1], parts[p], at, out[1], work);
        FloatAttention.keepContributions(head, parts[p], kept, 2 * p * head.gradientSize(), work);
      }
      for (int block = 0; block < head.blocks(); block++) {
        FloatAttention.addContributions(head, block, parts, kept, 0, out[2], out[3]);
      }
    }
    double[][] results = new double[4][];
    for (int i = 0; i < 4; i++) {
      results[i] = gathered(widened(out[i].array()), c.time, c.d);
    }
    return new Found(widened(Arrays.copyOfRange(logSums, 1, c.time + 1)), results);
  }

  private static Found doubles(Case c, DoubleAttention.Workspace work) {
    DoubleAttention.Head head = new DoubleAttention.Head(c.time, c.d);
    DoubleAttention.Rows[] in = new DoubleAttention.Rows[4];
    DoubleAttention.Rows[] out = new DoubleAttention.Rows[4];
    for (int i = 0; i < 4; i++) {
      in[i] = new DoubleAttention.Rows(spread(c.in[i], c.d), GAP, c.d + GAP);
      out[i] = new DoubleAttention.Rows(spread(new double[c.time * c.d], c.d), GAP, c.d + GAP);
    }
    double[] logSums = new double[c.time];
    DoubleAttention.forward(head, 0, head.blocks(), in[0], in[1], in[2], out[0], logSums, 0, work);
    DoubleAttention.Point at =
        new DoubleAttention.Point(in[0], in[1], in[2], out[0], in[3], logSums, 0, c.logSumBars, 0);
    DoubleAttention.backward(head, 0, head.blocks(), at, out[1], work);
    DoubleAttention.writeContributions(head, out[2], out[3], work);
    double[][] results = new double[4][];
    for (int i = 0; i < 4; i++) {
      results[i] = gathered(out[i].array(), c.time, c.d);
    }
    return new Found(logSums, results);
  }

  private static void near(Found found, Case c, double epsilon) {
    double[][] wanted = c.results();
    double scores = 1;
    for (int i = 0; i < c.time; i++) {
      double logSum = c.logSum(i);
      scores = Math.max(scores, Math.abs(logSum));
      assertThat(found.logSums[i]).isCloseTo(logSum, within(epsilon * scores));
    }
    for (int r = 0; r < 4; r++) {
      double largest = Arrays.stream(wanted[r]).map(Math::abs).max().orElse(0) + 1;
      for (int i = 0; i < wanted[r].length; i++) {
        assertThat(found.results[r][i])
            .as("result %d, element %d, of %s x %s", r, i, c.time, c.d)
            .isCloseTo(wanted[r][i], within(epsilon * scores * largest));
      }
    }
  }

  @Test
  void blocksGiveWhatTheFormulasGiveAndTouchNothingElse() {
    FloatAttention.Workspace floats = new FloatAttention.Workspace();
    DoubleAttention.Workspace doubles = new DoubleAttention.Workspace();
    for (int[] size : SIZES) {
      Case c = Case.of(size[0], size[1], 1);
      near(floats(c, floats), c, 2e-6);
      near(doubles(c, doubles), c, 4e-15);
    }
  }

  @Test
  void scoresInTheThousandsNeitherOverflowNorLoseTheirDifferences() {
    Case c = Case.of(70, 8, 30);
    near(floats(c, new FloatAttention.Workspace()), c, 4e-6);
    near(doubles(c, new DoubleAttention.Workspace()), c, 3e-14);
  }

  @Test
  void partsOfTheQueriesAddUp() {
    for (int[] size : new int[][] {{130, 3}, {200, 40}}) {
      Case c = Case.of(size[0], size[1], 1);
      int blocks = new FloatAttention.Head(c.time, c.d).blocks();
      near(floats(c, new FloatAttention.Workspace(), 1, blocks), c, 2e-6);
      near(floats(c, new FloatAttention.Workspace(), blocks - 1, blocks - 1, blocks), c, 2e-6);
      Found whole = floats(c, new FloatAttention.Workspace());
      Found inOne = floats(c, new FloatAttention.Workspace(), blocks);
      assertThat(inOne.results).isDeepEqualTo(whole.results);
    }
  }

  @Test
  void aWorkspaceThatWasUsedForSomethingElseChangesNoBit() {
    FloatAttention.Workspace used = new FloatAttention.Workspace();
    Case large = Case.of(130, 70, 1);
    Arrays.fill(large.in[0], Double.NaN);
    Arrays.fill(large.in[3], Double.POSITIVE_INFINITY);
    floats(large, used);
    for (int[] size : SIZES) {
      Case c = Case.of(size[0], size[1], 1);
      Found fresh = floats(c, new FloatAttention.Workspace());
      Found again = floats(c, used);
      assertThat(again.results).isDeepEqualTo(fresh.results);
      assertThat(again.logSums).isEqualTo(fresh.logSums);
    }
  }

  @Test
  void aQueryThatIsNotANumberSpoilsItsOwnOutputAlone() {
    for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      Case c = Case.of(70, 4, 1);
      Found good = floats(c, new FloatAttention.Workspace());
      c.in[0][66 * 4 + 1] = bad;
      for (Found found :
          new Found[] {
            floats(c, new FloatAttention.Workspace()), doubles(c, new DoubleAttention.Workspace())
          }) {
        for (int i = 0; i < 70 * 4; i++) {
          if (i / 4 == 66) {
            assertThat(found.results[0][i]).isNaN();
          } else {
            assertThat(found.results[0][i]).isCloseTo(good.results[0][i], within(1e-5));
          }
        }
      }
    }
  }

  @Test
  void infiniteScores() {
    // The product of the only feature with each key: the first is -inf, the second +inf.
    Case c = Case.of(3, 1, 1);
    c.in[0][0] = 1;
    c.in[0][1] = 1;
    c.in[0][2] = 2;
    c.in[1][0] = Double.NEGATIVE_INFINITY;
    c.in[1][1] = 1;
    c.in[1][2] = Double.POSITIVE_INFINITY;
    Found found = floats(c, new FloatAttention.Workspace());
    assertThat(found.results[0][0]).isNaN();
    assertThat(found.logSums[0]).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(found.results[0][1]).isEqualTo(c.in[2][1]);
    assertThat(found.logSums[1]).isEqualTo(1);
    assertThat(found.results[0][2]).isNaN();
    assertThat(found.logSums[2]).isEqualTo(Double.POSITIVE_INFINITY);
    Found wide = doubles(c, new DoubleAttention.Workspace());
    assertThat(wide.logSums).isEqualTo(found.logSums);
    assertThat(wide.results[0]).isEqualTo(found.results[0]);
  }
}
