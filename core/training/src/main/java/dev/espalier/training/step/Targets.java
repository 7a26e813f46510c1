package dev.espalier.training.step;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Loss;

/** What predictions and targets have to do with each other. */
final class Targets {
  private Targets() {}

  /**
   * Checks that targets fit predictions.
   *
   * @throws EspalierException TYPE_MISMATCH naming both
   */
  static void require(Loss loss, TensorType predictions, TensorType targets) {
    boolean classes = loss.target() == Loss.Target.CLASSES;
    boolean fits =
        classes
            ? predictions.shape().rank() >= 2
                && targets.dtype().isInteger()
                && targets.shape().equals(predictions.shape().remove(-1))
            : targets.equals(predictions);
    if (!fits) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "loss "
              + loss.getClass().getSimpleName()
              + " takes "
              + (classes
                  ? "integer targets of the predictions' shape without the class axis"
                  : "targets of the predictions' type"),
          "predictions " + predictions + ", targets " + targets,
          "choose a loss or a model that fits the data");
    }
  }

  /**
   * For each example the share of positions where the largest prediction is the class, F32 [batch].
   */
  static Tensor correct(Tensor predictions, Tensor classes) {
    Tensor hit = predictions.argMax(-1).to(classes.dtype()).eq(classes).to(DType.F32);
    Shape shape = hit.shape();
    return shape.rank() == 1
        ? hit
        : hit.reshape(shape.extent(0), shape.size() / Math.max(1, shape.extent(0))).mean(1);
  }
}
