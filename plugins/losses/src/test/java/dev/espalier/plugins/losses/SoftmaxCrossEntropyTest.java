package dev.espalier.plugins.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which types cross-entropy takes and gives. */
final class SoftmaxCrossEntropyTest {
  private static Graph trace(DType targets, Shape predictionShape, Shape targetShape) {
    return Graph.trace(
        "loss",
        List.of(new TensorType(DType.F32, predictionShape), new TensorType(targets, targetShape)),
        in -> List.of(new SoftmaxCrossEntropy(0.1).perExample(in.get(0), in.get(1))));
  }

  private static void assertRefused(DType targets, Shape predictionShape, Shape targetShape) {
    assertThatThrownBy(() -> trace(targets, predictionShape, targetShape))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TYPE_MISMATCH));
  }

  @Test
  void thereIsOneLossForEachExampleWhateverTheInnerAxes() {
    List<TensorType> batch = List.of(new TensorType(DType.F32, Shape.of(4)));
    for (DType targets : List.of(DType.I32, DType.I64)) {
      assertThat(trace(targets, Shape.of(4, 7), Shape.of(4)).outputTypes()).isEqualTo(batch);
      assertThat(trace(targets, Shape.of(4, 3, 7), Shape.of(4, 3)).outputTypes()).isEqualTo(batch);
      assertThat(trace(targets, Shape.of(4, 3, 2, 7), Shape.of(4, 3, 2)).outputTypes())
          .isEqualTo(batch);
    }
  }

  @Test
  void targetsOfAnotherShapeOrOfRealNumbersAreRefusedWithBothTypes() {
    assertRefused(DType.I64, Shape.of(4, 3, 7), Shape.of(4));
    assertRefused(DType.I64, Shape.of(4, 7), Shape.of(4, 7));
    assertRefused(DType.I64, Shape.of(7), Shape.SCALAR);
    assertRefused(DType.F32, Shape.of(4, 7), Shape.of(4));
  }
}
