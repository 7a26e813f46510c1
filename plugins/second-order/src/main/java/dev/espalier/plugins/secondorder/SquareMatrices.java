package dev.espalier.plugins.secondorder;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;

/** What is done with batches of square matrices, [count, n, n]. */
final class SquareMatrices {
  private SquareMatrices() {}

  /** The identity [n, n] of a batch. */
  static Tensor identity(Tensor like) {
    int n = like.shape().extent(-1);
    TensorType indices = TensorType.of(DType.I32, n, n);
    return like.iota(indices, 0).eq(like.iota(indices, 1)).to(like.dtype());
  }

  /** Identities of a batch's type. */
  static Tensor identities(Tensor like) {
    return identity(like).broadcast(like.shape());
  }

  /** A power of at least 1, by squaring. */
  static Tensor power(Tensor matrices, int exponent) {
    if (exponent == 1) {
      return matrices;
    }
    Tensor half = power(matrices, exponent / 2);
    Tensor square = half.matmul(half);
    return exponent % 2 == 0 ? square : square.matmul(matrices);
  }

  /** The largest element of {@code |M - I|} of each, [count]. */
  static Tensor distanceFromIdentity(Tensor matrices) {
    return matrices.sub(identities(matrices)).abs().reduceMax(1, 2);
  }

  /** A number for each matrix, repeated to its shape. */
  static Tensor each(Tensor numbers, Shape shape) {
    return numbers.spread(shape, 1, 2);
  }
}
