package dev.espalier.backend.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Convolutions against the definition, over random attributes in zero to three spatial axes. */
class ConvolutionTest {
  private static double[] definition(ConvolutionShape s, float[] x, float[] w) {
    int rank = s.spatial().length;
    int pixels = s.pixels();
    int in = s.channels() / s.groups();
    int out = s.outChannels() / s.groups();
    int places = Arrays.stream(s.window()).reduce(1, (a, b) -> a * b);
    int inputs = Arrays.stream(s.spatial()).reduce(1, (a, b) -> a * b);
    double[] z = new double[s.batch() * s.outChannels() * pixels];
    for (int n = 0; n < s.batch(); n++) {
      for (int o = 0; o < s.outChannels(); o++) {
        for (int p = 0; p < pixels; p++) {
          double sum = 0;
          for (int k = 0; k < places; k++) {
            int position = 0;
            boolean inside = true;
            int stride = 1;
            int restP = p;
            int restK = k;
            for (int i = rank - 1; i >= 0; i--) {
              int at =
                  restP % s.out(i) * s.strides()[i]
                      + restK % s.window()[i] * s.windowDilation()[i]
                      - s.low()[i];
              restP /= s.out(i);
              restK /= s.window()[i];
              int d = s.dilation()[i];
              inside &= at >= 0 && at % d == 0 && at / d < s.spatial()[i];
              position += at / d * stride;
              stride *= s.spatial()[i];
            }
            for (int c = 0; inside && c < in; c++) {
              int channel = o / out * in + c;
              sum +=
                  (double) x[(n * s.channels() + channel) * inputs + position]
                      * w[(o * in + c) * places + k];
            }
          }
          z[(n * s.outChannels() + o) * pixels + p] = sum;
        }
      }
    }
    return z;
  }

  private static void check(ConvolutionShape s, Random random) {
    int inputs = Arrays.stream(s.spatial()).reduce(1, (a, b) -> a * b);
    int places = Arrays.stream(s.window()).reduce(1, (a, b) -> a * b);
    float[] x = new float[s.batch() * s.channels() * inputs];
    float[] w = new float[s.outChannels() * (s.channels() / s.groups()) * places];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextInt(9) - 4;
    }
    for (int i = 0; i < w.length; i++) {
      w[i] = random.nextInt(9) - 4;
    }
    double[] expected = definition(s, x, w);
    float[] z = new float[expected.length];
    double[] zd = new double[expected.length];
    Arrays.fill(z, 99);
    int tasks = FloatConvolution.tasks(s);
    FloatConvolution.Workspace work = new FloatConvolution.Workspace(new JavaFloatPanels());
    FloatConvolution.convolve(s, x, 0, w, 0, z, 0, tasks / 2, tasks, work);
    FloatConvolution.convolve(s, x, 0, w, 0, z, 0, 0, tasks / 2, work);
    double[] xd = new double[x.length];
    double[] wd = new double[w.length];
    Arrays.setAll(xd, i -> x[i]);
    Arrays.setAll(wd, i -> w[i]);
    DoubleConvolution.convolve(
        s,
        xd,
        0,
        wd,
        0,
        zd,
        0,
        0,
        DoubleConvolution.tasks(s),
        new DoubleConvolution.Workspace(new JavaDoublePanels()));
    for (int i = 0; i < z.length; i++) {
      // Small whole numbers: every sum is exact.
      assertThat((double) z[i]).as("%s", s).isCloseTo(expected[i], within(0.0));
      assertThat(zd[i]).isCloseTo(expected[i], within(0.0));
    }
  }

  @Test
  void everyAttributeFollowsTheDefinition() {
    Random random = new Random(30);
    for (int trial = 0; trial < 400; trial++) {
      int rank = trial % 4;
      int groups = 1 + random.nextInt(3);
      int[][] a = new int[7][rank];
      for (int i = 0; i < rank; i++) {
        a[0][i] = 1 + random.nextInt(rank == 1 ? 300 : 9);
        a[1][i] = 1 + random.nextInt(4);
        a[2][i] = 1 + random.nextInt(3);
        a[3][i] = random.nextInt(5) - 1;
        a[4][i] = random.nextInt(5) - 1;
        a[5][i] = 1 + random.nextInt(3);
        a[6][i] = 1 + random.nextInt(3);
      }
      ConvolutionShape s =
          new ConvolutionShape(
              1 + random.nextInt(3),
              groups * (1 + random.nextInt(3)),
              groups * (1 + random.nextInt(3)),
              groups,
              a[0],
              a[1],
              a[2],
              a[3],
              a[4],
              a[5],
              a[6]);
      check(s, random);
    }
  }

  @Test
  void deepWindowsAndPointsAreSummedInParts() {
    Random random = new Random(31);
    int[] one = {1, 1};
    int[] zero = {0, 0};
    int[] size = {9, 11};
    check(
        new ConvolutionShape(5, 40, 7, 1, size, new int[] {8, 9}, one, one, zero, one, one),
        random);
    check(new ConvolutionShape(3, 8, 6, 2, size, one, one, zero, zero, one, one), random);
  }
}
