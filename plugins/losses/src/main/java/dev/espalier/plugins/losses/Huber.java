package dev.espalier.plugins.losses;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Loss;

/**
 * Huber's loss: with {@code e = p - t}, the mean of {@code e^2 / 2} where {@code |e| <= delta}, and
 * of {@code delta * (|e| - delta / 2)} elsewhere.
 *
 * <p>Shapes: predictions and targets [batch, ...] to [batch], the mean over all axes but the first.
 * The first derivative is continuous, e limited to [-delta, delta]; the second is 1 inside, at
 * {@code |e| = delta} too, and 0 outside.
 *
 * <p>Source: P. Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical
 * Statistics 35, 1964.
 *
 * @param delta where the square turns into a line, more than 0
 */
public record Huber(double delta) implements Loss {
  @Override
  public Target target() {
    return Target.VALUES;
  }

  @Override
  public Tensor perExample(Tensor predictions, Tensor targets) {
    Tensor error = predictions.sub(targets);
    Tensor distance = error.abs();
    Tensor square = error.square().mul(0.5);
    Tensor line = distance.sub(delta / 2).mul(delta);
    return PerExample.mean(distance.le(delta).select(square, line));
  }
}
