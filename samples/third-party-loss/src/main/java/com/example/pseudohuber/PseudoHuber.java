package com.example.pseudohuber;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Loss;

/**
 * A square near 0 and a line far out, smooth everywhere: with {@code e = p - t}, the mean of {@code
 * delta^2 * (sqrt(1 + (e/delta)^2) - 1)}, computed as {@code e^2 / (1 + sqrt(1 + (e/delta)^2))},
 * which is the same without the cancellation near 0.
 *
 * <p>Shapes: predictions and targets [batch, ...] to [batch], the mean over all axes but the first.
 *
 * <p>Source: P. Charbonnier, L. Blanc-Féraud, G. Aubert, M. Barlaud, "Deterministic Edge-Preserving
 * Regularization in Computed Imaging", IEEE Transactions on Image Processing 6, 1997.
 *
 * @param delta where the square turns into a line, more than 0
 */
public record PseudoHuber(double delta) implements Loss {
  @Override
  public Target target() {
    return Target.VALUES;
  }

  @Override
  public Tensor perExample(Tensor predictions, Tensor targets) {
    Tensor error = predictions.sub(targets);
    Tensor root = error.mul(1 / delta).square().add(1).sqrt();
    Tensor losses = error.square().div(root.add(1));
    int batch = losses.shape().extent(0);
    int terms = losses.shape().slice(1, losses.shape().rank()).size();
    return losses.reshape(Shape.of(batch, terms)).mean(1);
  }
}
