package dev.espalier.api.training;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;

/**
 * An activation function. Most are a function of one tensor and say nothing else. The full form may
 * have trainable parameters, change the last axis (gated units), and use a key and the training
 * flag (stochastic ones): it overrides the other methods, and {@link #apply(Tensor)} is then the
 * function at its initial parameters in evaluation.
 */
public interface Activation {
  /** The function of pre-activations of any shape. */
  Tensor apply(Tensor x);

  /**
   * What the full form may use.
   *
   * @param parameters values of the parameters that {@link #parameters} declares
   * @param key fresh in each step
   * @param training whether this is a training step
   */
  record Context(Tree<Tensor> parameters, Key key, boolean training) {}

  /** The function in its full form. */
  default Tensor apply(Tensor x, Context context) {
    return apply(x);
  }

  /**
   * The trainable parameters and their first values.
   *
   * @param anchor a tensor of the trace to make constants with
   * @param input the type of the pre-activations without the batch axis
   */
  default Tree<Tensor> parameters(Tensor anchor, TensorType input) {
    return Tree.empty();
  }

  /** The extent of the result's last axis for that of the pre-activations. */
  default int outputFeatures(int features) {
    return features;
  }
}
