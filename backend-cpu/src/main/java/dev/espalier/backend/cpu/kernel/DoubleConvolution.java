package dev.espalier.backend.cpu.kernel;

import dev.espalier.backend.cpu.kernel.DoubleGemm.Matrix;
import java.util.Arrays;

/**
 * Convolutions of doubles (in truth correlations: the kernel is not reversed), as matrix products:
 * for a block of output positions the inputs under the window are laid out as columns, then
 * multiplied by the kernel.
 *
 * <p>The work falls into {@link #tasks} independent pieces that write disjoint parts of the output;
 * each element has the same bits whoever computes it.
 */
public final class DoubleConvolution {
  /** Output positions laid out at once, over all images. */
  private static final int BLOCK = 256;

  /**
   * Rows of the column matrix laid out at once: a multiple of the depth of a panel of the product.
   */
  private static final int DEPTH = 1024;

  private DoubleConvolution() {}

  /** Buffers of one worker, grown on first use. */
  public static final class Workspace {
    private final DoubleGemm.Workspace gemm;
    private double[] columns = new double[0];
    private double[] result = new double[0];

    /** Buffers that grow on first use. */
    public Workspace(DoublePanels panels) {
      gemm = new DoubleGemm.Workspace(panels);
    }
  }

  private static int blocks(ConvolutionShape s) {
    if (s.pointwise()) {
      return s.batch();
    }
    return (int) (((long) s.batch() * s.pixels() + BLOCK - 1) / BLOCK);
  }

  /** How many independent pieces the work has. */
  public static int tasks(ConvolutionShape s) {
    return s.groups() * blocks(s);
  }

  /**
   * Computes the pieces [fromTask, toTask).
   *
   * @param x the input, row-major from xo
   * @param w the kernel, row-major from wo
   * @param z the output, row-major from zo
   * @param work the calling thread's buffers
   */
  public static void convolve(
      ConvolutionShape s,
      double[] x,
      int xo,
      double[] w,
      int wo,
      double[] z,
      int zo,
      int fromTask,
      int toTask,
      Workspace work) {
    int blocks = blocks(s);
    for (int task = fromTask; task < toTask; task++) {
      int group = task / blocks;
      int block = task % blocks;
      if (s.pointwise()) {
        pointwise(s, x, xo, w, wo, z, zo, group, block, work);
      } else {
        block(s, x, xo, w, wo, z, zo, group, block * BLOCK, work);
      }
    }
  }

  private static void pointwise(
      ConvolutionShape s,
      double[] x,
      int xo,
      double[] w,
      int wo,
      double[] z,
      int zo,
      int group,
      int image,
      Workspace work) {
    int pixels = s.pixels();
    int in = s.channels() / s.groups();
    int out = s.outChannels() / s.groups();
    DoubleGemm.multiply(
        Matrix.rows(w, wo + group * out * in, in),
        Matrix.rows(x, xo + (image * s.channels() + group * in) * pixels, pixels),
        Matrix.rows(z, zo + (image * s.outChannels() + group * out) * pixels, pixels),
        0,
        out,
        0,
        pixels,
        in,
        false,
        work.gemm);
  }

  private static void block(
      ConvolutionShape s,
      double[] x,
      int xo,
      double[] w,
      int wo,
      double[] z,
      int zo,
      int group,
      int first,
      Workspace work) {
    int pixels = s.pixels();
    int count = Math.min(BLOCK, s.batch() * pixels - first);
    int depth = s.depth();
    int out = s.outChannels() / s.groups();
    int rows = Math.min(depth, DEPTH);
    if (work.columns.length < rows * count) {
      work.columns = new double[rows * BLOCK];
    }
    int image = first / pixels;
    boolean oneImage = (first + count - 1) / pixels == image;
    if (!oneImage && work.result.length < out * count) {
      work.result = new double[out * BLOCK];
    }
    Matrix c =
        oneImage
            ? Matrix.rows(
                z,
                zo + (image * s.outChannels() + group * out) * pixels + first - image * pixels,
                pixels)
            : Matrix.rows(work.result, 0, count);
    int from = 0;
    do {
      int deep = Math.min(DEPTH, depth - from);
      columns(s, x, xo, group, first, count, from, deep, work.columns);
      DoubleGemm.multiply(
          Matrix.rows(w, wo + group * out * depth + from, depth),
          Matrix.rows(work.columns, 0, count),
          c,
          0,
          out,
          0,
          count,
          deep,
          from > 0,
          work.gemm);
      from += deep;
    } while (from < depth);
    for (int at = 0; !oneImage && at < count; ) {
      int n = (first + at) / pixels;
      int pixel = first + at - n * pixels;
      int run = Math.min(pixels - pixel, count - at);
      for (int o = 0; o < out; o++) {
        int to = zo + (n * s.outChannels() + group * out + o) * pixels + pixel;
        System.arraycopy(work.result, o * count + at, z, to, run);
      }
      at += run;
    }
  }

  /**
   * Rows [from, from + deep) of the matrix of columns: what each place of the window sees at each
   * position.
   */
  private static void columns(
      ConvolutionShape s,
      double[] x,
      int xo,
      int group,
      int first,
      int count,
      int from,
      int deep,
      double[] to) {
    int rank = s.spatial().length;
    int[] place = new int[rank];
    int[] shape = new int[rank];
    for (int i = 0; i < rank; i++) {
      shape[i] = s.out(i);
    }
    int pixels = s.pixels();
    int line = rank == 0 ? 1 : shape[rank - 1];
    int in = s.channels() / s.groups();
    int inputPixels = s.inputPixels();
    for (int k = 0; k < deep; k++) {
      int rest = from + k;
      for (int i = rank - 1; i >= 0; i--) {
        place[i] = rest % s.window()[i] * s.windowDilation()[i] - s.low()[i];
        rest /= s.window()[i];
      }
      int channel = group * in + rest;
      for (int at = 0; at < count; ) {
        int image = (first + at) / pixels;
        int pixel = first + at - image * pixels;
        int column = pixel % line;
        int run = Math.min(line - column, count - at);
        int base = rowOffset(s, shape, place, pixel / line);
        int target = k * count + at;
        if (base < 0) {
          Arrays.fill(to, target, target + run, 0);
        } else {
          int start = xo + (image * s.channels() + channel) * inputPixels + base;
          row(s, x, start, place, column, run, to, target);
        }
        at += run;
      }
    }
  }

  /**
   * The offset of the input line under the window for that line of the output, or -1 if it is
   * padding.
   */
  private static int rowOffset(ConvolutionShape s, int[] shape, int[] place, int outLine) {
    int rank = shape.length;
    int offset = 0;
    int stride = rank == 0 ? 1 : s.spatial()[rank - 1];
    int rest = outLine;
    for (int i = rank - 2; i >= 0; i--) {
      int p = rest % shape[i] * s.strides()[i] + place[i];
      rest /= shape[i];
      int step = s.dilation()[i];
      if (p < 0 || p % step != 0 || p / step >= s.spatial()[i]) {
        return -1;
      }
      offset += p / step * stride;
      stride *= s.spatial()[i];
    }
    return offset;
  }

  private static void row(
      ConvolutionShape s,
      double[] x,
      int start,
      int[] place,
      int column,
      int run,
      double[] to,
      int target) {
    int rank = place.length;
    if (rank == 0) {
      to[target] = x[start];
      return;
    }
    int length = s.spatial()[rank - 1];
    int stride = s.strides()[rank - 1];
    int step = s.dilation()[rank - 1];
    int p = column * stride + place[rank - 1];
    if (stride == 1 && step == 1) {
      int before = Math.clamp(-(long) p, 0, run);
      int after = Math.clamp((long) length - p, before, run);
      Arrays.fill(to, target, target + before, 0);
      if (after > before) {
        System.arraycopy(x, start + p + before, to, target + before, after - before);
      }
      Arrays.fill(to, target + after, target + run, 0);
      return;
    }
    for (int j = 0; j < run; j++) {
      boolean inside = p >= 0 && p % step == 0 && p / step < length;
      to[target + j] = inside ? x[start + p / step] : 0;
      p += stride;
    }
  }
}
