package dev.espalier.backend.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.backend.cpu.machine.MachineKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Convolutions against the definition, over random attributes in zero to three spatial axes. */
class ConvolutionTest {
  private static final int[] ONE = {1, 1};
  private static final int[] ZERO = {0, 0};

  private static double[] definition(
      ConvolutionShape s,
      ConvolutionLayout input,
      ConvolutionLayout kernel,
      ConvolutionLayout output,
      float[] x,
      float[] w) {
    int rank = s.spatial().length;
    int pixels = s.pixels();
    int in = s.channels() / s.groups();
    int out = s.outChannels() / s.groups();
    int places = Arrays.stream(s.window()).reduce(1, (a, b) -> a * b);
    double[] z = new double[s.batch() * s.outChannels() * pixels];
    for (int n = 0; n < s.batch(); n++) {
      for (int o = 0; o < s.outChannels(); o++) {
        for (int p = 0; p < pixels; p++) {
          double sum = 0;
          int write =
              output.offset()
                  + n * output.outer()
                  + o / out * output.group()
                  + o % out * output.inner();
          int rest = p;
          for (int i = rank - 1; i >= 0; i--) {
            write += rest % s.out(i) * output.spatial()[i];
            rest /= s.out(i);
          }
          for (int k = 0; k < places; k++) {
            int read = input.offset() + n * input.outer() + o / out * input.group();
            int weight = kernel.offset() + o / out * kernel.group() + o % out * kernel.outer();
            boolean inside = true;
            int restP = p;
            int restK = k;
            for (int i = rank - 1; i >= 0; i--) {
              int place = restK % s.window()[i];
              int at =
                  restP % s.out(i) * s.strides()[i] + place * s.windowDilation()[i] - s.low()[i];
              restP /= s.out(i);
              restK /= s.window()[i];
              int d = s.dilation()[i];
              inside &= at >= 0 && at % d == 0 && at / d < s.spatial()[i];
              read += at / d * input.spatial()[i];
              weight += place * kernel.spatial()[i];
            }
            for (int c = 0; inside && c < in; c++) {
              sum += (double) x[read + c * input.inner()] * w[weight + c * kernel.inner()];
            }
          }
          z[write] = sum;
        }
      }
    }
    return z;
  }

  /** Small whole numbers: every sum of products is exact. */
  private static float[] numbers(Random random, int length) {
    float[] x = new float[length];
    for (int i = 0; i < length; i++) {
      x[i] = random.nextInt(9) - 4;
    }
    return x;
  }

  private static int size(int... extents) {
    return Arrays.stream(extents).reduce(1, (a, b) -> a * b);
  }

  /** The tasks of every round in a random order, as if by threads, with two workspaces. */
  private static float[] floats(
      ConvolutionPlan plan, float[] x, float[] w, int length, PanelKernels kernels, Random r) {
    var works =
        List.of(
            new FloatConvolution.Workspace(kernels.floats()),
            new FloatConvolution.Workspace(kernels.floats()));
    return floats(plan, x, w, length, works, r);
  }

  private static float[] floats(
      ConvolutionPlan plan,
      float[] x,
      float[] w,
      int length,
      List<FloatConvolution.Workspace> works,
      Random r) {
    FloatConvolution convolution = new FloatConvolution(plan);
    float[] packed = new float[convolution.packedLength() + 3];
    float[] sums = new float[convolution.sumsLength() + 2];
    float[] z = new float[length + 10];
    Arrays.fill(packed, Float.NaN);
    Arrays.fill(sums, Float.NaN);
    Arrays.fill(z, 99);
    var operands =
        new FloatConvolution.Operands(
            FloatArray.of(x),
            0,
            FloatArray.of(w),
            0,
            FloatArray.of(packed),
            3,
            FloatArray.of(sums),
            2);
    FloatArray output = FloatArray.of(z);
    for (int task : shuffled(convolution.packTasks(), r)) {
      convolution.pack(operands, task, works.get(task % works.size()));
    }
    for (int task : shuffled(convolution.tasks(), r)) {
      convolution.convolve(operands, output, 5, task, works.get(task % works.size()));
    }
    for (int task : shuffled(convolution.finishTasks(), r)) {
      convolution.finish(operands, output, 5, task, works.get(task % works.size()));
    }
    for (int i = 0; i < 5; i++) {
      assertThat(z[i]).isEqualTo(99);
      assertThat(z[length + 5 + i]).isEqualTo(99);
    }
    return Arrays.copyOfRange(z, 5, length + 5);
  }

  private static double[] doubles(ConvolutionPlan plan, double[] x, double[] w, int length) {
    DoubleConvolution convolution = new DoubleConvolution(plan);
    double[] packed = new double[convolution.packedLength()];
    double[] sums = new double[convolution.sumsLength()];
    double[] z = new double[length];
    Arrays.fill(z, 99);
    var operands =
        new DoubleConvolution.Operands(
            DoubleArray.of(x),
            0,
            DoubleArray.of(w),
            0,
            DoubleArray.of(packed),
            0,
            DoubleArray.of(sums),
            0);
    DoubleArray output = DoubleArray.of(z);
    var work = new DoubleConvolution.Workspace(new JavaDoublePanels());
    for (int task = 0; task < convolution.packTasks(); task++) {
      convolution.pack(operands, task, work);
    }
    for (int task = 0; task < convolution.tasks(); task++) {
      convolution.convolve(operands, output, 0, task, work);
    }
    for (int task = 0; task < convolution.finishTasks(); task++) {
      convolution.finish(operands, output, 0, task, work);
    }
    return z;
  }

  private static List<Integer> shuffled(int count, Random random) {
    List<Integer> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tasks.add(i);
    }
    Collections.shuffle(tasks, random);
    return tasks;
  }

  private static double[] wide(float[] x) {
    double[] wide = new double[x.length];
    Arrays.setAll(wide, i -> x[i]);
    return wide;
  }

  private static void check(ConvolutionShape s, Random random) {
    check(s, ConvolutionLayout.input(s), ConvolutionLayout.kernel(s), random);
  }

  private static void check(
      ConvolutionShape s, ConvolutionLayout input, ConvolutionLayout kernel, Random random) {
    check(s, input, kernel, ConvolutionLayout.output(s), random);
  }

  private static void check(
      ConvolutionShape s,
      ConvolutionLayout input,
      ConvolutionLayout kernel,
      ConvolutionLayout output,
      Random random) {
    float[] x = numbers(random, s.batch() * s.channels() * size(s.spatial()));
    float[] w = numbers(random, s.outChannels() * s.channels() / s.groups() * size(s.window()));
    double[] expected = definition(s, input, kernel, output, x, w);
    ConvolutionPlan plan = new ConvolutionPlan(s, input, kernel, output, false);
    ConvolutionPlan rounded = new ConvolutionPlan(s, input, kernel, output, true);
    for (PanelKernels kernels : List.of(PanelKernels.java("Java"), MachineKernels.orJava())) {
      for (ConvolutionPlan each : List.of(plan, rounded)) {
        float[] z = floats(each, x, w, expected.length, kernels, random);
        assertSame(wide(z), expected, kernels.description() + ", " + s + each);
      }
    }
    double[] zd = doubles(plan, wide(x), wide(w), expected.length);
    assertSame(zd, expected, "doubles " + s + plan);
  }

  /** A convolution's workspace is a worker's, who does one after the other: nothing may be left. */
  @Test
  void plansThatTakeTurnsInOneWorkspaceDoNotMix() {
    Random random = new Random(36);
    List<ConvolutionShape> shapes =
        List.of(
            new ConvolutionShape(
                3, 6, 5, 1, new int[] {9, 7}, new int[] {3, 3}, ONE, ONE, ONE, ONE, ONE),
            new ConvolutionShape(
                2,
                9,
                7,
                1,
                new int[] {6, 10},
                new int[] {5, 2},
                ONE,
                new int[] {2, 1},
                ONE,
                ONE,
                ONE),
            // Few outputs of many images: images are adjacent in the patches.
            new ConvolutionShape(
                40, 3, 4, 1, new int[] {6, 5}, new int[] {5, 4}, ONE, ONE, ONE, ONE, ONE));
    List<ConvolutionPlan> plans = new ArrayList<>();
    for (ConvolutionShape s : shapes) {
      ConvolutionLayout input = ConvolutionLayout.input(s);
      ConvolutionLayout kernel = ConvolutionLayout.kernel(s);
      ConvolutionLayout output = ConvolutionLayout.output(s);
      plans.add(new ConvolutionPlan(s, input, kernel, output, false));
      plans.add(new ConvolutionPlan(s, input, kernel, output, true));
    }
    for (PanelKernels kernels : List.of(PanelKernels.java("Java"), MachineKernels.orJava())) {
      var work = List.of(new FloatConvolution.Workspace(kernels.floats()));
      for (int turn = 0; turn < 60; turn++) {
        int chosen = random.nextInt(plans.size());
        ConvolutionShape s = shapes.get(chosen / 2);
        float[] x = numbers(random, s.batch() * s.channels() * size(s.spatial()));
        float[] w = numbers(random, s.outChannels() * s.channels() * size(s.window()));
        double[] expected =
            definition(
                s,
                ConvolutionLayout.input(s),
                ConvolutionLayout.kernel(s),
                ConvolutionLayout.output(s),
                x,
                w);
        float[] z = floats(plans.get(chosen), x, w, expected.length, work, random);
        assertSame(wide(z), expected, kernels.description() + ", turn " + turn + ", " + s);
      }
    }
  }

  private static void assertSame(double[] actual, double[] expected, String what) {
    for (int i = 0; i < expected.length; i++) {
      if (actual[i] != expected[i]) {
        assertThat(actual[i]).as("%s at %d", what, i).isEqualTo(expected[i]);
      }
    }
  }

  private static ConvolutionShape random(Random random, int rank, int longest) {
    int groups = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 1;
    int[][] a = new int[7][rank];
    for (int i = 0; i < rank; i++) {
      a[0][i] = 1 + random.nextInt(rank == 1 ? longest * longest : longest);
      a[1][i] = 1 + random.nextInt(4);
      a[2][i] = 1 + random.nextInt(3);
      a[3][i] = random.nextInt(5) - 1;
      a[4][i] = random.nextInt(5) - 1;
      a[5][i] = 1 + random.nextInt(3);
      a[6][i] = 1 + random.nextInt(3);
    }
    return new ConvolutionShape(
        1 + random.nextInt(random.nextInt(3) == 0 ? 20 : 3),
        groups * (1 + random.nextInt(9)),
        groups * (1 + random.nextInt(17)),
        groups,
        a[0],
        a[1],
        a[2],
        a[3],
        a[4],
        a[5],
        a[6]);
  }

  /** Every second element of long lines is taken, and results of phases that take turns are put. */
  @Test
  void longLinesAreTakenApartAndPutTogether() {
    Random random = new Random(37);
    for (int trial = 0; trial < 80; trial++) {
      int[][] a = new int[6][2];
      for (int i = 0; i < 2; i++) {
        a[0][i] = i == 0 ? 1 + random.nextInt(6) : 7 + random.nextInt(64);
        a[1][i] = 1 + random.nextInt(3);
        a[2][i] = 1 + random.nextInt(2);
        a[3][i] = random.nextInt(3);
        a[4][i] = random.nextInt(3);
        a[5][i] = 1 + random.nextInt(2);
      }
      check(
          new ConvolutionShape(
              1 + random.nextInt(4),
              1 + random.nextInt(5),
              1 + random.nextInt(7),
              1,
              a[0],
              a[1],
              a[2],
              a[3],
              a[4],
              a[5],
              ONE),
          random);
    }
  }

  @Test
  void everyAttributeFollowsTheDefinition() {
    Random random = new Random(30);
    for (int trial = 0; trial < 600; trial++) {
      int rank = trial % 4;
      check(random(random, rank, rank == 3 ? 7 : 17), random);
    }
  }

  /** A random order of the axes, some reversed, as strides of a row-major array. */
  private static ConvolutionLayout shuffled(Random random, int[] extents) {
    int n = extents.length;
    int[] strides = new int[n];
    int stride = 1;
    int offset = 0;
    for (int axis : shuffled(n, random)) {
      boolean reversed = random.nextInt(4) == 0;
      strides[axis] = reversed ? -stride : stride;
      offset += reversed ? (extents[axis] - 1) * stride : 0;
      stride *= extents[axis];
    }
    return new ConvolutionLayout(
        offset, strides[0], strides[1], strides[2], Arrays.copyOfRange(strides, 3, n));
  }

  @Test
  void operandsMayStandInAnyOrder() {
    Random random = new Random(32);
    for (int trial = 0; trial < 400; trial++) {
      int rank = trial % 4;
      ConvolutionShape s = random(random, rank, rank == 3 ? 6 : 13);
      int[] input = new int[rank + 3];
      int[] kernel = new int[rank + 3];
      input[0] = s.groups();
      input[1] = s.batch();
      kernel[0] = s.groups();
      kernel[1] = s.outChannels() / s.groups();
      kernel[2] = s.channels() / s.groups();
      input[2] = kernel[2];
      System.arraycopy(s.spatial(), 0, input, 3, rank);
      System.arraycopy(s.window(), 0, kernel, 3, rank);
      check(s, shuffled(random, input), shuffled(random, kernel), random);
    }
  }

  private static int[] outputs(ConvolutionShape s) {
    int rank = s.spatial().length;
    int[] output = new int[rank + 3];
    output[0] = s.groups();
    output[1] = s.batch();
    output[2] = s.outChannels() / s.groups();
    for (int i = 0; i < rank; i++) {
      output[i + 3] = s.out(i);
    }
    return output;
  }

  @Test
  void resultsMayStandInAnyOrder() {
    Random random = new Random(38);
    for (int trial = 0; trial < 400; trial++) {
      int rank = trial % 4;
      ConvolutionShape s = random(random, rank, rank == 3 ? 6 : 13);
      check(
          s,
          ConvolutionLayout.input(s),
          ConvolutionLayout.kernel(s),
          shuffled(random, outputs(s)),
          random);
    }
  }

  /** Of a kernel for each of many groups: images, which are its channels, behind the others. */
  @Test
  void gradientsOfSingleExamplesStandOneBehindTheOther() {
    Random random = new Random(39);
    for (int images : new int[] {7, 16, 33, 61, 200}) {
      for (int window : new int[] {4, 5, 6}) {
        int groups = 3;
        int channels = 5;
        ConvolutionShape s =
            new ConvolutionShape(
                images,
                groups,
                groups * channels,
                groups,
                new int[] {6, 6},
                new int[] {window, window},
                ONE,
                ZERO,
                ZERO,
                ONE,
                ONE);
        int positions = s.pixels();
        ConvolutionLayout output =
            new ConvolutionLayout(
                0,
                channels * images * positions,
                positions,
                images * positions,
                new int[] {s.out(1), 1});
        check(s, ConvolutionLayout.input(s), ConvolutionLayout.kernel(s), output, random);
      }
    }
  }

  @Test
  void deepWindowsAndPointsAreSummedInParts() {
    Random random = new Random(31);
    int[] size = {9, 11};
    check(
        new ConvolutionShape(5, 40, 7, 1, size, new int[] {8, 9}, ONE, ONE, ZERO, ONE, ONE),
        random);
    check(new ConvolutionShape(3, 8, 6, 2, size, ONE, ONE, ZERO, ZERO, ONE, ONE), random);
    check(new ConvolutionShape(70, 700, 30, 1, ONE, ONE, ONE, ZERO, ZERO, ONE, ONE), random);
  }

  /** What a gradient of the kernel asks for: few outputs, a window as large as the image. */
  @Test
  void imagesAsWindowsAreSummedInParts() {
    Random random = new Random(33);
    int[] two = {2, 2};
    for (int images : new int[] {1, 3, 29}) {
      for (int channels : new int[] {1, 5, 33}) {
        check(
            new ConvolutionShape(
                channels,
                images,
                13,
                1,
                new int[] {40, 41},
                new int[] {40, 41},
                ONE,
                ONE,
                ONE,
                ONE,
                ONE),
            random);
        check(
            new ConvolutionShape(
                channels,
                images,
                7,
                1,
                new int[] {40, 34},
                new int[] {20, 17},
                ONE,
                ZERO,
                ONE,
                ONE,
                two),
            random);
        check(
            new ConvolutionShape(
                channels,
                images,
                7,
                1,
                new int[] {20, 17},
                new int[] {39, 33},
                ONE,
                ONE,
                ONE,
                two,
                ONE),
            random);
      }
    }
    check(
        new ConvolutionShape(
            3,
            2 * 8,
            2 * 3,
            2,
            new int[] {700},
            new int[] {700},
            new int[] {1},
            new int[] {1},
            new int[] {1},
            new int[] {1},
            new int[] {1}),
        random);
  }

  @Test
  void manyBlocksOfManyColumns() {
    Random random = new Random(34);
    for (int outputs : new int[] {5, 200}) {
      check(
          new ConvolutionShape(
              3, 50, outputs, 1, new int[] {33, 37}, new int[] {3, 3}, ONE, ONE, ONE, ONE, ONE),
          random);
      check(
          new ConvolutionShape(
              2,
              9,
              outputs,
              1,
              new int[] {29, 31},
              new int[] {3, 3},
              ONE,
              ONE,
              ONE,
              new int[] {2, 2},
              ONE),
          random);
      check(
          new ConvolutionShape(
              1,
              3,
              outputs,
              1,
              new int[] {5000},
              new int[] {5},
              new int[] {2},
              new int[] {2},
              new int[] {2},
              new int[] {1},
              new int[] {1}),
          random);
    }
  }

  @Test
  void withoutInputsOrWindowsThatMeetThemTheOutputIsZero() {
    Random random = new Random(35);
    int[] three = {3, 3};
    check(new ConvolutionShape(2, 0, 3, 1, three, ONE, ONE, ZERO, ZERO, ONE, ONE), random);
    check(new ConvolutionShape(2, 2, 3, 1, ZERO, ONE, ONE, three, three, ONE, ONE), random);
    check(new ConvolutionShape(0, 2, 3, 1, three, ONE, ONE, ZERO, ZERO, ONE, ONE), random);
    check(new ConvolutionShape(2, 2, 0, 1, three, ONE, ONE, ZERO, ZERO, ONE, ONE), random);
    check(new ConvolutionShape(2, 2, 3, 1, ONE, three, ONE, ZERO, ZERO, ONE, ONE), random);
    check(
        new ConvolutionShape(
            2, 2, 3, 1, ONE, ONE, ONE, new int[] {9, 0}, new int[] {9, 0}, ONE, ONE),
        random);
    check(
        new ConvolutionShape(1, 2, 3, 1, three, ONE, ONE, ONE, ONE, new int[] {7, 4}, ONE), random);
  }
}
