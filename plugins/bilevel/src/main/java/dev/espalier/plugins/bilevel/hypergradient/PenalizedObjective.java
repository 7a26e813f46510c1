package dev.espalier.plugins.bilevel.hypergradient;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import java.util.Set;

/**
 * {@code g + weight f}, of which value and gradient are known.
 *
 * @param g the inner objective
 * @param f the outer objective
 * @param weight a scalar
 */
record PenalizedObjective(Objective g, Objective f, Tensor weight) implements Objective {
  @Override
  public Set<Need> offers() {
    return Set.of(Need.VALUE, Need.GRADIENT);
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    return valueAndGradient(parameters).value();
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    ValueAndGradient inner = g.valueAndGradient(parameters);
    ValueAndGradient outer = f.valueAndGradient(parameters);
    return new ValueAndGradient(
        inner.value().add(outer.value().mul(weight.to(outer.value().dtype()))),
        inner
            .gradient()
            .zip(outer.gradient(), (a, b) -> a.add(b.mul(weight.to(b.dtype()).broadcastLike(b)))));
  }
}
