package dev.espalier.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.PathPattern;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.ParameterGroup;
import dev.espalier.api.training.StepContext;
import dev.espalier.engine.reference.Reference;
import dev.espalier.training.layer.ActivationLayer;
import dev.espalier.training.layer.Dense;
import dev.espalier.training.layer.Sequential;
import dev.espalier.training.model.LayerModel;
import dev.espalier.training.oracle.Parts;
import dev.espalier.training.oracle.Run;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Frozen parameters, and groups that are moved by themselves. */
class ParameterGroupsTest {
  private static final NdArray INPUTS = Run.normal(DType.F32, 5, 3);
  private static final NdArray TARGETS = Run.normal(DType.F32, 5, 2);
  private static final List<String> PATHS =
      List.of("first/weight", "first/bias", "last/weight", "last/bias");
  private static final double RATE = 0.1;

  private static TrainingStep step(Optimizer optimizer, Gradients gradients) {
    Sequential layers =
        Sequential.empty()
            .then("first", new Dense(4, Parts.normal(1)))
            .then("tanh", new ActivationLayer(Tensor::tanh))
            .then("last", new Dense(2, Parts.normal(1)));
    return TrainingStep.build(
        new TrainingStep.Settings(
            new LayerModel(layers, TensorType.of(DType.F32, 3)),
            new Parts.SquaredError(true),
            optimizer,
            new LearningRate((number, total) -> number.onesLike(), RATE, 100),
            gradients,
            StepInputs.of(INPUTS.type(), TARGETS.type())));
  }

  /** The first parameters and state. */
  private static List<NdArray> first(TrainingStep step) {
    return Reference.run(step.initGraph(), List.of(NdArray.scalar(4)));
  }

  private static List<NdArray> after(TrainingStep step) {
    List<NdArray> in = new ArrayList<>(first(step));
    in.addAll(List.of(INPUTS, TARGETS, NdArray.scalar(0), NdArray.scalar(4)));
    return Reference.run(step.stepGraph(), in);
  }

  /** How far each parameter moves, by element. */
  private static List<double[]> moves(TrainingStep step) {
    List<NdArray> before = first(step);
    List<NdArray> after = after(step);
    List<double[]> moves = new ArrayList<>();
    for (int i = 0; i < PATHS.size(); i++) {
      double[] move = after.get(i).toDoubles().clone();
      for (int j = 0; j < move.length; j++) {
        move[j] -= before.get(i).getDouble(j);
      }
      moves.add(move);
    }
    return moves;
  }

  private static PathPattern pattern(String text) {
    return new PathPattern(text);
  }

  private static Optimizer momentum() {
    return Optimizer.of(
        new GradientTransform() {
          @Override
          public Tree<Tensor> init(Tree<Tensor> parameters) {
            return parameters.map(Tensor::zerosLike);
          }

          @Override
          public Result update(
              Tree<Tensor> gradient,
              Tree<Tensor> parameters,
              Tree<Tensor> state,
              StepContext context) {
            Tree<Tensor> next = gradient.zip(state, Tensor::add);
            return new Result(next, next);
          }
        });
  }

  /** Descent with a decay of half the parameters. */
  private static Optimizer decaying() {
    return Optimizer.of(
        (GradientTransform)
            (gradient, parameters, state, context) ->
                new GradientTransform.Result(
                    gradient.zip(parameters, (g, p) -> g.add(p.mul(0.5))), state));
  }

  @Test
  void frozenParametersStayAndHaveNoState() {
    TrainingStep whole = step(momentum(), Gradients.exact());
    TrainingStep some = step(momentum(), Gradients.exact().without(List.of(pattern("first/*"))));
    assertThat(whole.stateTypes().paths()).hasSize(4);
    assertThat(some.stateTypes().paths()).hasSize(2);
    assertThat(some.parameterTypes()).isEqualTo(whole.parameterTypes());
    List<double[]> all = moves(whole);
    List<double[]> found = moves(some);
    for (int i = 0; i < PATHS.size(); i++) {
      boolean frozen = PATHS.get(i).startsWith("first");
      double[] wanted = frozen ? new double[found.get(i).length] : all.get(i);
      assertThat(found.get(i)).containsExactly(wanted, within(frozen ? 0 : 1e-7));
    }
    // Nothing is computed for what stays.
    assertThat(some.stepGraph().nodes().size()).isLessThan(whole.stepGraph().nodes().size());
  }

  @Test
  void aGroupHasARateAndADecayOfItsOwn() {
    List<double[]> plain = moves(step(Parts.descent(), Gradients.exact()));
    Optimizer grouped =
        Optimizer.grouped(
            List.of(
                new ParameterGroup(pattern("**/bias"), Parts.descent(), 0.25),
                new ParameterGroup(pattern("last/**"), decaying(), 1),
                new ParameterGroup(pattern("**"), Parts.descent(), 3)),
            Parts.descent());
    TrainingStep step = step(grouped, Gradients.exact());
    List<NdArray> before = first(step);
    List<double[]> found = moves(step);
    for (int i = 0; i < PATHS.size(); i++) {
      String path = PATHS.get(i);
      double factor = path.endsWith("bias") ? 0.25 : path.startsWith("last") ? 1 : 3;
      double decay = path.equals("last/weight") ? RATE * 0.5 : 0;
      for (int j = 0; j < found.get(i).length; j++) {
        double wanted = factor * plain.get(i)[j] - decay * before.get(i).getDouble(j);
        assertThat(found.get(i)[j]).isCloseTo(wanted, within(1e-6));
      }
    }
  }

  /** The norm is that of the whole gradient, and all of it is scaled by one factor. */
  @Test
  void clippingIsOfTheWholeGradientWhateverTheGroups() {
    Gradients clipped = Gradients.exact().clippedTo(0.01);
    Optimizer grouped =
        Optimizer.grouped(
            List.of(new ParameterGroup(pattern("first/**"), Parts.descent(), 1)), Parts.descent());
    TrainingStep whole = step(Parts.descent(), clipped);
    TrainingStep parts = step(grouped, clipped);
    List<double[]> wanted = moves(whole);
    List<double[]> found = moves(parts);
    for (int i = 0; i < PATHS.size(); i++) {
      assertThat(found.get(i)).containsExactly(wanted.get(i), within(1e-7));
    }
    double norm = after(whole).get(PATHS.size() + 1).getDouble(0);
    assertThat(norm).isGreaterThan(0.01);
    assertThat(after(parts).get(PATHS.size() + 1).getDouble(0)).isEqualTo(norm);
  }

  @Test
  void patternsThatMatchNothingAreRefused() {
    assertThatThrownBy(
            () -> step(Parts.descent(), Gradients.exact().without(List.of(pattern("frist/*")))))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("frist/*");
    Optimizer never =
        Optimizer.grouped(
            List.of(
                new ParameterGroup(pattern("**"), Parts.descent(), 1),
                new ParameterGroup(pattern("first/*"), Parts.descent(), 1)),
            Parts.descent());
    assertThatThrownBy(() -> step(never, Gradients.exact()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("first/*");
  }
}
