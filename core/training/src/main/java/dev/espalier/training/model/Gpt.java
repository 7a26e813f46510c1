package dev.espalier.training.model;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.training.layer.LayerContext;
import dev.espalier.training.layer.Sequential;
import java.util.List;

/**
 * The generative transformer: tokens [time] to logits [time, tokens] of the token that follows
 * each. Token and positional embedding, blocks with the norms first, a last norm, and a head
 * without bias: its own weight or, where it is tied, the token embedding's. It takes any time up to
 * the context.
 *
 * <p>Weights are normal with a standard deviation of 0.02; those whose results are added to the
 * residual stream with 0.02 / sqrt(2 layers).
 *
 * <p>Source: A. Radford et al., "Language Models are Unsupervised Multitask Learners", 2019.
 */
record Gpt(Sequential trunk, TensorType inputType, int tokens, boolean tied) implements Model {
  static void requireTokens(TensorType input) {
    if (!input.dtype().isInteger() || input.shape().rank() != 1 || input.shape().extent(0) < 1) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "gpt takes integer tokens [time]",
          input.toString(),
          "use text data, or another model");
    }
  }

  @Override
  public TensorType outputType() {
    return TensorType.of(DType.F32, inputType.shape().extent(0), tokens);
  }

  @Override
  public Tree<Tensor> init(Key key) {
    return trunk.init(key, inputType);
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor input, Key key, boolean training) {
    Tensor y = trunk.apply(parameters, input, new LayerContext(key, training));
    if (!tied) {
      return y;
    }
    Dot transposed = new Dot(List.of(), List.of(), List.of(2), List.of(1));
    return y.dot(transposed, parameters.get("token/weight"));
  }
}
