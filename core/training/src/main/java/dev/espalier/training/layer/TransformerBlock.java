package dev.espalier.training.layer;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Activation;
import dev.espalier.api.training.Initializer;

/**
 * A block of a transformer with the norms first: {@code x + dropout(attention(norm(x)))}, then
 * {@code x + dropout(mlp(norm(x)))}, [time, width] to the same. Parameters lie under {@code
 * attention_norm}, {@code attention}, {@code mlp_norm}, {@code mlp/up}, {@code mlp/activation} and
 * {@code mlp/down}.
 *
 * <p>Source: A. Radford et al., "Language Models are Unsupervised Multitask Learners", 2019.
 */
public final class TransformerBlock implements Layer {
  private final Sequential parts;

  /**
   * A block.
   *
   * @param width the extent of the last axis
   * @param heads attention heads, dividing the width
   * @param hidden pre-activations of the multi-layer perceptron
   * @param activation its activation
   * @param dropout the probability of dropout at the end of both branches
   * @param initializer the first values of weights
   * @param projection the first values of the weights whose results are added to x
   */
  public TransformerBlock(
      int width,
      int heads,
      int hidden,
      Activation activation,
      double dropout,
      Initializer initializer,
      Initializer projection) {
    Sequential mlp =
        Sequential.empty()
            .then("up", new Dense(hidden, initializer))
            .then("activation", new ActivationLayer(activation))
            .then("down", new Dense(width, projection));
    this.parts =
        Sequential.empty()
            .then("attention_norm", new LayerNorm())
            .then("attention", new CausalSelfAttention(heads, initializer, projection))
            .then("mlp_norm", new LayerNorm())
            .then("mlp", mlp)
            .then("dropout", new Dropout(dropout));
  }

  @Override
  public Tree<Tensor> init(Key key, TensorType input) {
    output(input);
    return parts.init(key, input);
  }

  @Override
  public TensorType output(TensorType input) {
    TensorType output = parts.output(input);
    LayerFault.require(
        output.equals(input),
        "a transformer block of output " + output + " takes the same",
        input,
        "give the block the width of its input");
    return input;
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
    Tensor attended = branch(parameters, x, context.part(0), "attention_norm", "attention");
    return branch(parameters, attended, context.part(1), "mlp_norm", "mlp");
  }

  private Tensor branch(
      Tree<Tensor> parameters, Tensor x, LayerContext context, String norm, String inner) {
    Tensor y = parts.applyPart(norm, parameters, x, context.part(0));
    y = parts.applyPart(inner, parameters, y, context.part(1));
    return x.add(parts.applyPart("dropout", parameters, y, context.part(2)));
  }
}
