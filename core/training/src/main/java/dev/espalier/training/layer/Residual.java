package dev.espalier.training.layer;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;

/**
 * {@code x + inner(x)}; the parameters are those of the inner layer.
 *
 * @param inner a layer that keeps the type
 */
public record Residual(Layer inner) implements Layer {
  @Override
  public Tree<Tensor> init(Key key, TensorType input) {
    output(input);
    return inner.init(key, input);
  }

  @Override
  public TensorType output(TensorType input) {
    TensorType output = inner.output(input);
    LayerFault.require(
        output.equals(input),
        "the inner layer of a residual keeps the type " + input,
        output,
        "end the inner layer with one that restores the type");
    return input;
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
    return x.add(inner.apply(parameters, x, context));
  }
}
