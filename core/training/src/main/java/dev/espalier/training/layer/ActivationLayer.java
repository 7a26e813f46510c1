package dev.espalier.training.layer;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Activation;

/**
 * An activation in its full form: its parameters are the layer's, and it may change the last axis.
 *
 * @param activation the activation
 */
public record ActivationLayer(Activation activation) implements Layer {
  @Override
  public Tree<Tensor> init(Key key, TensorType input) {
    output(input);
    return activation.parameters(key.bits(), input);
  }

  @Override
  public TensorType output(TensorType input) {
    LayerFault.require(
        input.dtype().isFloat(), "an activation takes floats", input, "convert the input");
    if (input.shape().rank() == 0) {
      return input;
    }
    int features = activation.outputFeatures(input.shape().extent(-1));
    return input.withShape(input.shape().with(-1, features));
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
    TensorType expected = output(LayerFault.withoutBatch(x.type()));
    Tensor y =
        activation.apply(x, new Activation.Context(parameters, context.key(), context.training()));
    LayerFault.require(
        LayerFault.withoutBatch(y.type()).equals(expected),
        "activation " + activation.getClass().getSimpleName() + " gives " + expected,
        y.type(),
        "correct its outputFeatures or what it gives");
    return y;
  }
}
