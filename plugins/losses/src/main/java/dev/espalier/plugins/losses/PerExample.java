package dev.espalier.plugins.losses;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;

/** What every loss of this module does last: the mean over all axes of an example. */
final class PerExample {
  private PerExample() {}

  /** [batch, ...] to [batch]. */
  static Tensor mean(Tensor losses) {
    int batch = losses.shape().extent(0);
    return losses.reshape(Shape.of(batch, terms(losses.shape()))).mean(1);
  }

  /** The number of terms of an example's mean. */
  static int terms(Shape losses) {
    return losses.slice(1, losses.rank()).size();
  }
}
