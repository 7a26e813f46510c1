package dev.espalier.training.layer;

import dev.espalier.api.ir.CausalAttention;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Initializer;
import java.util.List;

/**
 * Multi-head attention of each position to itself and those before: [time, width] to the same. With
 * q, k, v of each head, of d = width / heads features, the output is {@code softmax(q k^T / sqrt(d)
 * + mask) v}, heads joined and projected. Parameters: {@code qkv/weight} [width, 3 width], {@code
 * qkv/bias}, {@code projection/weight} [width, width], {@code projection/bias}.
 *
 * <p>The core is the composite {@link CausalAttention} on q, k, v [batch, heads, time, d], so that
 * a backend may have a kernel for it.
 *
 * <p>Source: A. Vaswani et al., "Attention Is All You Need", arXiv:1706.03762.
 *
 * @param heads the number of heads, dividing the width
 * @param initializer the first values of the weights of queries, keys and values
 * @param projection the first values of the projection's weight
 */
public record CausalSelfAttention(int heads, Initializer initializer, Initializer projection)
    implements Layer {
  public CausalSelfAttention {
    LayerFault.requireAttribute(heads >= 1, "attention has at least 1 head", "" + heads);
  }

  @Override
  public Tree<Tensor> init(Key key, TensorType input) {
    TensorType type = output(input);
    return qkv(type)
        .init(key.fold(0), input)
        .under("qkv")
        .and(out(type).init(key.fold(1), type).under("projection"));
  }

  private Dense qkv(TensorType input) {
    return new Dense(3 * input.shape().extent(-1), initializer);
  }

  private Dense out(TensorType input) {
    return new Dense(input.shape().extent(-1), projection);
  }

  @Override
  public TensorType output(TensorType input) {
    LayerFault.require(
        input.dtype().isFloat()
            && input.shape().rank() == 2
            && input.shape().extent(1) >= 1
            && input.shape().extent(1) % heads == 0,
        "attention with " + heads + " heads takes floats [time, width], heads dividing the width",
        input,
        "choose another number of heads or another width");
    return input;
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
    TensorType type = output(LayerFault.withoutBatch(x.type()));
    int width = type.shape().extent(1);
    Tensor all = LayerFault.at("qkv", () -> qkv(type).apply(parameters.subtree("qkv"), x, context));
    List<Tensor> parts = all.split(-1, width, width, width).stream().map(this::heads).toList();
    Tensor joined =
        CausalAttention.apply(parts.get(0), parts.get(1), parts.get(2))
            .output()
            .transpose(0, 2, 1, 3)
            .reshape(x.shape());
    return LayerFault.at(
        "projection", () -> out(type).apply(parameters.subtree("projection"), joined, context));
  }

  private Tensor heads(Tensor x) {
    Shape shape = x.shape();
    int features = shape.extent(2) / heads;
    return x.reshape(shape.extent(0), shape.extent(1), heads, features).transpose(0, 2, 1, 3);
  }
}
