package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Tensor;

/**
 * What {@link Sania} takes the loss for, d away and along {@code B^-1 g}; with {@code v = 2 * (f -
 * least) / (g^T B^-1 g)}.
 */
public sealed interface PolyakModel {
  /** How far along {@code B^-1 g} the model is the least loss, or its minimum is. */
  Tensor length(Tensor v);

  /**
   * {@code f + g^T d}: the length is {@code v / 2}, Polyak's step. Where the gradient is small and
   * the loss is not, that is far.
   *
   * @param longest the most length, greater than 0
   */
  record Linear(double longest) implements PolyakModel {
    @Override
    public Tensor length(Tensor v) {
      return v.div(2).min(longest);
    }
  }

  /** {@code f + g^T d + d^T B d / 2}: the length is {@code 1 - sqrt(1 - v)}, 1 from v = 1 on. */
  record Quadratic() implements PolyakModel {
    @Override
    public Tensor length(Tensor v) {
      // Without the cancellation.
      return v.min(1).div(v.neg().add(1).max(0).sqrt().add(1));
    }
  }
}
