package dev.espalier.training.layer;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.function.BinaryOperator;

/** Windows of images without padding, as strided slices that are combined elementwise. */
record Pool2d(int window, int stride) {
  Pool2d {
    check(window, stride);
  }

  static void check(int window, int stride) {
    LayerFault.requireAttribute(
        window >= 1 && stride >= 1,
        "pooling has a window and a stride of at least 1",
        window + ", " + stride);
  }

  TensorType output(String name, TensorType input) {
    LayerFault.require(
        input.dtype().isFloat()
            && input.shape().rank() == 3
            && input.shape().extent(1) >= window
            && input.shape().extent(2) >= window,
        name + " takes floats [channels, height, width], both at least " + window,
        input,
        "use a smaller window or pool less often");
    return TensorType.of(
        input.dtype(),
        input.shape().extent(0),
        count(input.shape().extent(1)),
        count(input.shape().extent(2)));
  }

  private int count(int extent) {
    return (extent - window) / stride + 1;
  }

  /** Combines the elements of each window of x [batch, channels, height, width]. */
  Tensor combine(Tensor x, BinaryOperator<Tensor> combination) {
    return along(3, along(2, x, combination), combination);
  }

  private Tensor along(int axis, Tensor x, BinaryOperator<Tensor> combination) {
    int span = (count(x.shape().extent(axis)) - 1) * stride + 1;
    Tensor result = x.slice(axis, 0, span, stride);
    for (int i = 1; i < window; i++) {
      result = combination.apply(result, x.slice(axis, i, i + span, stride));
    }
    return result;
  }
}
