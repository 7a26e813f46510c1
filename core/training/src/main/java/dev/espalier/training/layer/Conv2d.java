package dev.espalier.training.layer;

import dev.espalier.api.ir.Convolution;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Initializer;
import java.util.List;

/**
 * Convolution of images, [in, height, width] to [channels, height', width']; see {@link
 * Convolution}. Parameters: {@code weight} [channels, in / groups, kernel, kernel] as the
 * initializer draws it, with fan-in {@code in / groups * kernel^2} and fan-out {@code channels /
 * groups * kernel^2}, and, where there is one, {@code bias} [channels], at first 0.
 *
 * @param channels output channels, at least 1
 * @param kernel the kernel's height and width, at least 1
 * @param stride step of the output in both directions, at least 1
 * @param padding zeros around
 * @param dilation distance of neighbours of the kernel, at least 1
 * @param groups independent groups of channels, dividing input and output channels
 * @param bias whether a bias is added
 * @param initializer the first values of the weight
 */
public record Conv2d(
    int channels,
    int kernel,
    int stride,
    Padding padding,
    int dilation,
    int groups,
    boolean bias,
    Initializer initializer)
    implements Layer {
  public Conv2d {
    LayerFault.requireAttribute(
        channels >= 1 && kernel >= 1 && stride >= 1 && dilation >= 1 && groups >= 1,
        "conv2d has channels, kernel, stride, dilation and groups of at least 1",
        channels + ", " + kernel + ", " + stride + ", " + dilation + ", " + groups);
  }

  /** Stride 1, dilation 1, one group, with a bias. */
  public Conv2d(int channels, int kernel, Padding padding, Initializer initializer) {
    this(channels, kernel, 1, padding, 1, 1, true, initializer);
  }

  @Override
  public Tree<Tensor> init(Key key, TensorType input) {
    output(input);
    int in = input.shape().extent(0) / groups;
    TensorType type = TensorType.of(input.dtype(), channels, in, kernel, kernel);
    int window = kernel * kernel;
    Tensor weight = initializer.initialize(key, type, in * window, channels / groups * window);
    Tree<Tensor> tree = Tree.of("weight", weight);
    return bias
        ? tree.and("bias", Filled.with(0, key, TensorType.of(input.dtype(), channels)))
        : tree;
  }

  @Override
  public TensorType output(TensorType input) {
    LayerFault.require(
        input.dtype().isFloat() && input.shape().rank() == 3,
        "conv2d takes floats [channels, height, width]",
        input,
        "reshape or convert the input");
    LayerFault.require(
        input.shape().extent(0) % groups == 0 && channels % groups == 0,
        "conv2d with " + channels + " channels has groups dividing input and output channels",
        input,
        groups + " groups do not divide; choose another number");
    int height = extent(input.shape().extent(1));
    int width = extent(input.shape().extent(2));
    LayerFault.require(
        height >= 1 && width >= 1,
        "conv2d with a window of " + window() + " gives at least one output",
        input,
        "use a smaller kernel or more padding");
    return TensorType.of(input.dtype(), channels, height, width);
  }

  private int window() {
    return (kernel - 1) * dilation + 1;
  }

  private int extent(int extent) {
    int room =
        extent
            + padding.low(extent, window(), stride)
            + padding.high(extent, window(), stride)
            - window();
    return room < 0 ? 0 : room / stride + 1;
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
    output(LayerFault.withoutBatch(x.type()));
    int height = x.shape().extent(2);
    int width = x.shape().extent(3);
    Convolution op =
        new Convolution(
            List.of(stride, stride),
            List.of(padding.low(height, window(), stride), padding.low(width, window(), stride)),
            List.of(padding.high(height, window(), stride), padding.high(width, window(), stride)),
            List.of(1, 1),
            List.of(dilation, dilation),
            groups);
    Tensor y = x.convolution(op, parameters.get("weight"));
    return bias ? y.add(parameters.get("bias").broadcast(y.shape(), 1)) : y;
  }
}
