package dev.espalier.engine;

import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Pad;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The reverse rule of convolution. The cotangent of the input is a convolution of the dilated
 * cotangent with the reversed kernel; that of the kernel is one of the input with the cotangent as
 * its kernel, stride and dilation exchanged.
 */
final class ConvolutionTransposition {
  private ConvolutionTransposition() {}

  static List<@Nullable Tensor> pull(
      Convolution op, Tensor x, Tensor kernel, Tensor bar, boolean[] active) {
    boolean empty = bar.shape().size() == 0 || x.shape().size() == 0;
    List<@Nullable Tensor> bars = Arrays.asList(new @Nullable Tensor[2]);
    if (active[0]) {
      bars.set(0, empty ? x.zerosLike() : input(op, x.shape(), kernel, bar));
    }
    if (active[1]) {
      bars.set(1, empty ? kernel.zerosLike() : kernel(op, x, kernel.shape(), bar));
    }
    return bars;
  }

  private static Tensor input(Convolution op, Shape x, Tensor kernel, Tensor bar) {
    int spatial = x.rank() - 2;
    List<Integer> low = new ArrayList<>();
    List<Integer> high = new ArrayList<>();
    for (int i = 0; i < spatial; i++) {
      int reach = (kernel.shape().extent(i + 2) - 1) * op.kernelDilation().get(i);
      int dilated = (bar.shape().extent(i + 2) - 1) * op.strides().get(i) + 1;
      int before = reach - op.padLow().get(i);
      int last = (x.extent(i + 2) - 1) * op.inputDilation().get(i);
      low.add(before);
      high.add(last + reach + 1 - dilated - before);
    }
    return convolve(
        bar,
        reversedKernel(op.groups(), kernel),
        /* strides= */ op.inputDilation(),
        low,
        high,
        /* inputDilation= */ op.strides(),
        /* kernelDilation= */ op.kernelDilation(),
        op.groups());
  }

  /** [g O, C, K] as [g C, O, K] with K reversed. */
  private static Tensor reversedKernel(int groups, Tensor kernel) {
    Shape shape = kernel.shape();
    List<Integer> axes = IntStream.range(2, shape.rank()).boxed().toList();
    Tensor reversed = kernel.apply(new Reverse(axes), List.of(kernel)).getFirst();
    Shape window = shape.slice(2, shape.rank());
    int outputs = shape.extent(0) / groups;
    int inputs = shape.extent(1);
    return reversed
        .reshape(Shape.of(groups, outputs, inputs).concat(window))
        .swapAxes(1, 2)
        .reshape(Shape.of(groups * inputs, outputs).concat(window));
  }

  private static Tensor kernel(Convolution op, Tensor x, Shape kernel, Tensor bar) {
    int spatial = kernel.rank() - 2;
    int groups = op.groups();
    int batch = x.shape().extent(0);
    int channels = kernel.extent(1);
    Shape window = x.shape().slice(2, x.shape().rank());
    List<Integer> high = new ArrayList<>();
    for (int i = 0; i < spatial; i++) {
      int reach =
          (kernel.extent(i + 2) - 1) * op.kernelDilation().get(i)
              + (bar.shape().extent(i + 2) - 1) * op.strides().get(i)
              + 1;
      int dilated = (x.shape().extent(i + 2) - 1) * op.inputDilation().get(i) + 1;
      high.add(reach - dilated - op.padLow().get(i));
    }
    // [N, g C, S] as [C, g N, S]: channels are the batch, examples the channels of each group.
    Tensor examplesAsChannels =
        x.reshape(Shape.of(batch, groups, channels).concat(window))
            .swapAxes(0, 2)
            .reshape(Shape.of(channels, groups * batch).concat(window));
    return convolve(
            examplesAsChannels,
            bar.swapAxes(0, 1),
            /* strides= */ op.kernelDilation(),
            op.padLow(),
            high,
            /* inputDilation= */ op.inputDilation(),
            /* kernelDilation= */ op.strides(),
            groups)
        .swapAxes(0, 1);
  }

  /** A convolution whose padding may be negative: then the dilated input is made and cropped. */
  private static Tensor convolve(
      Tensor x,
      Tensor kernel,
      List<Integer> strides,
      List<Integer> low,
      List<Integer> high,
      List<Integer> inputDilation,
      List<Integer> kernelDilation,
      int groups) {
    boolean crops = low.stream().anyMatch(pad -> pad < 0) || high.stream().anyMatch(pad -> pad < 0);
    Tensor input = crops ? cropped(x, low, high, inputDilation) : x;
    Convolution op =
        new Convolution(
            strides,
            low.stream().map(pad -> Math.max(pad, 0)).toList(),
            high.stream().map(pad -> Math.max(pad, 0)).toList(),
            crops ? Collections.nCopies(low.size(), 1) : inputDilation,
            kernelDilation,
            groups);
    return input.convolution(op, kernel);
  }

  private static Tensor cropped(
      Tensor x, List<Integer> low, List<Integer> high, List<Integer> dilation) {
    boolean apart = dilation.stream().anyMatch(step -> step > 1);
    Tensor dilated = apart ? dilated(x, dilation) : x;
    List<Integer> starts = new ArrayList<>(List.of(0, 0));
    List<Integer> limits = new ArrayList<>(List.of(x.shape().extent(0), x.shape().extent(1)));
    for (int i = 0; i < low.size(); i++) {
      int extent = dilated.shape().extent(i + 2);
      int start = Math.min(extent, Math.max(0, -low.get(i)));
      starts.add(start);
      limits.add(Math.max(start, extent + Math.min(0, high.get(i))));
    }
    return dilated
        .apply(new Slice(starts, limits, Collections.nCopies(starts.size(), 1)), List.of(dilated))
        .getFirst();
  }

  private static Tensor dilated(Tensor x, List<Integer> dilation) {
    List<Integer> zeros = Collections.nCopies(x.shape().rank(), 0);
    List<Integer> interior = new ArrayList<>(List.of(0, 0));
    dilation.forEach(step -> interior.add(step - 1));
    return x.apply(new Pad(zeros, zeros, interior), List.of(x, x.constant(x.dtype(), 0.0)))
        .getFirst();
  }
}
