package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;

/** Euclidean lengths and products of whole trees, as vectors. */
final class Norm {
  private Norm() {}

  /**
   * The length, an F64 scalar. Each tensor's square is taken of what its largest element leaves, so
   * that no number of the element type is too large or too small to be squared.
   */
  static Tensor of(Tree<Tensor> tree) {
    return tree.leaves().stream()
        .map(Norm::of)
        .map(Tensor::square)
        .reduce(Tensor::add)
        .orElseThrow()
        .sqrt();
  }

  /** The length of one tensor, an F64 scalar. */
  static Tensor of(Tensor x) {
    Tensor wide = x.dtype() == DType.F64 ? x : x.to(DType.F32);
    // The largest of no element is -inf.
    Tensor largest = wide.abs().reduceMax().max(0);
    Tensor unit = largest.eq(0).select(largest.onesLike(), largest);
    Tensor square = wide.div(unit.broadcast(wide.shape())).square().sum();
    return largest.to(DType.F64).mul(square.to(DType.F64).sqrt());
  }

  /** The inner product, an F64 scalar. */
  static Tensor product(Tree<Tensor> x, Tree<Tensor> y) {
    return x.zip(y, (a, b) -> a.mul(b).sum().to(DType.F64)).leaves().stream()
        .reduce(Tensor::add)
        .orElseThrow();
  }

  /** Each tensor times a scalar. */
  static Tree<Tensor> scaled(Tree<Tensor> tree, Tensor factor) {
    return tree.map(x -> x.mul(factor.to(x.dtype()).broadcast(x.shape())));
  }

  /** {@code x / y}, and 0 where x is 0 whatever y is. */
  static Tensor ratio(Tensor x, Tensor y) {
    return x.eq(0).select(x, x.div(y));
  }
}
