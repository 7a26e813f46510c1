package dev.espalier.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Objective.Batch;
import dev.espalier.api.training.Objective.Need;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import dev.espalier.api.training.WrappedObjective;
import dev.espalier.engine.reference.Reference;
import dev.espalier.training.layer.Dense;
import dev.espalier.training.model.LayerModel;
import dev.espalier.training.oracle.Parts;
import dev.espalier.training.oracle.Run;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Estimators in a step: what they remember, how they nest, and what they are refused. */
class EstimatorStepTest {
  private static final NdArray INPUTS = Run.normal(DType.F32, 5, 3);
  private static final NdArray TARGETS = Run.normal(DType.F32, 5, 2);

  private static TrainingStep step(Optimizer optimizer, GradientEstimator estimator) {
    return step(optimizer, estimator, Map.of());
  }

  private static TrainingStep step(
      Optimizer optimizer, GradientEstimator estimator, Map<Batch, Integer> held) {
    return TrainingStep.build(
        new TrainingStep.Settings(
            new LayerModel(new Dense(2, Parts.normal(1)), TensorType.of(DType.F32, 3)),
            new Parts.SquaredError(true),
            optimizer,
            new LearningRate((number, total) -> number.onesLike(), 0.1, 100),
            Gradients.exact().by(estimator),
            StepInputs.of(INPUTS.type(), TARGETS.type()).holding(held)));
  }

  /** What a run holds after so many steps. */
  private static List<NdArray> after(TrainingStep step, int steps) {
    List<NdArray> held = Reference.run(step.initGraph(), List.of(NdArray.scalar(4)));
    int count = held.size();
    for (int i = 0; i < steps; i++) {
      List<NdArray> in = new ArrayList<>(held);
      in.addAll(List.of(INPUTS, TARGETS, NdArray.scalar(i), NdArray.scalar(4)));
      held = Reference.run(step.stepGraph(), in).subList(0, count);
    }
    return held;
  }

  /** Changes nothing and hands every question through. */
  private record Through() implements GradientEstimator {
    @Override
    public Estimate estimate(
        Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      record Same(Objective inner) implements WrappedObjective {}
      return Estimate.of(new Same(inner));
    }

    @Override
    public Set<Need> needs() {
      return Set.of(Need.GRADIENT);
    }
  }

  /** The mean of clipped gradients. */
  private record Clipped(double bound) implements GradientEstimator {
    @Override
    public Estimate estimate(
        Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      Objective.ClippedSum found = inner.clippedSum(parameters, Clipping.flat(bound));
      Tree<Tensor> mean = found.sum().map(g -> g.div(inner.examples(g).broadcast(g.shape())));
      return Estimate.of(
          Objective.at(parameters, new Objective.ValueAndGradient(found.value(), mean), "Clipped"));
    }

    @Override
    public Set<Need> needs() {
      return Set.of(Need.CLIPPED_SUM);
    }
  }

  /** The gradient and half of the gradient before. */
  private record Remembering() implements GradientEstimator {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return parameters.map(Tensor::zerosLike).under("before");
    }

    @Override
    public Estimate estimate(
        Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      Objective.ValueAndGradient found = inner.valueAndGradient(parameters);
      Tree<Tensor> sum = found.gradient().zip(state.subtree("before"), (g, b) -> g.add(b.mul(0.5)));
      Tensor any = found.gradient().leaves().getFirst();
      return new Estimate(
          Objective.at(
              parameters, new Objective.ValueAndGradient(found.value(), sum), "Remembering"),
          found.gradient().under("before"),
          Tree.of("size", any.abs().sum()));
    }

    @Override
    public Set<Need> needs() {
      return Set.of(Need.GRADIENT);
    }
  }

  private static void close(List<NdArray> found, List<NdArray> wanted) {
    for (int i = 0; i < wanted.size(); i++) {
      assertThat(found.get(i).toDoubles()).containsExactly(wanted.get(i).toDoubles(), within(1e-6));
    }
  }

  @Test
  void whatItRemembersStandsBesideTheOptimizersState() {
    TrainingStep step = step(Parts.descent(), new Remembering());
    assertThat(step.stateTypes().paths())
        .containsExactly("estimator/before/weight", "estimator/before/bias");
    assertThat(step.reportNames()).containsExactly("size");
    TrainingStep plain = step(Parts.descent(), new Through());
    close(after(step, 1).subList(0, 2), after(plain, 1));
    assertThat(after(step, 2).getFirst()).isNotEqualTo(after(plain, 2).getFirst());
  }

  @Test
  void anEstimatorOfAnEstimatorIsAskedThroughIt() {
    List<NdArray> alone = after(step(Parts.descent(), new Clipped(0.2)), 3);
    GradientEstimator nested = new Through().then(new Clipped(0.2));
    assertThat(nested.needs()).containsExactly(Need.GRADIENT);
    close(after(step(Parts.descent(), nested), 3), alone);

    TrainingStep both = step(Parts.descent(), new Clipped(0.2).then(new Remembering()));
    assertThat(both.stateTypes().paths())
        .containsExactly("estimator/outer/before/weight", "estimator/outer/before/bias");
    close(after(both, 1).subList(0, 2), after(step(Parts.descent(), new Clipped(0.2)), 1));
  }

  @Test
  void anEstimatorBeforeAnOptimizerIsAnOptimizer() {
    Optimizer both = new Remembering().then(Parts.descent());
    TrainingStep step = step(both, new Through());
    assertThat(step.stateTypes().paths())
        .containsExactly("estimator/before/weight", "estimator/before/bias");
    assertThat(step.reportNames()).containsExactly("estimator/size");
    close(after(step, 3), after(step(Parts.descent(), new Remembering()), 3));

    Optimizer clipped = new Clipped(0.2).then(Parts.descent());
    assertThat(clipped.needs()).containsExactly(Need.CLIPPED_SUM);
    close(
        after(step(clipped, new Through()), 3), after(step(Parts.descent(), new Clipped(0.2)), 3));
  }

  @Test
  void whatAnOptimizerAsksAndItsEstimatorDoesNotGiveIsRefusedWithBothNames() {
    Optimizer curved =
        new Optimizer() {
          @Override
          public Tree<Tensor> init(Tree<Tensor> parameters) {
            return Tree.empty();
          }

          @Override
          public Step step(
              Objective objective,
              Tree<Tensor> parameters,
              Tree<Tensor> state,
              StepContext context) {
            throw new IllegalStateException("is not reached");
          }

          @Override
          public Set<Need> needs() {
            return Set.of(Need.HESSIAN_VECTOR);
          }
        };
    assertThatThrownBy(() -> step(new Clipped(1).then(curved), new Through()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("Clipped")
        .hasMessageContaining("HESSIAN_VECTOR")
        .extracting(e -> ((EspalierException) e).code())
        .isEqualTo(ErrorCode.MISSING_NEED);
  }

  @Test
  void whatTheInnerOneDoesNotOfferIsRefusedWithBothNames() {
    assertThatThrownBy(() -> step(Parts.descent(), new Clipped(1).then(new Clipped(1))))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("Clipped")
        .hasMessageContaining("CLIPPED_SUM")
        .extracting(e -> ((EspalierException) e).code())
        .isEqualTo(ErrorCode.MISSING_NEED);
  }

  /** Asks about another batch. */
  private record Full(Set<Batch> batches) implements Optimizer {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return Tree.empty();
    }

    @Override
    public Step step(
        Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      Objective.ValueAndGradient found = objective.on(Batch.FULL).valueAndGradient(parameters);
      return new Step(
          parameters.zip(found.gradient(), (p, g) -> p.sub(g.mul(0.1))),
          state,
          found.value(),
          Tree.empty());
    }
  }

  @Test
  void batchesThatAreNotDeclaredOrNotHeldAreRefused() {
    Through through = new Through();
    assertThatThrownBy(() -> step(new Full(Set.of()), through, Map.of(Batch.FULL, 5)))
        .hasMessageContaining("Full asks its objective for FULL")
        .hasMessageContaining("batches()");
    assertThatThrownBy(() -> step(new Full(EnumSet.of(Batch.FULL)), new Clipped(1)))
        .hasMessageContaining("Full needs FULL")
        .hasMessageContaining("Clipped offers nothing");
  }

  @Test
  void anotherBatchIsAskedLikeTheOwn() {
    Optimizer full = new Full(EnumSet.of(Batch.FULL));
    TrainingStep.Settings settings =
        new TrainingStep.Settings(
            new LayerModel(new Dense(2, Parts.normal(1)), TensorType.of(DType.F32, 3)),
            new Parts.SquaredError(true),
            full,
            new LearningRate((number, total) -> number.onesLike(), 0.1, 100),
            Gradients.exact(),
            StepInputs.of(INPUTS.type(), TARGETS.type()).holding(Map.of(Batch.FULL, 5)));
    TrainingStep on = TrainingStep.build(settings);
    TrainingStep own = TrainingStep.build(settings.with(Parts.descent()));
    List<NdArray> held = Reference.run(own.initGraph(), List.of(NdArray.scalar(4)));
    NdArray none = NdArray.filled(INPUTS.type(), 0);
    NdArray zeros = NdArray.filled(TARGETS.type(), 0);
    List<NdArray> numbers = List.of(NdArray.scalar(0), NdArray.scalar(4));
    List<NdArray> a = new ArrayList<>(held);
    a.addAll(List.of(none, zeros, INPUTS, TARGETS));
    a.addAll(numbers);
    List<NdArray> b = new ArrayList<>(held);
    b.addAll(List.of(INPUTS, TARGETS, none, zeros));
    b.addAll(numbers);
    List<NdArray> found = Reference.run(on.stepGraph(), a);
    List<NdArray> wanted = Reference.run(own.stepGraph(), b);
    close(found.subList(0, 2), wanted.subList(0, 2));
    // The gradient of the own batch was not asked for.
    assertThat(found.get(3).getDouble(0)).isZero();
    assertThat(wanted.get(3).getDouble(0)).isPositive();
  }
}
