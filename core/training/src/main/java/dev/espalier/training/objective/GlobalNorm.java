package dev.espalier.training.objective;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;

/** The Euclidean norm of all leaves of a tree together. */
public final class GlobalNorm {
  private GlobalNorm() {}

  /**
   * {@code sqrt(sum of x^2)} over all elements of all leaves: F64 where a leaf is, else F32.
   *
   * @param tree floats, at least one leaf
   */
  public static Tensor of(Tree<Tensor> tree) {
    DType working =
        tree.leaves().stream().anyMatch(leaf -> leaf.dtype() == DType.F64) ? DType.F64 : DType.F32;
    return tree.leaves().stream()
        .map(leaf -> leaf.to(working).square().sum())
        .reduce(Tensor::add)
        .orElseThrow(() ->
            new EspalierException(
                ErrorCode.TREE_MISMATCH,
                "the norm of at least one leaf",
                "an empty tree",
                "use a model with parameters"))
        .sqrt();
  }
}
