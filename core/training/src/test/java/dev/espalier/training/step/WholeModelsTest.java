package dev.espalier.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.Composite;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.engine.reference.Reference;
import dev.espalier.training.model.Model;
import dev.espalier.training.model.Models;
import dev.espalier.training.oracle.Parts;
import dev.espalier.training.oracle.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small models of every kind learn a batch by heart. */
class WholeModelsTest {
  private static TrainingStep step(
      Model model, double rate, TensorType inputs, TensorType targets) {
    return TrainingStep.build(
        new TrainingStep.Settings(
            model,
            new Parts.CrossEntropy(),
            Parts.descent(),
            new LearningRate((step, total) -> step.onesLike(), rate, 50),
            Gradients.exact().clippedTo(5),
            StepInputs.of(inputs, targets)));
  }

  private static double[] losses(TrainingStep step, int steps, NdArray x, NdArray y) {
    List<NdArray> held = Reference.run(step.initGraph(), List.of(NdArray.scalar(11)));
    int count = held.size();
    double[] losses = new double[steps];
    for (int i = 0; i < steps; i++) {
      List<NdArray> inputs = new ArrayList<>(held);
      inputs.addAll(List.of(x, y, NdArray.scalar(i), NdArray.scalar(11)));
      List<NdArray> out = Reference.run(step.stepGraph(), inputs);
      held = out.subList(0, count);
      losses[i] = out.get(count).getDouble(0);
    }
    return losses;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aGptBeginsAtTheUniformLossAndLearnsASequence(boolean tied) {
    Map<String, Object> params =
        Map.of("layers", 2, "width", 16, "heads", 2, "tied", tied, "dropout", 0.01);
    Model model =
        Models.create("gpt", Params.of(params), TensorType.of(DType.I32, 6), 7, Parts.extensions());
    TensorType batch = TensorType.of(DType.I32, 2, 6);
    TrainingStep step = step(model, 0.5, batch, batch);
    NdArray x = NdArray.of(new int[] {0, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1}, 2, 6);
    NdArray y = NdArray.of(new int[] {1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 0}, 2, 6);
    double[] losses = losses(step, 50, x, y);
    assertThat(losses[0]).isCloseTo(Math.log(7), within(0.1));
    assertThat(losses[49]).isLessThan(losses[0] / 2);
  }

  @Test
  void aCnnLearnsABatchByHeart() {
    Model model =
        Models.create(
            "cnn",
            Params.of(Map.of("channels", List.of(4, 6), "hidden", 8)),
            TensorType.of(DType.F32, 8, 8),
            3,
            Parts.extensions());
    TrainingStep step =
        step(model, 0.05, TensorType.of(DType.F32, 4, 8, 8), TensorType.of(DType.I32, 4));
    NdArray y = NdArray.of(new int[] {0, 1, 2, 1}, 4);
    double[] losses = losses(step, 50, Run.normal(DType.F32, 4, 8, 8), y);
    assertThat(losses[49]).isLessThan(losses[0] / 4);
  }

  @Test
  void attentionStaysACompositeInEvaluation() {
    Model model =
        Models.create(
            "gpt",
            Params.of(Map.of("layers", 3)),
            TensorType.of(DType.I32, 16),
            65,
            Parts.extensions());
    TensorType batch = TensorType.of(DType.I32, 2, 16);
    TrainingStep step = step(model, 0.1, batch, batch);
    assertThat(step.predictGraph(batch).nodes().stream().map(node -> node.op()))
        .filteredOn(op -> op instanceof Composite c && c.name().equals("causal_attention"))
        .hasSize(3);
    assertThat(step.predictGraph(TensorType.of(DType.I32, 1, 5)).outputTypes())
        .containsExactly(TensorType.of(DType.F32, 1, 5, 65));
  }
}
