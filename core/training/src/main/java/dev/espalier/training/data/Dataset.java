package dev.espalier.training.data;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;

/**
 * Examples that can be read in any order. Reading changes nothing, so threads may share a dataset.
 */
public interface Dataset {
  /** The number of examples. */
  int size();

  /** The type of a batch's inputs, [batch, ...]. */
  TensorType inputType(int batch);

  /** The type of a batch's targets, [batch, ...]. */
  TensorType targetType(int batch);

  /**
   * Writes examples into a batch that {@link #allocate} made, one for each index, allocating
   * nothing.
   *
   * @param indices which examples, from 0 to size - 1; as many as the batch has
   * @param into the batch, whose arrays are overwritten
   * @throws EspalierException TYPE_MISMATCH where the batch is of other types; BAD_VALUE for an
   *     index out of range
   */
  void fill(int[] indices, Batch into);

  /** A batch for a number of examples, zeroed. */
  default Batch allocate(int batch) {
    TensorType inputs = inputType(batch);
    TensorType targets = targetType(batch);
    return new Batch(
        NdArray.wrap(inputs, NdArray.allocate(inputs)),
        NdArray.wrap(targets, NdArray.allocate(targets)));
  }

  /** A fresh batch of these examples. */
  default Batch batch(int... indices) {
    Batch batch = allocate(indices.length);
    fill(indices, batch);
    return batch;
  }

  /**
   * Checks the arguments of {@link #fill}, for implementations.
   *
   * @throws EspalierException as {@link #fill}
   */
  default void check(int[] indices, Batch into) {
    TensorType inputs = inputType(indices.length);
    TensorType targets = targetType(indices.length);
    if (!into.inputs().type().equals(inputs) || !into.targets().type().equals(targets)) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          indices.length + " examples fill a batch of " + inputs + " and " + targets,
          into.inputs().type() + " and " + into.targets().type(),
          "make the batch by allocate(" + indices.length + ") of the same dataset");
    }
    for (int index : indices) {
      if (index < 0 || index >= size()) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "an example of a dataset of " + size(),
            "index " + index,
            "use indices from 0 to " + (size() - 1));
      }
    }
  }
}
