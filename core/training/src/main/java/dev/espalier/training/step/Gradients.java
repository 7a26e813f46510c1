package dev.espalier.training.step;

import dev.espalier.api.tensor.PathPattern;
import dev.espalier.api.training.GradientEstimator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How a step obtains gradients.
 *
 * @param estimator makes them; empty for those of the mean loss on the batch
 * @param clipNorm the norm that they are clipped to; empty where they are not
 * @param precision what the products of the model and of its derivatives take
 * @param frozen the parameters that stay as they began, of which there are none
 */
public record Gradients(
    Optional<GradientEstimator> estimator,
    OptionalDouble clipNorm,
    Precision precision,
    List<PathPattern> frozen) {
  /** Copies the list. */
  public Gradients {
    frozen = List.copyOf(frozen);
  }

  /** Those of the mean loss in every parameter, in F32, as they are. */
  public static Gradients exact() {
    return new Gradients(Optional.empty(), OptionalDouble.empty(), Precision.F32, List.of());
  }

  /** Made by an estimator. */
  public Gradients by(GradientEstimator other) {
    return new Gradients(Optional.of(other), clipNorm, precision, frozen);
  }

  /** Clipped to a norm. */
  public Gradients clippedTo(double norm) {
    return new Gradients(estimator, OptionalDouble.of(norm), precision, frozen);
  }

  /** With products of another precision. */
  public Gradients in(Precision other) {
    return new Gradients(estimator, clipNorm, other, frozen);
  }

  /** Of the parameters that none of the patterns matches. */
  public Gradients without(List<PathPattern> patterns) {
    return new Gradients(estimator, clipNorm, precision, patterns);
  }
}
