package dev.espalier.integration.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.ExampleSampling;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import dev.espalier.conformance.problem.Problem;
import dev.espalier.conformance.problem.Problems;
import dev.espalier.engine.reference.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DpSgdTest {
  private static final Problem NETWORK = Problems.network();
  private static final int ROWS = 24;

  private static GradientEstimator dpSgd(Object... hyperparameters) {
    return Registered.estimator("dp-sgd", hyperparameters);
  }

  private static double[] plain(Problem problem) {
    Graph graph =
        Graph.trace(
            "plain",
            problem.types().leaves(),
            in ->
                problem.objective(in.getFirst()).gradient(problem.start().withLeaves(in)).leaves());
    return Descent.flat(problem.start().withLeaves(Reference.run(graph, problem.start().leaves())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"secure", "discrete", "seeded"})
  void withoutNoiseAndWithoutClippingItIsTheGradient(String source) {
    GradientEstimator quiet = dpSgd("noise", 0.0, "clip", 1e6, "noise_source", source);
    Descent descent = new Descent(NETWORK, quiet, ROWS, 0);
    assertThat(descent.step(descent.all(), 1).gradient())
        .containsExactly(plain(NETWORK), within(1e-13));
    Problem single = NETWORK.in(DType.F32);
    Descent inSingle = new Descent(single, quiet, ROWS, 0);
    assertThat(inSingle.step(inSingle.all(), 1).gradient())
        .containsExactly(plain(single), within(1e-5));
  }

  /** Each clipping, in the whole and in parts, agrees; parts of unlike size among them. */
  @ParameterizedTest
  @ValueSource(strings = {"flat", "per-layer", "automatic", "automatic-per-layer"})
  void partsOfABatchAddUpToTheWhole(String clipping) {
    Descent whole =
        new Descent(NETWORK, dpSgd("noise", 0.0, "clip", 0.3, "clipping", clipping), ROWS, 0);
    boolean[] present = whole.without(5);
    present[11] = false;
    double[] wanted = whole.step(present, 1).gradient();
    assertThat(Descent.distance(wanted, plain(NETWORK))).isGreaterThan(0.05);
    for (long parts : new long[] {2, 5, 24, 1000}) {
      GradientEstimator estimator =
          dpSgd("noise", 0.0, "clip", 0.3, "clipping", clipping, "parts", parts);
      assertThat(new Descent(NETWORK, estimator, ROWS, 0).step(present, 1).gradient())
          .as("%s parts", parts)
          .containsExactly(wanted, within(1e-12));
    }
  }

  /** Noise is added once, to the whole: the private gradient is the same however it is summed. */
  @ParameterizedTest
  @ValueSource(strings = {"flat", "per-layer", "automatic", "automatic-per-layer"})
  void theNoiseOfPartsIsThatOfTheWhole(String clipping) {
    Object[] settings = {
      "noise", 0.8, "clip", 0.3, "clipping", clipping, "noise_source", "seeded", "parts", 1L
    };
    Descent whole = new Descent(NETWORK, dpSgd(settings), ROWS, 0);
    boolean[] present = whole.without(5);
    double[] wanted = whole.step(present, 1).gradient();
    for (long parts : new long[] {2, 5, 24}) {
      settings[settings.length - 1] = parts;
      assertThat(new Descent(NETWORK, dpSgd(settings), ROWS, 0).step(present, 1).gradient())
          .as("%s parts", parts)
          .containsExactly(wanted, within(1e-12));
    }
    settings[1] = 0.0;
    double[] quiet = new Descent(NETWORK, dpSgd(settings), ROWS, 0).step(present, 1).gradient();
    assertThat(Descent.distance(quiet, wanted)).isGreaterThan(0.01);
  }

  @ParameterizedTest
  @ValueSource(strings = {"flat", "per-layer", "automatic", "automatic-per-layer"})
  void oneExampleMoreOrLessMovesTheSumByTheBoundAtMost(String clipping) {
    double bound = 0.3;
    Descent descent =
        new Descent(NETWORK, dpSgd("noise", 0.0, "clip", bound, "clipping", clipping), 10, 0);
    double[] whole = descent.step(descent.all(), 1).gradient();
    double most = 0;
    for (int row = 0; row < ROWS; row++) {
      double[] without = descent.step(descent.without(row), 1).gradient();
      most = Math.max(most, 10 * Descent.distance(whole, without));
    }
    assertThat(most).isBetween(0.5 * bound, bound * (1 + 1e-12));
  }

  /** Sums divide by what was expected, whatever the number of examples that were drawn. */
  @Test
  void sumsAreDividedByTheExpectedNumber() {
    Descent ten = new Descent(NETWORK, dpSgd("noise", 0.0), 10, 0);
    Descent twenty = new Descent(NETWORK, dpSgd("noise", 0.0), 20, 0);
    boolean[] present = ten.without(3);
    double[] a = ten.step(present, 1).gradient();
    double[] b = twenty.step(present, 1).gradient();
    assertThat(Arrays.stream(a).map(x -> x / 2).toArray()).containsExactly(b, within(1e-15));
    assertThat(ten.step(new boolean[ROWS], 1).gradient()).containsOnly(0);
  }

  /**
   * The noise of whole steps: its variance, its mean, its independence of coordinates and of steps.
   */
  @ParameterizedTest
  @ValueSource(strings = {"secure", "discrete", "seeded"})
  void theNoiseOfWholeStepsHasTheVarianceThatIsAccounted(String source) {
    double bound = 0.5;
    double multiplier = 1.7;
    double examples = 8;
    GradientEstimator noisy =
        dpSgd("noise", multiplier, "clip", bound, "noise_source", source, "parts", 3L);
    Descent descent = new Descent(NETWORK, noisy, examples, 0);
    double[] quiet =
        new Descent(NETWORK, dpSgd("noise", 0.0, "clip", bound), examples, 0)
            .step(descent.all(), 1)
            .gradient();
    int steps = 200;
    double[][] z = new double[steps][];
    for (int t = 0; t < steps; t++) {
      double[] found = descent.step(descent.all(), 100 + t).gradient();
      z[t] = new double[quiet.length];
      for (int i = 0; i < quiet.length; i++) {
        z[t][i] = (found[i] - quiet[i]) * examples / (multiplier * bound);
      }
    }
    double mean = 0;
    double chiSquare = 0;
    double neighbours = 0;
    double successive = 0;
    double[] perCoordinate = new double[quiet.length];
    for (int t = 0; t < steps; t++) {
      for (int i = 0; i < quiet.length; i++) {
        mean += z[t][i];
        chiSquare += z[t][i] * z[t][i];
        perCoordinate[i] += z[t][i] * z[t][i];
        neighbours += z[t][i] * z[t][(i + 1) % quiet.length];
        successive += t == 0 ? 0 : z[t][i] * z[t - 1][i];
      }
    }
    double freedom = (double) steps * quiet.length;
    assertThat((chiSquare - freedom) / Math.sqrt(2 * freedom)).isCloseTo(0, within(6.0));
    assertThat(mean / Math.sqrt(freedom)).isCloseTo(0, within(6.0));
    assertThat(neighbours / Math.sqrt(freedom)).isCloseTo(0, within(6.0));
    assertThat(successive / Math.sqrt(freedom)).isCloseTo(0, within(6.0));
    for (double one : perCoordinate) {
      assertThat((one - steps) / Math.sqrt(2.0 * steps)).isCloseTo(0, within(8.0));
    }
  }

  @Test
  void seededNoiseFollowsFromTheKeyAndSecureNoiseDoesNot() {
    Descent seeded = new Descent(NETWORK, dpSgd("noise_source", "seeded"), ROWS, 0);
    double[] first = seeded.step(seeded.all(), 5).gradient();
    assertThat(seeded.step(seeded.all(), 5).gradient()).containsExactly(first);
    assertThat(seeded.step(seeded.all(), 6).gradient()).isNotEqualTo(first);
    for (String source : List.of("secure", "discrete")) {
      Descent one = new Descent(NETWORK, dpSgd("noise_source", source), ROWS, 0);
      Descent other = new Descent(NETWORK, dpSgd("noise_source", source), ROWS, 0);
      double[] a = one.step(one.all(), 5).gradient();
      assertThat(one.step(one.all(), 5).gradient()).isNotEqualTo(a);
      assertThat(other.step(other.all(), 5).gradient()).isNotEqualTo(a);
    }
  }

  /** Whatever the data is, what is released is a multiple of the grid. */
  @Test
  void discreteNoiseReleasesPointsOfAGrid() {
    double multiplier = 1.5;
    double grid = multiplier / (0x1p20 - multiplier * Math.sqrt(25));
    Descent descent =
        new Descent(NETWORK, dpSgd("noise_source", "discrete", "noise", multiplier), 1, 0);
    for (int row = 0; row < 5; row++) {
      for (double g : descent.step(descent.without(row), 1).gradient()) {
        double steps = g / grid;
        assertThat(steps).isCloseTo(Math.rint(steps), within(1e-6));
      }
    }
  }

  @Test
  void whatItNeedsIsAsSecretAsItsNoise() {
    assertThat(dpSgd().sampling()).isEqualTo(ExampleSampling.SECRET_POISSON);
    assertThat(dpSgd("noise_source", "discrete").sampling())
        .isEqualTo(ExampleSampling.SECRET_POISSON);
    assertThat(dpSgd("noise_source", "seeded").sampling()).isEqualTo(ExampleSampling.POISSON);
    assertThat(dpSgd("noise_source", "seeded").hostDraws()).isEmpty();
    assertThat(dpSgd().guards()).hasSize(1);
    assertThat(dpSgd().guards().getFirst().withheld()).containsExactly("loss");
  }

  private static void refused(BiFunction<Objective, Tree<Tensor>, Object> question) {
    GradientEstimator estimator = dpSgd("noise_source", "seeded");
    assertThatThrownBy(() ->
            Graph.trace(
                "refused",
                List.of(TensorType.of(DType.I64)),
                in -> {
                  Tensor anchor = in.getFirst();
                  Tree<Tensor> at = NETWORK.start().map(anchor::constant);
                  Objective answer =
                      estimator
                          .estimate(
                              NETWORK.objective(anchor),
                              at,
                              Tree.empty(),
                              new StepContext(
                                  anchor, anchor.constant(DType.F32, 0.1), new Key(anchor)))
                          .objective();
                  assertThat(question.apply(answer, at)).as("no answer is allowed").isNull();
                  return List.of(anchor);
                }))
        .isInstanceOf(EspalierException.class)
        .extracting(e -> ((EspalierException) e).code())
        .isEqualTo(ErrorCode.MISSING_NEED);
  }

  @Test
  void everyQuestionThatWouldTouchExamplesBesideTheSumIsRefused() {
    refused(Objective::value);
    refused((o, at) -> o.hessianVector(at, at));
    refused((o, at) -> o.gaussNewtonVector(at, at));
    refused(Objective::perExampleValues);
    refused(Objective::perExampleGradients);
    refused((o, at) -> o.directionalDerivative(at, at, 1));
    refused((o, at) -> o.on(Objective.Batch.SECOND));
    refused((o, at) -> o.part(0, 1));
    refused((o, at) -> o.gradient(at.map(leaf -> leaf.mul(1.5))));
  }

  /** An optimizer that used the loss would release it. */
  @Test
  void theValueBesideTheGradientIsNotANumber() {
    GradientEstimator estimator = dpSgd("noise_source", "seeded");
    Graph graph =
        Graph.trace(
            "value",
            List.of(TensorType.of(DType.I64)),
            in -> {
              Tensor anchor = in.getFirst();
              Tree<Tensor> at = NETWORK.start().map(anchor::constant);
              StepContext context =
                  new StepContext(anchor, anchor.constant(DType.F32, 0.1), new Key(anchor));
              return List.of(
                  estimator
                      .estimate(NETWORK.objective(anchor), at, Tree.empty(), context)
                      .objective()
                      .valueAndGradient(at)
                      .value());
            });
    assertThat(Reference.run(graph, List.of(NdArray.scalar(1L))).getFirst().getDouble(0)).isNaN();
    assertThat(estimator.needs()).isEqualTo(Set.of(Objective.Need.CLIPPED_SUM));
  }
}
