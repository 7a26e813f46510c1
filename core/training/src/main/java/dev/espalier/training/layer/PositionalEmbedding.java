package dev.espalier.training.layer;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Initializer;

/**
 * Adds a learned vector for each position: [time, width] to the same, for time up to the context.
 * Parameter: {@code weight} [context, width].
 *
 * @param context the greatest number of positions, at least 1
 * @param initializer the first values
 */
public record PositionalEmbedding(int context, Initializer initializer) implements Layer {
  public PositionalEmbedding {
    LayerFault.requireAttribute(
        context >= 1, "positional embedding has at least 1 position", "" + context);
  }

  @Override
  public Tree<Tensor> init(Key key, TensorType input) {
    output(input);
    TensorType type = TensorType.of(input.dtype(), context, input.shape().extent(1));
    return Tree.of("weight", initializer.initialize(key, type, context, type.shape().extent(1)));
  }

  @Override
  public TensorType output(TensorType input) {
    LayerFault.require(
        input.dtype().isFloat() && input.shape().rank() == 2 && input.shape().extent(0) <= context,
        "positional embedding takes floats [time, width] of time at most " + context,
        input,
        "shorten the input or make the context longer");
    return input;
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
    output(LayerFault.withoutBatch(x.type()));
    Tensor weight = parameters.get("weight").slice(0, 0, x.shape().extent(1));
    return x.add(weight.broadcast(x.shape(), 1, 2));
  }
}
