package dev.espalier.api.training;

import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import java.util.List;

/**
 * How a parameter enters a matrix product or a convolution: with a and g as below, the gradient of
 * example i's own loss in it is {@code fromMatrix(sum_t a[i, t] g[i, t]^T)}. Kronecker factors are
 * {@code sum a a^T} and {@code sum g g^T}.
 *
 * @param inputs a, [rows, positions, in]
 * @param outputGradients g, [rows, positions, out]
 * @param axes the parameter's axes as (in..., out...)
 * @param inputAxes how many of them are in
 * @param parameter the parameter's shape
 */
public record LayerStatistics(
    Tensor inputs, Tensor outputGradients, List<Integer> axes, int inputAxes, Shape parameter) {
  /** Copies the list. */
  public LayerStatistics {
    axes = List.copyOf(axes);
  }

  /** A tensor of the parameter's shape as a matrix [in, out]. */
  public Tensor toMatrix(Tensor x) {
    Tensor ordered = x.transpose(order());
    Shape shape = ordered.shape();
    return ordered.reshape(
        shape.slice(0, inputAxes).size(), shape.slice(inputAxes, shape.rank()).size());
  }

  /** A matrix [in, out] as a tensor of the parameter's shape. */
  public Tensor fromMatrix(Tensor matrix) {
    int[] extents = new int[axes.size()];
    int[] inverse = new int[axes.size()];
    for (int i = 0; i < extents.length; i++) {
      extents[i] = parameter.extent(axes.get(i));
      inverse[axes.get(i)] = i;
    }
    return matrix.reshape(Shape.of(extents)).transpose(inverse);
  }

  private int[] order() {
    return axes.stream().mapToInt(Integer::intValue).toArray();
  }
}
