package dev.espalier.training.layer;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Initializer;

/**
 * A vector for each token: integers [...] to [..., width]. Parameter: {@code weight} [tokens,
 * width]. A token outside [0, tokens) gives NaN.
 *
 * @param tokens the number of tokens, at least 1
 * @param width the length of a vector, at least 1
 * @param dtype the element type of the vectors
 * @param initializer the first values
 */
public record Embedding(int tokens, int width, DType dtype, Initializer initializer)
    implements Layer {
  public Embedding {
    LayerFault.requireAttribute(
        tokens >= 1 && width >= 1 && dtype.isFloat(),
        "embedding has at least 1 token, width 1 and floats",
        tokens + " tokens, width " + width + ", " + dtype.text());
  }

  @Override
  public Tree<Tensor> init(Key key, TensorType input) {
    output(input);
    TensorType type = TensorType.of(dtype, tokens, width);
    return Tree.of("weight", initializer.initialize(key, type, tokens, width));
  }

  @Override
  public TensorType output(TensorType input) {
    LayerFault.require(
        input.dtype().isInteger(),
        "embedding takes integer tokens",
        input,
        "convert the input to i32");
    return new TensorType(dtype, input.shape().insert(input.shape().rank(), width));
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
    output(x.type());
    return parameters.get("weight").take(x, 0);
  }
}
