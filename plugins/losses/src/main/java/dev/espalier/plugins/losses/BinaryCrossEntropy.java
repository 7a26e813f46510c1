package dev.espalier.plugins.losses;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Loss;
import java.util.Optional;

/**
 * Binary cross-entropy on logits: the mean of {@code -t log(s) - (1 - t) log(1 - s)} with {@code s
 * = 1 / (1 + e^-x)}, computed as {@code t softplus(-x) + (1 - t) softplus(x)}.
 *
 * <p>Shapes: predictions x (logits) and targets t [batch, ...] to [batch], the mean over all axes
 * but the first. Targets are probabilities in [0, 1]. No term is negative, so nothing cancels: a
 * confident right answer keeps all its digits, where the usual {@code max(x, 0) - x t + log(1 +
 * e^-|x|)} loses them for t strictly between 0 and 1, and {@code softplus(x) - x t} for all. The
 * gradient is {@code (s - t) / n}, the Hessian {@code s (1 - s) / n} on the diagonal, n the number
 * of values of an example.
 *
 * <p>Source: D. Cox, "The Regression Analysis of Binary Sequences", Journal of the Royal
 * Statistical Society B 20, 1958.
 */
public record BinaryCrossEntropy() implements Loss {
  @Override
  public Target target() {
    return Target.VALUES;
  }

  @Override
  public Tensor perExample(Tensor predictions, Tensor targets) {
    Tensor ifTrue = targets.mul(predictions.neg().softplus());
    Tensor ifFalse = targets.onesLike().sub(targets).mul(predictions.softplus());
    return PerExample.mean(ifTrue.add(ifFalse));
  }

  @Override
  public Optional<Tensor> outputHessianVector(Tensor predictions, Tensor targets, Tensor vector) {
    Tensor s = predictions.logistic();
    Tensor curvature = s.mul(predictions.neg().logistic());
    return Optional.of(curvature.mul(vector).div(PerExample.terms(predictions.shape())));
  }

  /** {@code sqrt(n) (s - t) / n}, t drawn with probability s. */
  @Override
  public Optional<OutputSampler> sampler() {
    return Optional.of((predictions, targets, key) -> {
      Tensor s = predictions.logistic();
      Tensor drawn = key.uniform(s.dtype(), s.shape()).lt(s).to(s.dtype());
      return s.sub(drawn).div(Math.sqrt(PerExample.terms(predictions.shape())));
    });
  }
}
