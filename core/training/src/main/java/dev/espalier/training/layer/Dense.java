package dev.espalier.training.layer;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Initializer;

/**
 * {@code y = x W + b} over the last axis, for any leading axes: [..., in] to [..., features].
 * Parameters: {@code weight} [in, features] as the initializer draws it and, where there is one,
 * {@code bias} [features], at first 0.
 *
 * @param features the extent of the output's last axis, at least 1
 * @param bias whether b is added
 * @param initializer the first values of W
 */
public record Dense(int features, boolean bias, Initializer initializer) implements Layer {
  public Dense {
    LayerFault.requireAttribute(features >= 1, "dense has at least 1 feature", "" + features);
  }

  /** With a bias. */
  public Dense(int features, Initializer initializer) {
    this(features, true, initializer);
  }

  @Override
  public Tree<Tensor> init(Key key, TensorType input) {
    output(input);
    int in = input.shape().extent(-1);
    TensorType type = TensorType.of(input.dtype(), in, features);
    Tree<Tensor> tree = Tree.of("weight", initializer.initialize(key, type, in, features));
    return bias
        ? tree.and("bias", Filled.with(0, key, TensorType.of(input.dtype(), features)))
        : tree;
  }

  @Override
  public TensorType output(TensorType input) {
    Shape shape = input.shape();
    LayerFault.require(
        input.dtype().isFloat() && shape.rank() >= 1,
        "dense takes floats with a last axis of features",
        input,
        "convert the input, or put an embedding or a flatten layer before");
    return input.withShape(shape.with(-1, features));
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
    Tensor weight = parameters.get("weight");
    LayerFault.require(
        x.dtype() == weight.dtype()
            && x.shape().rank() >= 1
            && x.shape().extent(-1) == weight.shape().extent(0),
        "dense with weight " + weight.type() + " takes [..., " + weight.shape().extent(0) + "]",
        x.type(),
        "pass the type that the parameters were made for");
    Tensor y = x.matmul(weight);
    return bias ? y.add(parameters.get("bias").broadcast(y.shape(), y.shape().rank() - 1)) : y;
  }
}
