package dev.espalier.training.layer;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;

/**
 * {@code (x - mean) / sqrt(variance + epsilon) * weight + bias} over the last axis, with the biased
 * variance. Parameters, where it is affine: {@code weight}, at first 1, and {@code bias}, at first
 * 0, of the last axis's extent.
 *
 * <p>Source: J. Ba, J. Kiros, G. Hinton, "Layer Normalization", arXiv:1607.06450.
 *
 * @param epsilon added to the variance, greater than 0
 * @param affine whether there are parameters
 */
public record LayerNorm(double epsilon, boolean affine) implements Layer {
  public LayerNorm {
    LayerFault.requireAttribute(
        epsilon > 0 && epsilon < Double.POSITIVE_INFINITY,
        "layer norm has an epsilon greater than 0",
        "" + epsilon);
  }

  /** Epsilon 1e-5, affine. */
  public LayerNorm() {
    this(1e-5, true);
  }

  @Override
  public Tree<Tensor> init(Key key, TensorType input) {
    output(input);
    if (!affine) {
      return Tree.empty();
    }
    TensorType type = TensorType.of(input.dtype(), input.shape().extent(-1));
    return Tree.of("weight", Filled.with(1, key, type)).and("bias", Filled.with(0, key, type));
  }

  @Override
  public TensorType output(TensorType input) {
    LayerFault.require(
        input.dtype().isFloat() && input.shape().rank() >= 1 && input.shape().extent(-1) >= 1,
        "layer norm takes floats with a last axis of features",
        input,
        "convert or reshape the input");
    return input;
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
    output(LayerFault.withoutBatch(x.type()));
    Tensor centred = x.sub(x.mean(-1).spread(x.shape(), -1));
    Tensor scale = centred.square().mean(-1).add(epsilon).rsqrt();
    Tensor normal = centred.mul(scale.spread(x.shape(), -1));
    if (!affine) {
      return normal;
    }
    int last = x.shape().rank() - 1;
    Tensor weight = parameters.get("weight").broadcast(x.shape(), last);
    return normal.mul(weight).add(parameters.get("bias").broadcast(x.shape(), last));
  }
}
