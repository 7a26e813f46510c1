package dev.espalier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.training.step.TrainingStep;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrainingStepsTest {
  private final TrainingSteps steps = new TrainingSteps(Installation.discover().extensions());

  /** The sizes are those that PyTorch counts in peers.py. */
  @ParameterizedTest
  @CsvSource({
    "mlp, 669706, f32, 128x784, 128",
    "cnn, 94538, f32, 64x3x32x32, 64",
    "gpt, 834304, i32, 16x128, 16x128",
    "gpt-medium, 10819584, i32, 8x256, 8x256"
  })
  void aStepHasTheShapesThatAreStated(
      String name, long parameters, String dtype, String inputs, String targets) {
    TrainingStep step = steps.build(name);
    int held = step.parameterTypes().size() + step.stateTypes().size();
    List<TensorType> types = step.stepGraph().inputTypes();

    assertThat(step.parameterTypes().leaves().stream().mapToLong(t -> t.shape().size()).sum())
        .isEqualTo(parameters);
    assertThat(types.get(held)).isEqualTo(type(dtype, inputs));
    assertThat(types.get(held + 1)).isEqualTo(type("i32", targets));
  }

  private static TensorType type(String dtype, String extents) {
    int[] each = List.of(extents.split("x", -1)).stream().mapToInt(Integer::parseInt).toArray();
    return TensorType.of(dtype.equals("f32") ? DType.F32 : DType.I32, each);
  }

  @Test
  void anUnknownStepIsRefusedWithTheNamesThereAre() {
    assertThatThrownBy(() -> steps.build("mpl"))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("mlp, gpt, gpt-medium, cnn")
        .hasMessageContaining("mpl")
        .hasMessageContaining("repair:");
  }
}
