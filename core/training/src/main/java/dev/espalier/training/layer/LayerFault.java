package dev.espalier.training.layer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.function.Supplier;

/** The refusals of layers, which name the path of the layer. */
final class LayerFault {
  private static final String PREFIX = "layer ";
  private static final String SEPARATOR = ": ";

  private LayerFault() {}

  /**
   * Runs a part of a composed layer, and puts its name before the path in a refusal: {@code layer
   * blocks/0/attention: ...}.
   */
  static <T> T at(String name, Supplier<T> part) {
    try {
      return part.get();
    } catch (EspalierException e) {
      if (e.code() != ErrorCode.TYPE_MISMATCH
          && e.code() != ErrorCode.BAD_ATTRIBUTE
          && e.code() != ErrorCode.TREE_MISMATCH) {
        throw e;
      }
      String asked =
          e.asked().startsWith(PREFIX)
              ? PREFIX + name + "/" + e.asked().substring(PREFIX.length())
              : PREFIX + name + SEPARATOR + e.asked();
      throw new EspalierException(e.code(), asked, e.found(), e.repair(), e);
    }
  }

  static void require(boolean holds, String asked, TensorType found, String repair) {
    if (!holds) {
      throw new EspalierException(ErrorCode.TYPE_MISMATCH, asked, found.toString(), repair);
    }
  }

  static void requireAttribute(boolean holds, String asked, String found) {
    if (!holds) {
      throw new EspalierException(
          ErrorCode.BAD_ATTRIBUTE, asked, found, "give the layer another size");
    }
  }

  /** The type of a tensor without its batch axis. */
  static TensorType withoutBatch(TensorType x) {
    require(
        x.shape().rank() >= 1,
        "a layer takes a tensor with a batch axis",
        x,
        "give the tensor a first axis");
    return x.withShape(x.shape().remove(0));
  }

  /** A shape with the batch axis of a tensor in front. */
  static Shape withBatch(TensorType x, Shape shape) {
    return shape.insert(0, x.shape().extent(0));
  }
}
