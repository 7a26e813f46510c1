package dev.espalier.api.training;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import java.util.Optional;

/** A loss, for each example by itself. */
public interface Loss {
  /** What the targets are. */
  enum Target {
    /** Integer class indices: [batch, ...] for predictions [batch, ..., classes]. */
    CLASSES,
    /** Real values of the predictions' shape. */
    VALUES
  }

  /** What the targets are. */
  Target target();

  /**
   * The loss of each example.
   *
   * @param predictions what the model gives, [batch, ...]
   * @param targets see {@link #target()}
   * @return [batch]; the mean over all axes of an example but the class axis
   */
  Tensor perExample(Tensor predictions, Tensor targets);

  /**
   * The Hessian of the loss with respect to the predictions times a vector of their shape, in
   * closed form, for each example; empty where the framework is to derive it.
   */
  default Optional<Tensor> outputHessianVector(Tensor predictions, Tensor targets, Tensor vector) {
    return Optional.empty();
  }

  /** Draws vectors of the predictions' shape from what the model predicts. */
  @FunctionalInterface
  interface OutputSampler {
    /**
     * A random s whose {@code E[s s^T]} is the output Hessian of each example's loss, independent
     * between examples: for a negative log-likelihood the gradient at labels drawn from the
     * predictions, times the root of the number of terms that the loss is the mean of.
     */
    Tensor sample(Tensor predictions, Tensor targets, Key key);
  }

  /** How labels are sampled from the model; empty where predictions are no distribution. */
  default Optional<OutputSampler> sampler() {
    return Optional.empty();
  }
}
