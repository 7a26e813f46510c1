package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;

/**
 * The precision that running averages are kept in: that of the parameters, but F32 for F16 and
 * BF16, where a decay of 0.999 would round to 1.
 */
final class WorkingPrecision {
  private WorkingPrecision() {}

  /** The leaves in working precision. */
  static Tree<Tensor> of(Tree<Tensor> tree) {
    return tree.map(x -> x.dtype() == DType.F64 ? x : x.to(DType.F32));
  }

  /** Zeros of the parameters' shapes in working precision. */
  static Tree<Tensor> zeros(Tree<Tensor> parameters) {
    return of(parameters).map(Tensor::zerosLike);
  }

  /** A value of F32 or F64, or 0 where it is subnormal. */
  static Tensor normalOrZero(Tensor x) {
    double least = x.dtype() == DType.F64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
    return x.abs().lt(least).select(x.zerosLike(), x);
  }

  /** A direction in the parameters' precision. */
  static Tree<Tensor> back(Tree<Tensor> direction, Tree<Tensor> parameters) {
    return direction.zip(parameters, (d, p) -> d.to(p.dtype()));
  }
}
