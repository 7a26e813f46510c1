package dev.espalier.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.Schedule;
import dev.espalier.api.training.StepContext;
import dev.espalier.engine.reference.Reference;
import dev.espalier.training.layer.ActivationLayer;
import dev.espalier.training.layer.Dense;
import dev.espalier.training.layer.Dropout;
import dev.espalier.training.layer.Sequential;
import dev.espalier.training.model.LayerModel;
import dev.espalier.training.model.Model;
import dev.espalier.training.objective.RestrictedObjective;
import dev.espalier.training.oracle.Parts;
import dev.espalier.training.oracle.Run;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainingStepTest {
  private static final TensorType INPUTS = TensorType.of(DType.F32, 8, 3);
  private static final TensorType TARGETS = TensorType.of(DType.F32, 8, 2);
  private static final NdArray X = Run.normal(DType.F32, 8, 3);
  private static final NdArray Y = Run.normal(DType.F32, 8, 2);

  private static Model linear() {
    return new LayerModel(new Dense(2, Parts.normal(1)), TensorType.of(DType.F32, 3));
  }

  private static Model dropping() {
    Sequential layers =
        Sequential.empty()
            .then("first", new Dense(16, Parts.normal(1)))
            .then("tanh", new ActivationLayer(Tensor::tanh))
            .then("dropout", new Dropout(0.5))
            .then("last", new Dense(2, Parts.normal(1)));
    return new LayerModel(layers, TensorType.of(DType.F32, 3));
  }

  private static TrainingStep.Settings settings(
      Model model,
      Loss loss,
      Optimizer optimizer,
      Optional<GradientEstimator> estimator,
      OptionalDouble clip,
      TensorType targets) {
    Schedule halfway = (step, total) -> step.constant(DType.F64, 1.0).sub(step.div(total).mul(0.5));
    return new TrainingStep.Settings(
        model,
        loss,
        optimizer,
        new LearningRate(halfway, 0.1, 100),
        new Gradients(estimator, clip, Precision.F32, List.of()),
        StepInputs.of(INPUTS, targets));
  }

  private static TrainingStep step(Model model, Optimizer optimizer) {
    return TrainingStep.build(
        settings(
            model,
            new Parts.SquaredError(true),
            optimizer,
            Optional.empty(),
            OptionalDouble.empty(),
            TARGETS));
  }

  /** Heavy-ball momentum, whose parameters to ship are those minus the momentum. */
  private static Optimizer momentum() {
    Optimizer base =
        Optimizer.of(
            new GradientTransform() {
              @Override
              public Tree<Tensor> init(Tree<Tensor> parameters) {
                return parameters.map(Tensor::zerosLike).under("momentum");
              }

              @Override
              public Result update(
                  Tree<Tensor> gradient,
                  Tree<Tensor> parameters,
                  Tree<Tensor> state,
                  StepContext context) {
                Tree<Tensor> next =
                    state.subtree("momentum").zip(gradient, (m, g) -> m.mul(0.5).add(g));
                return new Result(next, next.under("momentum"));
              }
            });
    return new Optimizer() {
      @Override
      public Tree<Tensor> init(Tree<Tensor> parameters) {
        return base.init(parameters);
      }

      @Override
      public Step step(
          Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
        Step done = base.step(objective, parameters, state, context);
        return new Step(
            done.parameters(),
            done.state(),
            done.loss(),
            Tree.of("twice_rate", context.learningRate().mul(2)));
      }

      @Override
      public Tree<Tensor> evaluationPoint(Tree<Tensor> parameters, Tree<Tensor> state) {
        return parameters.zip(state.subtree("momentum"), Tensor::sub);
      }
    };
  }

  private static List<NdArray> begin(TrainingStep step, long key) {
    return Reference.run(step.initGraph(), List.of(NdArray.scalar(key)));
  }

  private static List<NdArray> next(TrainingStep step, List<NdArray> held, long number, long key) {
    List<NdArray> inputs = new ArrayList<>(held);
    inputs.addAll(List.of(X, Y, NdArray.scalar(number), NdArray.scalar(key)));
    return Reference.run(step.stepGraph(), inputs);
  }

  @Test
  void theGraphsHaveTheInputsAndOutputsThatTheyPromise() {
    TrainingStep step = step(linear(), momentum());
    assertThat(step.parameterTypes().paths()).containsExactly("weight", "bias");
    assertThat(step.stateTypes().paths()).containsExactly("momentum/weight", "momentum/bias");
    assertThat(step.reportNames()).containsExactly("twice_rate");
    List<TensorType> held = new ArrayList<>(step.parameterTypes().leaves());
    held.addAll(step.stateTypes().leaves());
    assertThat(step.initGraph().inputTypes()).containsExactly(TensorType.of(DType.I64));
    assertThat(step.initGraph().outputTypes()).isEqualTo(held);
    List<TensorType> inputs = new ArrayList<>(held);
    inputs.addAll(List.of(INPUTS, TARGETS, TensorType.of(DType.I64), TensorType.of(DType.I64)));
    assertThat(step.stepGraph().inputTypes()).isEqualTo(inputs);
    List<TensorType> outputs = new ArrayList<>(held);
    for (int i = 0; i < 4; i++) {
      outputs.add(TensorType.of(DType.F32));
    }
    assertThat(step.stepGraph().outputTypes()).isEqualTo(outputs);
    assertThat(step.predictGraph(TensorType.of(DType.F32, 3, 3)).outputTypes())
        .containsExactly(TensorType.of(DType.F32, 3, 2));
  }

  @Test
  void aStepIsGradientDescentOnTheMeanSquaredError() {
    TrainingStep step = step(linear(), Parts.descent());
    List<NdArray> held = begin(step, 4);
    List<NdArray> after = next(step, held, 10, 4);
    double rate = 0.1 * 0.95;
    double loss = 0;
    double[][] weight = new double[3][2];
    double[] bias = new double[2];
    for (int e = 0; e < 8; e++) {
      for (int o = 0; o < 2; o++) {
        double error = held.get(1).getDouble(o) - Y.getDouble(e * 2 + o);
        for (int i = 0; i < 3; i++) {
          error += X.getDouble(e * 3 + i) * held.get(0).getDouble(i * 2 + o);
        }
        loss += error * error / 2 / 8;
        bias[o] += error / 8;
        for (int i = 0; i < 3; i++) {
          weight[i][o] += error * X.getDouble(e * 3 + i) / 8;
        }
      }
    }
    double squares = 0;
    for (int o = 0; o < 2; o++) {
      squares += bias[o] * bias[o];
      double expected = held.get(1).getDouble(o) - rate * bias[o];
      assertThat(after.get(1).getDouble(o)).isCloseTo(expected, within(1e-6));
      for (int i = 0; i < 3; i++) {
        squares += weight[i][o] * weight[i][o];
        expected = held.get(0).getDouble(i * 2 + o) - rate * weight[i][o];
        assertThat(after.get(0).getDouble(i * 2 + o)).isCloseTo(expected, within(1e-6));
      }
    }
    assertThat(after.get(2).getDouble(0)).isCloseTo(loss, within(1e-5));
    assertThat(after.get(3).getDouble(0)).isCloseTo(Math.sqrt(squares), within(1e-5));
    assertThat(after.get(4).getDouble(0)).isCloseTo(rate, within(1e-7));
  }

  @Test
  void stepsMakeAQuadraticLossSmallerUntilItsGradientVanishes() {
    TrainingStep step = step(linear(), momentum());
    List<NdArray> held = begin(step, 4);
    double before = Double.POSITIVE_INFINITY;
    List<NdArray> after = List.of();
    for (int i = 0; i < 100; i++) {
      after = next(step, held, i, 4);
      held = after.subList(0, 4);
      if (i % 20 == 0) {
        assertThat(after.get(4).getDouble(0)).isLessThan(before);
        before = after.get(4).getDouble(0);
      }
    }
    assertThat(after.get(5).getDouble(0)).isLessThan(0.01);
  }

  @Test
  void theSameKeyGivesTheSameBitsAndEachStepDropsOtherUnits() {
    TrainingStep step = step(dropping(), Parts.descent());
    TrainingStep again = step(dropping(), Parts.descent());
    assertThat(again.stepGraph()).isEqualTo(step.stepGraph());
    List<NdArray> held = begin(step, 4);
    assertThat(begin(again, 4)).isEqualTo(held);
    assertThat(begin(step, 5)).isNotEqualTo(held);
    List<NdArray> first = next(step, held, 0, 4);
    List<NdArray> second = next(step, first.subList(0, held.size()), 1, 4);
    List<NdArray> other = next(again, held, 0, 4);
    assertThat(other).isEqualTo(first);
    assertThat(next(again, other.subList(0, held.size()), 1, 4)).isEqualTo(second);
    NdArray loss = first.get(held.size());
    assertThat(next(step, held, 1, 4).get(held.size())).isNotEqualTo(loss);
    assertThat(next(step, held, 0, 5).get(held.size())).isNotEqualTo(loss);
  }

  @Test
  void clippingShortensTheUpdateAndReportsTheNormBeforeIt() {
    double max = 0.01;
    TrainingStep plain = step(linear(), Parts.descent());
    TrainingStep clipped =
        TrainingStep.build(
            settings(
                linear(),
                new Parts.SquaredError(true),
                Parts.descent(),
                Optional.empty(),
                OptionalDouble.of(max),
                TARGETS));
    List<NdArray> held = begin(plain, 4);
    List<NdArray> free = next(plain, held, 0, 4);
    List<NdArray> bound = next(clipped, held, 0, 4);
    assertThat(bound.get(3)).isEqualTo(free.get(3));
    assertThat(free.get(3).getDouble(0)).isGreaterThan(0.1);
    double squares = 0;
    for (int leaf = 0; leaf < 2; leaf++) {
      for (int i = 0; i < held.get(leaf).type().shape().size(); i++) {
        double d = held.get(leaf).getDouble(i) - bound.get(leaf).getDouble(i);
        squares += d * d;
      }
    }
    assertThat(Math.sqrt(squares)).isCloseTo(0.1 * max, within(1e-6));
  }

  @Test
  void anInfiniteLossIsSeenInTheLossAndTheNorm() {
    TrainingStep clipped =
        TrainingStep.build(
            settings(
                linear(),
                new Parts.SquaredError(true),
                Parts.descent(),
                Optional.empty(),
                OptionalDouble.of(1),
                TARGETS));
    List<NdArray> held =
        List.of(NdArray.filled(TensorType.of(DType.F32, 3, 2), 3e38), begin(clipped, 4).get(1));
    List<NdArray> after = next(clipped, held, 0, 4);
    assertThat(Double.isFinite(after.get(2).getDouble(0))).isFalse();
    assertThat(Double.isFinite(after.get(3).getDouble(0))).isFalse();
    assertThat(Double.isNaN(after.get(0).getDouble(0))).isTrue();
  }

  @Test
  void evaluationCountsExamplesByTheirWeightsAtTheEvaluationPoint() {
    TensorType classes = TensorType.of(DType.I32, 8);
    TrainingStep step =
        TrainingStep.build(
            settings(
                linear(),
                new Parts.CrossEntropy(),
                momentum(),
                Optional.empty(),
                OptionalDouble.empty(),
                classes));
    Graph graph = step.evaluationGraph(TensorType.of(DType.F32, 4, 3), TensorType.of(DType.I32, 4));
    NdArray weight = NdArray.of(new float[] {3, 0, 0, 3, 0, 0}, 3, 2);
    NdArray bias = NdArray.of(new float[] {0, 0}, 2);
    // Subtracting the momentum leaves the weights 1, 0, 0, 1, 0, 0.
    NdArray moved = NdArray.of(new float[] {2, 0, 0, 2, 0, 0}, 3, 2);
    NdArray x = NdArray.of(new float[] {1, 0, 0, 0, 1, 0, 1, 0, 0, Float.NaN, 0, 0}, 4, 3);
    NdArray targets = NdArray.of(new int[] {0, 1, 1, 0}, 4);
    NdArray weights = NdArray.of(new float[] {1, 1, 1, 0}, 4);
    List<NdArray> out =
        Reference.run(graph, List.of(weight, bias, moved, bias, x, targets, weights));
    double right = Math.log1p(Math.exp(-1));
    assertThat(out.get(0).getDouble(0)).isCloseTo(3 * right + 1, within(1e-5));
    assertThat(out.get(1).getDouble(0)).isEqualTo(2);
    assertThat(out.get(2).getDouble(0)).isEqualTo(3);
    NdArray logits =
        Reference.run(
                step.predictGraph(TensorType.of(DType.F32, 4, 3)),
                List.of(weight, bias, moved, bias, x))
            .getFirst();
    assertThat(logits.getDouble(0)).isEqualTo(1);
  }

  @Test
  void evaluationDropsNothing() {
    TrainingStep step = step(dropping(), Parts.descent());
    Graph graph = step.predictGraph(INPUTS);
    assertThat(graph.nodes()).noneMatch(node -> node.op().name().equals("random_bits"));
    assertThat(step.stepGraph().nodes()).anyMatch(node -> node.op().name().equals("random_bits"));
  }

  @Test
  void valueAndGradientAskedApartCostOneForwardPass() {
    Optimizer apart =
        asking(
            Set.of(Objective.Need.VALUE, Objective.Need.GRADIENT),
            (objective, at) -> new Asked(objective.value(at), objective.gradient(at)));
    assertThat(products(step(dropping(), apart).stepGraph()))
        .isEqualTo(products(step(dropping(), Parts.descent()).stepGraph()));
  }

  private static long products(Graph graph) {
    return graph.nodes().stream().filter(node -> node.op() instanceof Dot).count();
  }

  private record Asked(Tensor value, Tree<Tensor> gradient) {}

  private record Asking(
      Set<Objective.Need> needs, BiFunction<Objective, Tree<Tensor>, Asked> question)
      implements Optimizer {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return Tree.empty();
    }

    @Override
    public Step step(
        Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      Asked asked = question.apply(objective, parameters);
      Tree<Tensor> moved =
          parameters.zip(asked.gradient(), (p, g) -> p.sub(context.learningRateLike(g).mul(g)));
      return new Step(moved, state, asked.value(), Tree.empty());
    }
  }

  private static Optimizer asking(
      Set<Objective.Need> needs, BiFunction<Objective, Tree<Tensor>, Asked> question) {
    return new Asking(needs, question);
  }

  private static Asked ask(Objective of, Objective.Need need, Tree<Tensor> at) {
    Tensor zero = at.leaves().getFirst().constant(DType.F32, 0.0);
    return switch (need) {
      case VALUE -> new Asked(of.value(at), at);
      case GRADIENT -> new Asked(zero, of.gradient(at));
      case HESSIAN_VECTOR -> new Asked(zero, of.hessianVector(at, at));
      case GAUSS_NEWTON_VECTOR -> new Asked(zero, of.gaussNewtonVector(at, at));
      case PER_EXAMPLE_GRADIENTS ->
          new Asked(zero, of.perExampleGradients(at).map(leaf -> leaf.mean(0)));
      case PER_EXAMPLE_VALUES -> new Asked(of.perExampleValues(at).mean(), at);
      case CLIPPED_SUM -> new Asked(zero, of.clippedSum(at, Clipping.flat(1)).sum());
      case LAYER_STATISTICS ->
          new Asked(
              of.layerStatistics(at, Optional.empty()).leaves().getFirst().inputs().sum(), at);
      case SAMPLED_GRADIENT ->
          new Asked(zero, of.sampledGradient(at, new Key(zero.constant(DType.I64, 1L))));
      case DIRECTIONAL_DERIVATIVE -> new Asked(of.directionalDerivative(at, at, 1), at);
    };
  }

  @ParameterizedTest
  @EnumSource(Objective.Need.class)
  void aQuestionThatTheOptimizerDidNotDeclareIsRefusedWhenTheStepIsBuilt(Objective.Need need) {
    Set<Objective.Need> others = EnumSet.complementOf(EnumSet.of(need));
    assertThatThrownBy(() -> step(linear(), asking(others, (of, at) -> ask(of, need, at))))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("Asking")
        .hasMessageContaining(need.name())
        .extracting(e -> ((EspalierException) e).code())
        .isEqualTo(ErrorCode.MISSING_NEED);
    Graph built = step(linear(), asking(Set.of(need), (of, at) -> ask(of, need, at))).stepGraph();
    assertThat(built.outputs()).hasSize(5);
  }

  /** Offers gradients only. */
  private record GradientOnly(Set<Objective.Need> needs, boolean asksValue)
      implements GradientEstimator {
    @Override
    public Estimate estimate(
        Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      if (asksValue) {
        RestrictedObjective offered =
            new RestrictedObjective(inner, "inner", "inside", Set.of(Objective.Need.VALUE));
        assertThat(offered.offers()).isNotEmpty();
      }
      return Estimate.of(
          new RestrictedObjective(inner, "inner", "GradientOnly", Set.of(Objective.Need.GRADIENT)));
    }
  }

  @Test
  void whatTheEstimatorDoesNotOfferIsRefusedWithBothNames() {
    Set<Objective.Need> needs = Set.of(Objective.Need.HESSIAN_VECTOR);
    Optimizer optimizer = asking(needs, (of, at) -> ask(of, Objective.Need.HESSIAN_VECTOR, at));
    assertThatThrownBy(() -> estimated(optimizer, new GradientOnly(Set.of(), false)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("GradientOnly");
    GradientOnly declared = new GradientOnly(Set.of(Objective.Need.GRADIENT), false);
    assertThatThrownBy(() -> estimated(optimizer, declared))
        .hasMessageContaining("Asking needs HESSIAN_VECTOR")
        .hasMessageContaining("GradientOnly offers GRADIENT");
  }

  @Test
  void whatTheEstimatorDidNotDeclareIsRefused() {
    GradientOnly undeclared = new GradientOnly(Set.of(Objective.Need.GRADIENT), true);
    assertThatThrownBy(() -> estimated(Parts.descent(), undeclared))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("VALUE");
  }

  private static TrainingStep estimated(Optimizer optimizer, GradientEstimator estimator) {
    return TrainingStep.build(
        settings(
            linear(),
            new Parts.SquaredError(true),
            optimizer,
            Optional.of(estimator),
            OptionalDouble.empty(),
            TARGETS));
  }

  @Test
  void anOptimizerThatChangesATypeIsRefusedByName() {
    Optimizer wrong =
        asking(
            Set.of(Objective.Need.GRADIENT),
            (of, at) -> {
              Objective.ValueAndGradient found = of.valueAndGradient(at);
              return new Asked(at.leaves().getFirst(), found.gradient());
            });
    assertThatThrownBy(() -> step(linear(), wrong))
        .hasMessageContaining("Asking gives the scalar loss")
        .hasMessageContaining("f32[3, 2]");
  }

  @Test
  void targetsThatDoNotFitTheLossAreRefusedWithBothTypes() {
    for (TensorType targets : List.of(TARGETS, TensorType.of(DType.I32, 8, 2))) {
      assertThatThrownBy(() ->
              TrainingStep.build(
                  settings(
                      linear(),
                      new Parts.CrossEntropy(),
                      Parts.descent(),
                      Optional.empty(),
                      OptionalDouble.empty(),
                      targets)))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("CrossEntropy takes integer targets")
          .hasMessageContaining("f32[8, 2]")
          .hasMessageContaining(targets.toString());
    }
  }
}
