package dev.espalier.plugins.losses;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Loss;
import java.util.Optional;

/**
 * Mean squared error: {@code mean((p - t)^2)}.
 *
 * <p>Shapes: predictions and targets [batch, ...] to [batch], the mean over all axes but the first.
 * Without the factor 1/2 that some texts have: the gradient is {@code 2 (p - t) / n}, the Hessian
 * {@code 2 / n} on the diagonal, n the number of values of an example.
 *
 * <p>Source: A. Legendre, "Nouvelles methodes pour la determination des orbites des cometes", 1805.
 */
public record MeanSquaredError() implements Loss {
  @Override
  public Target target() {
    return Target.VALUES;
  }

  @Override
  public Tensor perExample(Tensor predictions, Tensor targets) {
    return PerExample.mean(predictions.sub(targets).square());
  }

  @Override
  public Optional<Tensor> outputHessianVector(Tensor predictions, Tensor targets, Tensor vector) {
    return Optional.of(vector.mul(2.0 / PerExample.terms(predictions.shape())));
  }

  /** {@code sqrt(2 / n)} times a standard normal: targets normal around p with variance 1/2. */
  @Override
  public Optional<OutputSampler> sampler() {
    return Optional.of((predictions, targets, key) ->
        key.normal(predictions.dtype(), predictions.shape())
            .mul(Math.sqrt(2.0 / PerExample.terms(predictions.shape()))));
  }
}
