package dev.espalier.training.layer;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;

/**
 * A function with parameters. Types are given without the batch axis; tensors have it as their
 * first axis. Layers are immutable and hold no values.
 */
public interface Layer {
  /**
   * The parameters and their first values, by path; empty where there are none.
   *
   * @param key the key for this layer
   * @param input the type of the input without the batch axis
   * @throws EspalierException TYPE_MISMATCH where the layer does not take such inputs
   */
  default Tree<Tensor> init(Key key, TensorType input) {
    return Tree.empty();
  }

  /**
   * The type of the output without the batch axis.
   *
   * @param input the type of the input without the batch axis
   * @throws EspalierException TYPE_MISMATCH where the layer does not take such inputs
   */
  TensorType output(TensorType input);

  /**
   * The function.
   *
   * @param parameters as {@link #init} made them or training left them
   * @param x the input, with the batch axis
   * @param context key and training flag
   */
  Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context);
}
