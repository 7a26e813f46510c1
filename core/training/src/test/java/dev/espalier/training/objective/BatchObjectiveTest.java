package dev.espalier.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Objective.Need;
import dev.espalier.api.training.WrappedObjective;
import dev.espalier.training.layer.ActivationLayer;
import dev.espalier.training.layer.Dense;
import dev.espalier.training.layer.Dropout;
import dev.espalier.training.layer.Sequential;
import dev.espalier.training.model.LayerModel;
import dev.espalier.training.model.Model;
import dev.espalier.training.oracle.Parts;
import dev.espalier.training.oracle.Run;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchObjectiveTest {
  private static final NdArray INPUTS = Run.normal(DType.F64, 5, 3);
  private static final NdArray TARGETS = Run.normal(DType.F64, 5, 2);

  private static Model model(boolean linear, double dropout) {
    Sequential layers =
        linear
            ? Sequential.empty()
            : Sequential.empty()
                .then("first", new Dense(4, Parts.normal(1)))
                .then("tanh", new ActivationLayer(Tensor::tanh))
                .then("dropout", new Dropout(dropout));
    return new LayerModel(
        layers.then("last", new Dense(2, Parts.normal(1))), TensorType.of(DType.F64, 3));
  }

  private record Asked(Objective objective, Tree<Tensor> at, Tree<Tensor> along) {}

  private final Tree<NdArray> point = Run.tree(1, model(false, 0)::init);
  private final Tree<NdArray> direction = point.map(p -> Run.normal(DType.F64, extents(p)));

  private static int[] extents(NdArray array) {
    return array.type().shape().extents();
  }

  private List<NdArray> ask(Model model, boolean closed, BiFunction<Asked, Key, List<Tensor>> f) {
    return ask(model, closed, point, direction, f);
  }

  private static List<NdArray> ask(
      Model model,
      boolean closed,
      Tree<NdArray> point,
      Tree<NdArray> direction,
      BiFunction<Asked, Key, List<Tensor>> question) {
    List<NdArray> inputs = new ArrayList<>(point.leaves());
    inputs.addAll(direction.leaves());
    inputs.addAll(List.of(INPUTS, TARGETS, NdArray.scalar(9)));
    int count = point.size();
    return Run.of(
        inputs,
        in -> {
          Key key = new Key(in.get(2 * count + 2));
          Objective objective =
              new BatchObjective(
                  model,
                  new Parts.SquaredError(closed),
                  in.get(2 * count),
                  in.get(2 * count + 1),
                  key,
                  true);
          Tree<Tensor> at = point.withLeaves(in.subList(0, count));
          Tree<Tensor> along = point.withLeaves(in.subList(count, 2 * count));
          return question.apply(new Asked(objective, at, along), key);
        });
  }

  private static Tree<Tensor> moved(Asked asked, double t) {
    return asked.at().zip(asked.along(), (p, d) -> p.add(d.mul(t)));
  }

  private static Tensor inner(Tree<Tensor> a, Tree<Tensor> b) {
    return a.zip(b, (x, y) -> x.mul(y).sum()).leaves().stream().reduce(Tensor::add).orElseThrow();
  }

  @Test
  void gradientAndCurvatureAreThoseOfDifferencesOfTheValue() {
    double h = 1e-3;
    List<NdArray> found =
        ask(
            model(false, 0),
            false,
            (asked, key) -> {
              Objective of = asked.objective();
              Tensor up = of.value(moved(asked, h));
              Tensor down = of.value(moved(asked, -h));
              Tensor centre = of.value(asked.at());
              Tree<Tensor> curved = of.hessianVector(asked.at(), asked.along());
              return List.of(
                  inner(of.gradient(asked.at()), asked.along()),
                  up.sub(down).div(2 * h),
                  of.directionalDerivative(asked.at(), asked.along(), 1),
                  inner(curved, asked.along()),
                  up.add(down).sub(centre.mul(2)).div(h * h),
                  of.directionalDerivative(asked.at(), asked.along(), 2));
            });
    double slope = found.get(0).getDouble(0);
    assertThat(found.get(1).getDouble(0)).isCloseTo(slope, within(1e-4 * Math.abs(slope)));
    assertThat(found.get(2).getDouble(0)).isCloseTo(slope, within(1e-12 * Math.abs(slope)));
    double curvature = found.get(3).getDouble(0);
    assertThat(found.get(4).getDouble(0)).isCloseTo(curvature, within(1e-4 * Math.abs(curvature)));
    assertThat(found.get(5).getDouble(0)).isCloseTo(curvature, within(1e-11 * Math.abs(curvature)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void gaussNewtonIsTheHessianWhereTheModelIsLinear(boolean closed) {
    Model linear = model(true, 0);
    Tree<NdArray> at = Run.tree(1, linear::init);
    List<NdArray> found =
        ask(
            linear,
            closed,
            at,
            at.map(p -> Run.normal(DType.F64, extents(p))),
            (asked, key) -> {
              Tree<Tensor> a = asked.objective().gaussNewtonVector(asked.at(), asked.along());
              Tree<Tensor> b = asked.objective().hessianVector(asked.at(), asked.along());
              return List.of(inner(a.zip(b, Tensor::sub), a.zip(b, Tensor::sub)), inner(a, a));
            });
    assertThat(found.get(1).getDouble(0)).isGreaterThan(0.1);
    assertThat(found.get(0).getDouble(0)).isLessThan(1e-24);
  }

  @Test
  void gaussNewtonIsTheSameFromTheClosedFormAndFromDerivativesAndNotTheHessian() {
    List<double[]> products = new ArrayList<>();
    for (boolean closed : new boolean[] {true, false}) {
      List<NdArray> found =
          ask(
              model(false, 0),
              closed,
              (asked, key) -> {
                Objective of = asked.objective();
                Tree<Tensor> product = of.gaussNewtonVector(asked.at(), asked.along());
                Tree<Tensor> hessian = of.hessianVector(asked.at(), asked.along());
                return List.of(
                    inner(product, asked.along()),
                    inner(product, product),
                    inner(hessian, hessian));
              });
      products.add(found.stream().mapToDouble(v -> v.getDouble(0)).toArray());
    }
    assertThat(products.get(0)[0]).isPositive();
    assertThat(products.get(0)[0]).isCloseTo(products.get(1)[0], within(1e-12));
    assertThat(products.get(0)[1]).isCloseTo(products.get(1)[1], within(1e-11));
    assertThat(products.get(0)[1]).isNotCloseTo(products.get(0)[2], within(1e-3));
  }

  @Test
  void theMeanOfPerExampleGradientsIsTheGradient() {
    List<NdArray> found =
        ask(
            model(false, 0),
            true,
            (asked, key) -> {
              Tree<Tensor> single = asked.objective().perExampleGradients(asked.at());
              List<Tensor> out = new ArrayList<>(single.leaves());
              out.addAll(asked.objective().gradient(asked.at()).leaves());
              return out;
            });
    int count = point.size();
    for (int i = 0; i < count; i++) {
      NdArray single = found.get(i);
      NdArray whole = found.get(count + i);
      assertThat(single.type().shape()).isEqualTo(whole.type().shape().insert(0, 5));
      int size = whole.type().shape().size();
      for (int j = 0; j < size; j++) {
        double mean = 0;
        for (int example = 0; example < 5; example++) {
          mean += single.getDouble(example * size + j) / 5;
        }
        assertThat(mean).isCloseTo(whole.getDouble(j), within(1e-12));
      }
    }
  }

  @Test
  void examplesDropUnitsIndependently() {
    List<NdArray> found =
        ask(
            model(false, 0.5),
            true,
            (asked, key) ->
                List.of(asked.objective().perExampleGradients(asked.at()).get("last/weight")));
    // The gradient of a dropped unit's outgoing weights is 0.
    Set<List<Boolean>> masks = new HashSet<>();
    for (int example = 0; example < 5; example++) {
      List<Boolean> mask = new ArrayList<>();
      for (int unit = 0; unit < 4; unit++) {
        mask.add(found.getFirst().getDouble((example * 4 + unit) * 2) == 0);
      }
      masks.add(mask);
    }
    assertThat(masks.size()).isGreaterThan(1);
  }

  @Test
  void whatIsAskedTwiceAtTheSameTensorsIsTheSameTensor() {
    ask(
        model(false, 0.5),
        true,
        (asked, key) -> {
          Objective of = asked.objective();
          Tensor early = of.value(moved(asked, 0));
          Objective.ValueAndGradient first = of.valueAndGradient(asked.at());
          assertThat(of.valueAndGradient(asked.at())).isSameAs(first);
          assertThat(of.value(asked.at())).isSameAs(first.value());
          Tree<Tensor> copy = asked.at().map(leaf -> leaf);
          assertThat(of.gradient(copy)).isSameAs(first.gradient());
          assertThat(of.value(moved(asked, 0))).isNotSameAs(early);
          return List.of(early);
        });
  }

  /** What was answered inside a branch is not there outside of it. */
  @Test
  void aQuestionInABranchDoesNotSpoilTheSameOneOutside() {
    List<NdArray> found =
        ask(
            model(false, 0),
            true,
            (asked, key) -> {
              Tensor yes = key.bits().eq(key.bits());
              List<Function<Objective, Tensor>> questions =
                  List.of(
                      of -> of.value(asked.at()),
                      of -> of.gradient(asked.at()).get("last/bias").sum(),
                      of ->
                          of.clippedSum(asked.at(), Clipping.flat(1)).sum().get("last/bias").sum(),
                      of -> of.perExampleGradients(asked.at()).get("first/weight").sum());
              List<Tensor> out = new ArrayList<>();
              for (Function<Objective, Tensor> question : questions) {
                out.addAll(
                    ControlFlow.cond(
                        yes,
                        List.of(),
                        in -> List.of(question.apply(asked.objective())),
                        in -> List.of(asked.at().leaves().getFirst().constant(DType.F64, 0.0))));
                out.add(question.apply(asked.objective()));
              }
              return out;
            });
    for (int i = 0; i < found.size(); i += 2) {
      assertThat(found.get(i).getDouble(0)).isEqualTo(found.get(i + 1).getDouble(0)).isNotZero();
    }
  }

  /** Held by its own means and from outside: the same answers, where both give one. */
  @ParameterizedTest
  @EnumSource(value = Need.class, names = "CLIPPED_SUM", mode = EnumSource.Mode.EXCLUDE)
  void heldParametersAreConstantsOfTheFreeOnes(Need need) {
    record Through(Objective inner) implements WrappedObjective {}
    List<NdArray> found =
        ask(
            model(false, 0),
            true,
            (asked, key) -> {
              Tree<Tensor> fixed = asked.at().filter(path -> path.startsWith("first"));
              Tree<Tensor> free = asked.at().filter(path -> !path.startsWith("first"));
              Tree<Tensor> along = asked.along().filter(path -> !path.startsWith("first"));
              List<Tensor> out = new ArrayList<>();
              for (Objective of :
                  List.of(
                      asked.objective().holding(fixed),
                      new Through(asked.objective()).holding(fixed))) {
                assertThat(of.offers()).contains(need);
                out.addAll(answer(need, of, free, along));
              }
              return out;
            });
    int half = found.size() / 2;
    assertThat(half).isPositive();
    for (int i = 0; i < half; i++) {
      assertThat(found.get(i).toDoubles())
          .containsExactly(found.get(half + i).toDoubles(), within(1e-12));
    }
  }

  private static List<Tensor> answer(Need need, Objective of, Tree<Tensor> at, Tree<Tensor> along) {
    return switch (need) {
      case VALUE -> List.of(of.value(at));
      case GRADIENT -> of.gradient(at).leaves();
      case HESSIAN_VECTOR -> of.hessianVector(at, along).leaves();
      case GAUSS_NEWTON_VECTOR -> of.gaussNewtonVector(at, along).leaves();
      case PER_EXAMPLE_VALUES -> List.of(of.perExampleValues(at));
      case PER_EXAMPLE_GRADIENTS -> of.perExampleGradients(at).leaves();
      case CLIPPED_SUM -> of.clippedSum(at, Clipping.flat(1)).sum().leaves();
      case LAYER_STATISTICS ->
          of.layerStatistics(at, Optional.empty())
              .map(s -> s.inputs().sum().add(s.outputGradients().sum()))
              .leaves();
      case SAMPLED_GRADIENT ->
          of.sampledGradient(at, new Key(at.leaves().getFirst().constant(DType.I64, 1L))).leaves();
      case DIRECTIONAL_DERIVATIVE -> List.of(of.directionalDerivative(at, along, 2));
    };
  }

  @Test
  void theSameUnitsAreDroppedAtEveryPoint() {
    List<NdArray> found =
        ask(
            model(false, 0.5),
            true,
            (asked, key) ->
                List.of(
                    asked.objective().value(moved(asked, 0)),
                    asked.objective().value(asked.at()),
                    asked.objective().valueAndGradient(asked.at()).value()));
    assertThat(found.get(0).getDouble(0)).isEqualTo(found.get(1).getDouble(0));
    assertThat(found.get(2).getDouble(0)).isEqualTo(found.get(1).getDouble(0));
  }

  @ParameterizedTest
  @EnumSource(Need.class)
  void whatIsNotDeclaredIsRefusedWithBothNamesAndWhatIsDeclaredIsAnswered(Need need) {
    ask(
        model(false, 0),
        true,
        (asked, key) -> {
          Set<Need> others = EnumSet.complementOf(EnumSet.of(need));
          RestrictedObjective without =
              new RestrictedObjective(asked.objective(), "batch", "Curious", others);
          assertThatThrownBy(() -> question(need).accept(without, asked))
              .isInstanceOf(EspalierException.class)
              .hasMessageContaining("Curious")
              .hasMessageContaining(need.name())
              .extracting(e -> ((EspalierException) e).code())
              .isEqualTo(ErrorCode.MISSING_NEED);
          question(need)
              .accept(
                  new RestrictedObjective(asked.objective(), "batch", "Honest", Set.of(need)),
                  asked);
          assertThatThrownBy(
                  () -> new RestrictedObjective(without, "inner", "Greedy", Set.of(need)))
              .hasMessageContaining("Greedy needs " + need)
              .hasMessageContaining("inner offers");
          return List.of(asked.at().leaves().getFirst());
        });
  }

  private static BiConsumer<Objective, Asked> question(Need need) {
    return switch (need) {
      case VALUE -> (of, asked) -> of.value(asked.at());
      case GRADIENT -> (of, asked) -> of.gradient(asked.at());
      case HESSIAN_VECTOR -> (of, asked) -> of.hessianVector(asked.at(), asked.along());
      case GAUSS_NEWTON_VECTOR -> (of, asked) -> of.gaussNewtonVector(asked.at(), asked.along());
      case PER_EXAMPLE_VALUES -> (of, asked) -> of.perExampleValues(asked.at());
      case PER_EXAMPLE_GRADIENTS -> (of, asked) -> of.perExampleGradients(asked.at());
      case CLIPPED_SUM -> (of, asked) -> of.clippedSum(asked.at(), Clipping.flat(1));
      case LAYER_STATISTICS -> (of, asked) -> of.layerStatistics(asked.at(), Optional.empty());
      case SAMPLED_GRADIENT ->
          (of, asked) ->
              of.sampledGradient(
                  asked.at(), new Key(asked.at().leaves().getFirst().constant(DType.I64, 1L)));
      case DIRECTIONAL_DERIVATIVE ->
          (of, asked) -> of.directionalDerivative(asked.at(), asked.along(), 1);
    };
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 1, 1e6})
  void aClippedGradientHasAtMostTheNormAndTheSameDirection(double maxNorm) {
    List<NdArray> found =
        ask(
            model(false, 0),
            true,
            (asked, key) -> {
              Objective clipped = new ClippedByNorm(maxNorm).of(asked.objective());
              Tree<Tensor> gradient = clipped.gradient(asked.at());
              Tree<Tensor> whole = asked.objective().gradient(asked.at());
              return List.of(GlobalNorm.of(gradient), GlobalNorm.of(whole), inner(gradient, whole));
            });
    double norm = found.get(0).getDouble(0);
    double whole = found.get(1).getDouble(0);
    assertThat(norm).isCloseTo(Math.min(whole, maxNorm), within(1e-12 * whole));
    assertThat(found.get(2).getDouble(0)).isCloseTo(norm * whole, within(1e-12 * norm * whole));
  }
}
