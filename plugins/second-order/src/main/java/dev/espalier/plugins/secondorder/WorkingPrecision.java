package dev.espalier.plugins.secondorder;

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

  /** A direction in the parameters' precision. */
  static Tree<Tensor> back(Tree<Tensor> direction, Tree<Tensor> parameters) {
    return direction.zip(parameters, (d, p) -> d.to(p.dtype()));
  }
}
