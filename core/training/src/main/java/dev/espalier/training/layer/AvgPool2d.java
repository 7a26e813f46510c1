package dev.espalier.training.layer;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;

/**
 * The mean of each window of an image, without padding: [channels, height, width] to [channels,
 * (height - window) / stride + 1, (width - window) / stride + 1].
 *
 * @param window height and width of a window, at least 1
 * @param stride distance of windows, at least 1
 */
public record AvgPool2d(int window, int stride) implements Layer {
  public AvgPool2d {
    Pool2d.check(window, stride);
  }

  /** Windows side by side. */
  public AvgPool2d(int window) {
    this(window, window);
  }

  @Override
  public TensorType output(TensorType input) {
    return pool().output("average pooling", input);
  }

  private Pool2d pool() {
    return new Pool2d(window, stride);
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
    output(LayerFault.withoutBatch(x.type()));
    return pool().combine(x, Tensor::add).div(window * window);
  }
}
