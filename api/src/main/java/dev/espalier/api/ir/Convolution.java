package dev.espalier.api.ir;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * Cross-correlation over n spatial axes, as the field calls convolution. Operands
 *
 * <pre>x: [N, groups * C, S...], kernel: [groups * O, C, K...]  give  [N, groups * O, T...]</pre>
 *
 * <p>with {@code y[b, o, t] = sum over c, k of x'[b, c, t * stride + k * kernelDilation] *
 * kernel[o, c, k]}, where x' is x with {@code inputDilation - 1} zeros between neighbours and then
 * {@code padLow} and {@code padHigh} zeros around. Floating-point types; BF16 and F16 accumulate in
 * F32.
 *
 * @param strides step of the output, at least 1, for each spatial axis
 * @param padLow zeros before, at least 0
 * @param padHigh zeros after, at least 0
 * @param inputDilation distance of neighbours of x in x', at least 1
 * @param kernelDilation distance of neighbours of the kernel, at least 1
 * @param groups number of independent groups of channels
 */
public record Convolution(
    List<Integer> strides,
    List<Integer> padLow,
    List<Integer> padHigh,
    List<Integer> inputDilation,
    List<Integer> kernelDilation,
    int groups)
    implements Op {
  public Convolution {
    strides = List.copyOf(strides);
    padLow = List.copyOf(padLow);
    padHigh = List.copyOf(padHigh);
    inputDilation = List.copyOf(inputDilation);
    kernelDilation = List.copyOf(kernelDilation);
  }

  @Override
  public String name() {
    return "convolution";
  }

  @Override
  public String attributes() {
    return "strides="
        + strides
        + ", padding="
        + padLow
        + "x"
        + padHigh
        + ", dilation="
        + inputDilation
        + "x"
        + kernelDilation
        + ", groups="
        + groups;
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.count(this, operands, 2);
    Shape x = operands.get(0).shape();
    Shape kernel = operands.get(1).shape();
    int spatial = x.rank() - 2;
    TypeRules.require(
        operands.get(0).dtype() == operands.get(1).dtype()
            && operands.get(0).dtype().isFloat()
            && spatial >= 0
            && kernel.rank() == x.rank(),
        this,
        operands,
        "takes x [batch, channels, ...] and kernel [out, in, ...] of one float type and rank",
        "check ranks and element types");
    TypeRules.attribute(
        strides.size() == spatial
            && padLow.size() == spatial
            && padHigh.size() == spatial
            && inputDilation.size() == spatial
            && kernelDilation.size() == spatial
            && groups >= 1,
        this,
        operands,
        "every attribute has an entry for each of the " + spatial + " spatial axes");
    TypeRules.require(
        x.extent(1) == (long) kernel.extent(1) * groups && kernel.extent(0) % groups == 0,
        this,
        operands,
        "needs groups x kernel's input channels = x's channels, and groups dividing the outputs",
        "check channels and groups");
    int[] to = new int[spatial + 2];
    to[0] = x.extent(0);
    to[1] = kernel.extent(0);
    for (int i = 0; i < spatial; i++) {
      TypeRules.attribute(
          strides.get(i) >= 1
              && padLow.get(i) >= 0
              && padHigh.get(i) >= 0
              && inputDilation.get(i) >= 1
              && kernelDilation.get(i) >= 1
              && kernel.extent(i + 2) >= 1,
          this,
          operands,
          "strides and dilations are at least 1, padding at least 0, the kernel not empty");
      int extent = x.extent(i + 2);
      long dilated = extent == 0 ? 0 : (extent - 1L) * inputDilation.get(i) + 1;
      long window = (kernel.extent(i + 2) - 1L) * kernelDilation.get(i) + 1;
      long room = dilated + padLow.get(i) + padHigh.get(i) - window;
      long places = room < 0 ? 0 : room / strides.get(i) + 1;
      TypeRules.attribute(
          places <= Integer.MAX_VALUE, this, operands, "an extent of the result is less than 2^31");
      to[i + 2] = (int) places;
    }
    return List.of(operands.get(0).withShape(Shape.of(to)));
  }
}
