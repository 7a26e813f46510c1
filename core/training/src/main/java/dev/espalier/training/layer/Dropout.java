package dev.espalier.training.layer;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;

/**
 * In training each element is 0 with a probability p and else divided by 1 - p, so that its mean is
 * kept; in evaluation the identity.
 *
 * <p>Source: N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
 * Overfitting", JMLR 15, 2014; scaled in training ("inverted").
 *
 * @param probability p, in [0, 1)
 */
public record Dropout(double probability) implements Layer {
  public Dropout {
    LayerFault.requireAttribute(
        probability >= 0 && probability < 1,
        "dropout has a probability in [0, 1)",
        "" + probability);
  }

  @Override
  public TensorType output(TensorType input) {
    LayerFault.require(input.dtype().isFloat(), "dropout takes floats", input, "convert the input");
    return input;
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
    output(x.type());
    if (!context.training() || probability == 0) {
      return x;
    }
    Tensor kept = context.key().bernoulli(1 - probability, x.shape());
    return kept.select(x.mul(1 / (1 - probability)), x.zerosLike());
  }
}
