package dev.espalier.training.layer;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;

/** All axes of an example as one: [...] to [n]. */
public record Flatten() implements Layer {
  @Override
  public TensorType output(TensorType input) {
    return TensorType.of(input.dtype(), input.shape().size());
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
    TensorType output = output(LayerFault.withoutBatch(x.type()));
    return x.reshape(LayerFault.withBatch(x.type(), output.shape()));
  }
}
