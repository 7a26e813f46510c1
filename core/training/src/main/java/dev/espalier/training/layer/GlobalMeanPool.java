package dev.espalier.training.layer;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;

/** The mean of each channel of an image: [channels, height, width] to [channels]. */
public record GlobalMeanPool() implements Layer {
  @Override
  public TensorType output(TensorType input) {
    LayerFault.require(
        input.dtype().isFloat() && input.shape().rank() == 3,
        "global mean pooling takes floats [channels, height, width]",
        input,
        "reshape or convert the input");
    return TensorType.of(input.dtype(), input.shape().extent(0));
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
    output(LayerFault.withoutBatch(x.type()));
    return x.mean(2, 3);
  }
}
