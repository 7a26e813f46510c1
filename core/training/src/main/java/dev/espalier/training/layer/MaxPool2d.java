package dev.espalier.training.layer;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;

/**
 * The largest of each window of an image, without padding: [channels, height, width] to [channels,
 * (height - window) / stride + 1, (width - window) / stride + 1]. Where several are largest, the
 * derivative is shared as that of {@link Tensor#max(Tensor)} is.
 *
 * @param window height and width of a window, at least 1
 * @param stride distance of windows, at least 1
 */
public record MaxPool2d(int window, int stride) implements Layer {
  public MaxPool2d {
    Pool2d.check(window, stride);
  }

  /** Windows side by side. */
  public MaxPool2d(int window) {
    this(window, window);
  }

  @Override
  public TensorType output(TensorType input) {
    return pool().output("max pooling", input);
  }

  private Pool2d pool() {
    return new Pool2d(window, stride);
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
    output(LayerFault.withoutBatch(x.type()));
    return pool().combine(x, Tensor::max);
  }
}
