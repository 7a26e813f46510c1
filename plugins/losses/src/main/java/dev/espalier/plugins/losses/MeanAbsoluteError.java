package dev.espalier.plugins.losses;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Loss;

/**
 * Mean absolute error: {@code mean(|p - t|)}.
 *
 * <p>Shapes: predictions and targets [batch, ...] to [batch], the mean over all axes but the first.
 * The derivative of a term is the sign of {@code p - t}, and 0 where both are equal; its second
 * derivative is 0.
 *
 * <p>Source: P. Bloomfield, W. Steiger, "Least Absolute Deviations", 1983.
 */
public record MeanAbsoluteError() implements Loss {
  @Override
  public Target target() {
    return Target.VALUES;
  }

  @Override
  public Tensor perExample(Tensor predictions, Tensor targets) {
    return PerExample.mean(predictions.sub(targets).abs());
  }
}
