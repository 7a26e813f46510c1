package dev.espalier.integration.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.ExampleSampling;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import dev.espalier.api.training.WrappedObjective;
import dev.espalier.conformance.problem.Problem;
import dev.espalier.conformance.problem.Problems;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Private estimators within and around others: what may be nested works, the rest is refused. */
class NestingTest {
  private static final Problem NETWORK = Problems.network();
  private static final int ROWS = 24;

  private static GradientEstimator seeded(String name) {
    return Registered.estimator(name, "noise_source", "seeded", "noise", 0.5);
  }

  private static double[] released(GradientEstimator estimator) {
    Descent descent = new Descent(NETWORK, estimator, ROWS, 0);
    return descent.step(descent.all(), 3).gradient();
  }

  /** Answers as what it wraps, with every gradient multiplied. */
  private record Scaled(Objective inner, double factor) implements WrappedObjective {
    @Override
    public Set<Need> offers() {
      Set<Need> offers = EnumSet.of(Need.GRADIENT, Need.CLIPPED_SUM, Need.PER_EXAMPLE_GRADIENTS);
      offers.retainAll(inner.offers());
      return offers;
    }

    @Override
    public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
      ValueAndGradient found = inner.valueAndGradient(parameters);
      return new ValueAndGradient(found.value(), found.gradient().map(g -> g.mul(factor)));
    }
  }

  private record Scaling(double factor) implements GradientEstimator {
    @Override
    public Estimate estimate(
        Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      return Estimate.of(new Scaled(inner, factor));
    }

    @Override
    public Set<Objective.Need> needs() {
      return Set.of(Objective.Need.GRADIENT);
    }
  }

  /** Tells how long the gradient is that it hands on. */
  private record Telling() implements GradientEstimator {
    @Override
    public Estimate estimate(
        Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      Tensor length = inner.gradient(parameters).leaves().getFirst().square().sum();
      return new Estimate(new Scaled(inner, 1), Tree.empty(), Tree.of("length", length));
    }

    @Override
    public Set<Objective.Need> needs() {
      return Set.of(Objective.Need.GRADIENT);
    }
  }

  /** Asks for a product with the Hessian. */
  private record Curved() implements GradientEstimator {
    @Override
    public Estimate estimate(
        Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      return Estimate.of(
          Objective.at(
              parameters,
              new Objective.ValueAndGradient(
                  inner.value(parameters), inner.hessianVector(parameters, parameters)),
              "a test"));
    }

    @Override
    public Set<Objective.Need> needs() {
      return Set.of(Objective.Need.HESSIAN_VECTOR);
    }
  }

  private record Descending() implements Optimizer {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return Tree.empty();
    }

    @Override
    public Step step(
        Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      Tree<Tensor> next = parameters.zip(objective.gradient(parameters), Tensor::sub);
      return new Step(next, state, context.learningRate(), Tree.empty());
    }

    @Override
    public Set<Objective.Need> needs() {
      return Set.of(Objective.Need.GRADIENT);
    }
  }

  private static EspalierException refusal(Runnable what) {
    Throwable[] thrown = new Throwable[1];
    assertThatThrownBy(what::run)
        .isInstanceOf(EspalierException.class)
        .satisfies(e -> thrown[0] = e);
    return (EspalierException) thrown[0];
  }

  /** What comes after the release is post-processing, and is still sampled, drawn and watched. */
  @ParameterizedTest
  @ValueSource(strings = {"dp-sgd", "dp-spider", "dice-sgd"})
  void whatIsAroundAPrivateEstimatorProcessesWhatWasReleased(String name) {
    GradientEstimator inner = seeded(name);
    double[] twice = released(inner.then(new Scaling(2)));
    double[] once = released(inner.then(new Scaling(1)));
    assertThat(Arrays.stream(once).map(x -> 2 * x).toArray()).containsExactly(twice, within(1e-13));
    GradientEstimator secure = Registered.estimator(name).then(new Scaling(2));
    assertThat(secure.guards()).hasSize(1);
    assertThat(secure.sampling()).isEqualTo(ExampleSampling.SECRET_POISSON);
    assertThat(secure.hostDraws()).isPresent();
    assertThat(released(secure)).isNotEqualTo(released(secure));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dp-sgd", "dp-spider", "dice-sgd"})
  void whatIsWithinAPrivateEstimatorChangesWhatIsClippedAndNothingElse(String name) {
    GradientEstimator around = new Scaling(1).then(Registered.estimator(name));
    assertThat(around.guards()).hasSize(1);
    assertThat(around.sampling()).isEqualTo(ExampleSampling.SECRET_POISSON);
    double[] quiet =
        released(new Scaling(1).then(Registered.estimator(name, "noise", 0.0, "clip", 0.3)));
    double[] alone = released(Registered.estimator(name, "noise", 0.0, "clip", 0.3));
    assertThat(quiet).containsExactly(alone, within(1e-15));
  }

  private static List<String> reported(GradientEstimator estimator) {
    return new Descent(NETWORK, estimator, ROWS, 0).reported();
  }

  /** What is computed before the release is from the examples, what comes after is not. */
  @ParameterizedTest
  @ValueSource(strings = {"dp-sgd", "dp-spider", "dice-sgd"})
  void whatAnEstimatorTellsBeforeTheReleaseIsNotTold(String name) {
    assertThat(reported(new Telling().then(new Scaling(2)))).containsExactly("inner/length");
    GradientEstimator guarded = seeded(name);
    assertThat(reported(new Telling().then(guarded))).noneMatch(path -> path.contains("length"));
    assertThat(reported(new Telling().then(guarded.then(new Scaling(2)))))
        .noneMatch(path -> path.contains("length"));
    assertThat(reported(guarded.then(new Telling()))).contains("outer/length");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dp-sgd", "dp-spider", "dice-sgd"})
  void aPrivateEstimatorOfAPrivateEstimatorIsRefusedWithBothNames(String outer) {
    for (String inner : new String[] {"dp-sgd", "dp-spider", "dice-sgd"}) {
      EspalierException refused = refusal(() -> released(seeded(inner).then(seeded(outer))));
      assertThat(refused.code()).isEqualTo(ErrorCode.MISSING_NEED);
      assertThat(refused.getMessage())
          .contains(seeded(inner).getClass().getSimpleName())
          .contains(seeded(outer).getClass().getSimpleName());
    }
  }

  @Test
  void whoAsksMoreThanWhatWasReleasedIsRefusedWithBothNames() {
    EspalierException refused = refusal(() -> released(seeded("dp-sgd").then(new Curved())));
    assertThat(refused.code()).isEqualTo(ErrorCode.MISSING_NEED);
    assertThat(refused.getMessage()).contains("DpSgd").contains("Curved");
  }

  /** Parts of a batch are not handed through by a wrapper: their answers would not be changed. */
  @Test
  void partsOfAWrappedBatchAreRefused() {
    GradientEstimator parts =
        new Scaling(1).then(Registered.estimator("dp-sgd", "noise", 0.0, "parts", 3L));
    assertThat(refusal(() -> released(parts)).getMessage()).contains("divided").contains("Scaled");
  }

  /** Within an optimizer there would be no ledger, no secret sampling and no noise. */
  @ParameterizedTest
  @ValueSource(strings = {"dp-sgd", "dp-spider", "dice-sgd"})
  void aPrivateEstimatorWithinAnOptimizerIsRefusedWithBothNames(String name) {
    for (GradientEstimator estimator :
        new GradientEstimator[] {
          seeded(name), Registered.estimator(name), seeded(name).then(new Scaling(2))
        }) {
      EspalierException refused = refusal(() -> estimator.then(new Descending()));
      assertThat(refused.code()).isEqualTo(ErrorCode.MISSING_NEED);
      assertThat(refused.getMessage())
          .contains(estimator.getClass().getSimpleName())
          .contains("Descending");
    }
    assertThat(new Scaling(2).then(new Descending()).needs()).contains(Objective.Need.GRADIENT);
  }
}
