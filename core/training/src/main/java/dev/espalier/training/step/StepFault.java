package dev.espalier.training.step;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;

/** Checks of what the parts of a step give; each refusal names the part. */
final class StepFault {
  private StepFault() {}

  /** What a part is called in messages. */
  static String name(Object part) {
    String simple = part.getClass().getSimpleName();
    return simple.isEmpty() ? part.getClass().getName() : simple;
  }

  /**
   * A tree with the paths and types that are expected, in their order.
   *
   * @throws EspalierException TREE_MISMATCH where it has others
   */
  static Tree<Tensor> conforming(
      Object part, String what, Tree<TensorType> expected, Tree<Tensor> found) {
    Tree<TensorType> types = found.map(Tensor::type);
    if (!types.asMap().equals(expected.asMap())) {
      throw new EspalierException(
          ErrorCode.TREE_MISMATCH,
          name(part) + " keeps paths and types of the " + what,
          types + " instead of " + expected,
          "return a leaf of the same type for each path");
    }
    return expected.mapWithPath((path, type) -> found.get(path));
  }

  /**
   * A scalar as F32.
   *
   * @throws EspalierException TYPE_MISMATCH where it is not a scalar
   */
  static Tensor scalar(Object part, String what, Tensor value) {
    if (value.shape().rank() != 0) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          name(part) + " gives the scalar " + what,
          value.type().toString(),
          "reduce it to one number");
    }
    return value.to(DType.F32);
  }
}
