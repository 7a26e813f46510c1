package dev.espalier.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.engine.reference.Reference;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a step function of one's own is held to. */
class StepFunctionTest {
  private static final TensorType INPUTS = TensorType.of(DType.F32, 4, 2);
  private static final TensorType TARGETS = TensorType.of(DType.I32, 4);

  /**
   * Counts: the parameter is the sum of all inputs, the state the number of steps.
   *
   * @param bend what is done to the new parameter
   * @param metrics what it says to measure
   * @param measure what it measures of the inputs
   */
  private record Counting(
      UnaryOperator<Tensor> bend, List<String> metrics, UnaryOperator<Tensor> measure)
      implements StepFunction {
    Counting() {
      this(x -> x, List.of("first", "loss"), x -> x.slice(1, 0, 1).reshape(x.shape().extent(0)));
    }

    @Override
    public Held init(Key key) {
      Tensor zero = key.bits().constant(DType.F32, 0);
      return new Held(Tree.of("sum", zero), Tree.of("steps", zero.to(DType.I64)));
    }

    @Override
    public Update step(Held held, Tensor inputs, Tensor targets, Tensor number, Key key) {
      Tensor sum = held.parameters().get("sum").add(inputs.sum());
      return new Update(
          new Held(
              Tree.of("sum", bend.apply(sum)), Tree.of("steps", held.state().get("steps").add(1))),
          sum,
          sum.zerosLike(),
          sum.zerosLike(),
          Tree.of("number", number));
    }

    @Override
    public Tree<Tensor> evaluate(Held held, Tensor inputs, Tensor targets) {
      return Tree.of("loss", inputs.sum(1)).and("first", measure.apply(inputs));
    }

    @Override
    public Tensor predict(Held held, Tensor inputs) {
      return inputs.mul(held.parameters().get("sum").broadcast(inputs.shape()));
    }
  }

  private static void requireRefused(ErrorCode code, String text, StepFunction function) {
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(
            () -> TrainingStep.build(function, INPUTS, TARGETS).evaluationGraph(INPUTS, TARGETS))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code))
        .withMessageContaining(text);
  }

  @Test
  void whatItCarriesAndReportsIsInTheGraph() {
    TrainingStep step = TrainingStep.build(new Counting(), INPUTS, TARGETS);
    NdArray x = NdArray.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, 2);
    NdArray y = NdArray.of(new int[4], 4);
    List<NdArray> begun = Reference.run(step.initGraph(), List.of(NdArray.scalar(1)));
    List<NdArray> out =
        Reference.run(
            step.stepGraph(),
            List.of(begun.get(0), begun.get(1), x, y, NdArray.scalar(5), NdArray.scalar(1)));

    assertThat(step.reportNames()).containsExactly("number");
    assertThat(out.stream().map(value -> value.getDouble(0)))
        .containsExactly(36.0, 1.0, 36.0, 0.0, 0.0, 5.0);
  }

  @Test
  void itsMeasuresAreSummedInTheOrderOfTheirNames() {
    TrainingStep step = TrainingStep.build(new Counting(), INPUTS, TARGETS);
    NdArray x = NdArray.of(new float[] {1, 2, 3, 4, 5, 6, Float.NaN, 8}, 4, 2);
    List<NdArray> out =
        Reference.run(
            step.evaluationGraph(INPUTS, TARGETS),
            List.of(
                NdArray.scalar(DType.F32, 0),
                NdArray.scalar(0),
                x,
                NdArray.of(new int[4], 4),
                NdArray.of(new float[] {1, 1, 2, 0}, 4)));

    assertThat(step.metricNames()).containsExactly("first", "loss");
    assertThat(out.stream().map(value -> value.getDouble(0))).containsExactly(14.0, 32.0, 4.0);
  }

  @Test
  void aStepThatChangesTheTypesOfWhatItIsGivenIsRefused() {
    requireRefused(
        ErrorCode.TREE_MISMATCH,
        "Counting keeps paths and types of the parameters",
        new Counting(x -> x.to(DType.F64), List.of("loss"), x -> x));
  }

  @Test
  void measuresWithoutALossAreRefused() {
    requireRefused(
        ErrorCode.BAD_VALUE,
        "Counting measures at least the loss",
        new Counting(x -> x, List.of("first"), x -> x));
  }

  @Test
  void aMeasureThatIsNotOneNumberForEachExampleIsRefused() {
    requireRefused(
        ErrorCode.TYPE_MISMATCH,
        "Counting measures first as one number for each example",
        new Counting(x -> x, List.of("loss", "first"), x -> x));
  }
}
