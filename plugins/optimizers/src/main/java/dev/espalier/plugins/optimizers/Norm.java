package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.List;

/** Euclidean lengths and products of whole trees, as vectors. */
final class Norm {
  private Norm() {}

  /**
   * The length, an F64 scalar. Squares are taken of what the largest element and then the longest
   * tensor leave, so that no number of any type is too large or too small to be squared.
   */
  static Tensor of(Tree<Tensor> tree) {
    List<Tensor> lengths = tree.leaves().stream().map(Norm::of).toList();
    Tensor longest = lengths.stream().reduce(Tensor::max).orElseThrow();
    Tensor unit = orOne(longest);
    return lengths.stream()
        .map(length -> length.div(unit).square())
        .reduce(Tensor::add)
        .orElseThrow()
        .sqrt()
        .mul(longest);
  }

  /** The length of one tensor, an F64 scalar. */
  static Tensor of(Tensor x) {
    Tensor wide = x.dtype() == DType.F64 ? x : x.to(DType.F32);
    // The largest of no element is -inf.
    Tensor largest = wide.abs().reduceMax().max(0);
    Tensor unit = orOne(largest);
    Tensor square = wide.div(unit.broadcast(wide.shape())).square().sum();
    return largest.to(DType.F64).mul(square.to(DType.F64).sqrt());
  }

  private static Tensor orOne(Tensor x) {
    return x.eq(0).select(x.onesLike(), x);
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
