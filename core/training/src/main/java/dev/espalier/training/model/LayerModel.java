package dev.espalier.training.model;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.training.layer.Layer;
import dev.espalier.training.layer.LayerContext;

/**
 * The model of a layer and the type of its inputs.
 *
 * @param layer the layer
 * @param inputType the type of an input without the batch axis
 * @param outputType the type of an output without the batch axis
 */
public record LayerModel(Layer layer, TensorType inputType, TensorType outputType)
    implements Model {
  /** The model of a layer, which is asked for the type of its output. */
  public LayerModel(Layer layer, TensorType inputType) {
    this(layer, inputType, layer.output(inputType));
  }

  @Override
  public Tree<Tensor> init(Key key) {
    return layer.init(key, inputType);
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor input, Key key, boolean training) {
    return layer.apply(parameters, input, new LayerContext(key, training));
  }
}
