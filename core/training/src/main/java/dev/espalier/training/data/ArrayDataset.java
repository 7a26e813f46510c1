package dev.espalier.training.data;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;

/** Examples held in two arrays, one row an example: images or features, and labels or values. */
public final class ArrayDataset implements Dataset {
  private final NdArray inputs;
  private final NdArray targets;
  private final int from;
  private final int size;

  /**
   * All rows of two arrays.
   *
   * @param inputs [examples, ...]
   * @param targets [examples, ...]
   * @throws EspalierException TYPE_MISMATCH where one is a scalar or the numbers of rows differ
   */
  public ArrayDataset(NdArray inputs, NdArray targets) {
    this(inputs, targets, 0, rows(inputs, targets));
  }

  private ArrayDataset(NdArray inputs, NdArray targets, int from, int size) {
    this.inputs = inputs;
    this.targets = targets;
    this.from = from;
    this.size = size;
  }

  private static int rows(NdArray inputs, NdArray targets) {
    Shape of = inputs.type().shape();
    Shape to = targets.type().shape();
    if (of.rank() == 0 || to.rank() == 0 || of.extent(0) != to.extent(0)) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "a dataset has as many inputs as targets",
          inputs.type() + " and " + targets.type(),
          "check that the two files belong together");
    }
    return of.extent(0);
  }

  /**
   * The examples {@code from} (inclusive) to {@code to} (exclusive), not copied.
   *
   * @throws EspalierException BAD_VALUE where the range is not within the dataset
   */
  public ArrayDataset slice(int from, int to) {
    if (from < 0 || to < from || to > size) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a range within a dataset of " + size + " examples",
          "from " + from + " to " + to,
          "use 0 <= from <= to <= " + size);
    }
    return new ArrayDataset(inputs, targets, this.from + from, to - from);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public TensorType inputType(int batch) {
    return rowsOf(inputs, batch);
  }

  @Override
  public TensorType targetType(int batch) {
    return rowsOf(targets, batch);
  }

  private static TensorType rowsOf(NdArray array, int batch) {
    return array.type().withShape(array.type().shape().with(0, batch));
  }

  @Override
  public void fill(int[] indices, Batch into) {
    check(indices, into);
    copy(inputs, indices, into.inputs());
    copy(targets, indices, into.targets());
  }

  private void copy(NdArray rows, int[] indices, NdArray into) {
    int width = rows.type().shape().remove(0).size();
    for (int i = 0; i < indices.length; i++) {
      // The product fits: it is an offset into an array of this size.
      System.arraycopy(
          rows.storage(), (from + indices[i]) * width, into.storage(), i * width, width);
    }
  }
}
