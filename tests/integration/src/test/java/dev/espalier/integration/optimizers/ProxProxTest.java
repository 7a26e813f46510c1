package dev.espalier.integration.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import dev.espalier.api.training.WrappedObjective;
import dev.espalier.conformance.golden.Registered;
import dev.espalier.conformance.problem.Problem;
import dev.espalier.conformance.problem.Stepping;
import dev.espalier.plugins.optimizers.ProxProx;
import dev.espalier.plugins.optimizers.Proxy;
import dev.espalier.plugins.privacy.PrivacyPlugin;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** ProxyProx (catalogue row OPT-13). */
final class ProxProxTest {
  private static Tensor parabolas(Tensor x, double... curvatures) {
    return x.constant(NdArray.of(curvatures, curvatures.length)).mul(x.square()).sum().div(2);
  }

  private static Descent descent(Proxy proxy, int steps, double inner, double... curvatures) {
    return Descent.on(
        new ProxProx(proxy, steps, inner), curvatures.length, x -> parabolas(x, curvatures));
  }

  private static Proxy parabolasAsProxy(double... curvatures) {
    return Proxy.of(at -> parabolas(at.get("x"), curvatures));
  }

  @Test
  void withoutAProxyItIsGradientDescent() {
    Descent descent = descent(parabolasAsProxy(0, 0), 4, 1, 3, 0.5);
    Stepping.At at = descent.run(descent.begin(1, -2), 9, 0.25);
    assertThat(Descent.x(at))
        .containsExactly(
            new double[] {Math.pow(0.25, 9), -2 * Math.pow(1 - 0.125, 9)}, within(1e-15));
  }

  @Test
  void withTheLossAsItsProxyItIsTheProximalPointMethod() {
    double[] curvatures = {3, 0.5};
    Descent descent = descent(batch -> batch, 130, 0.25, curvatures);
    Stepping.At at = descent.run(descent.begin(1, -2), 3, 2);
    assertThat(Descent.x(at))
        .containsExactly(new double[] {1 / Math.pow(7, 3), -2 / Math.pow(2, 3)}, within(1e-12));
  }

  /** How many gradients of the loss it takes until the slowest direction is a thousandth. */
  private static int expensive(double delta, double steepest) {
    double[] curvatures = {steepest, steepest / 3, 0.25};
    double[] like = {steepest - delta, steepest / 3 + delta, 0.25 - delta};
    double rate = 1 / (2 * delta);
    double stiffness = 1 + rate * steepest;
    Descent descent =
        descent(parabolasAsProxy(like), (int) Math.ceil(8 * stiffness), 1 / stiffness, curvatures);
    Stepping.At at = descent.begin(1, 1, 1);
    int count = 0;
    while (Descent.length(Descent.x(at)) > 1e-3) {
      assertThat(count).as("steps without an end").isLessThan(200);
      at = descent.run(at, 1, rate);
      count++;
    }
    return count;
  }

  @Test
  void expensiveGradientsAreAsManyAsTheDifferenceIsSteepAndNotTheLoss() {
    int one = expensive(1, 20);
    assertThat(Math.abs(expensive(1, 80) - one)).isLessThanOrEqualTo(1);
    // Each step leaves delta / (delta + 0.25) of the slowest direction.
    assertThat(one).isBetween(30, 33);
    assertThat(expensive(4, 20)).isBetween(112, 116);
  }

  /** {@code |w - a|^2 / 2}. */
  private record Distance() implements Loss {
    @Override
    public Target target() {
      return Target.VALUES;
    }

    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      return predictions.sub(targets).square().sum(1).div(2);
    }
  }

  /** Counts how often private examples are asked about. */
  private record Counting(Objective inner, AtomicInteger asked) implements WrappedObjective {
    @Override
    public ClippedSum clippedSum(Tree<Tensor> parameters, Clipping clipping) {
      asked.incrementAndGet();
      return inner.clippedSum(parameters, clipping);
    }
  }

  /** An estimator's answers alone, as a step has them; there is no run to watch over. */
  private record Unwatched(GradientEstimator inner) implements GradientEstimator {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return inner.init(parameters);
    }

    @Override
    public Estimate estimate(
        Objective asked, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      return inner.estimate(asked, parameters, state, context);
    }

    @Override
    public Set<Objective.Need> needs() {
      return inner.needs();
    }
  }

  /** On private examples whose mean is (0.6875, 0.375), by DP-SGD with bounds out of reach. */
  private static Stepping privately(Proxy proxy, AtomicInteger asked) {
    GradientEstimator estimator =
        Registered.by(new PrivacyPlugin()).stream()
            .filter(registered -> registered.name().equals("dp-sgd"))
            .flatMap(registered -> registered.at(ExtensionPoint.GRADIENT_ESTIMATOR).stream())
            .findFirst()
            .orElseThrow()
            .create(Map.of("noise", 0.0, "clip", 100.0, "noise_source", "seeded"));
    Problem problem =
        new Problem(
            "private",
            (at, inputs) -> at.get("x").expandDims(0).broadcastLike(inputs),
            new Distance(),
            NdArray.of(new double[8], 4, 2),
            NdArray.of(new double[] {1, -1, 0.5, 2, 0, 1, 1.25, -0.5}, 4, 2),
            Tree.of("x", NdArray.of(new double[2], 2)),
            0);
    return Stepping.of(
        new Unwatched(estimator).then(new ProxProx(proxy, 60, 0.25)),
        problem.types(),
        List.of(),
        (feeds, at) -> new Counting(problem.objective(at.leaves().getFirst()), asked));
  }

  /**
   * Examples that are public are gone to again and again, private ones once a step: with a proxy
   * that bends as the loss does the step solves {@code (1 + 1/rate) z = mean + p/rate}.
   */
  @Test
  void aProxyOfPublicExamplesAsksAboutPrivateOnesOnceAStep() {
    AtomicInteger asked = new AtomicInteger();
    Proxy known =
        Proxy.of(at ->
            at.get("x")
                .sub(at.get("x").constant(NdArray.of(new double[] {7, -3}, 2)))
                .square()
                .sum()
                .div(2));
    Stepping stepping = privately(known, asked);
    // A step is traced once, with all its inner ones.
    assertThat(asked.get()).isEqualTo(1);
    Stepping.At at =
        stepping.steps(
            stepping.begin(Tree.of("x", NdArray.of(new double[] {4, -2}, 2))), 0, 1, 1, 1);
    assertThat(Descent.x(at))
        .containsExactly(new double[] {(0.6875 + 4) / 2, (0.375 - 2) / 2}, within(1e-8));
  }

  @Test
  void aProxyOfPrivateExamplesIsRefused() {
    assertThatThrownBy(() -> privately(Proxy.part(0.5), new AtomicInteger()))
        .isInstanceOfSatisfying(
            EspalierException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.MISSING_NEED))
        .hasMessageContaining("dp-sgd")
        .hasMessageContaining("at another point");
  }
}
