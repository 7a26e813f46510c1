package dev.espalier.training.layer;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;

/** First values that are the same everywhere. */
final class Filled {
  private Filled() {}

  /** One value everywhere, in the trace of a key. */
  static Tensor with(double value, Key key, TensorType type) {
    return key.bits().constant(type.dtype(), value).broadcast(type.shape());
  }
}
