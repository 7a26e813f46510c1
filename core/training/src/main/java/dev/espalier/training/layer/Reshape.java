package dev.espalier.training.layer;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;

/**
 * The elements of an example under another shape of the same size.
 *
 * @param shape the output's shape without the batch axis
 */
public record Reshape(Shape shape) implements Layer {
  @Override
  public TensorType output(TensorType input) {
    LayerFault.require(
        input.shape().size() == shape.size(),
        "reshape to " + shape + " takes " + shape.size() + " elements",
        input,
        "choose a shape of the same size");
    return input.withShape(shape);
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
    output(LayerFault.withoutBatch(x.type()));
    return x.reshape(LayerFault.withBatch(x.type(), shape));
  }
}
