package dev.espalier.integration.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.problem.Stepping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sophia (catalogue row SO-03); its estimates are in {@link DiagonalCurvatureTest}. */
final class SophiaTest {
  private static final int N = 5;

  /** Parameters of a run from 0 under random gradients. */
  private static List<double[]> path(Optimizer optimizer, double curvature, double rate) {
    Tree<NdArray> start = Tree.of("w", NdArray.of(new double[N], N));
    List<Tree<NdArray>> gradients = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      gradients.add(Tree.of("w", NdArray.of(gradient(t), N)));
    }
    return Stepping.given(optimizer, start.map(NdArray::type), curvature)
        .path(start, gradients, rate)
        .stream()
        .map(at -> at.parameters().get("w").toDoubles())
        .toList();
  }

  private static double[] gradient(int t) {
    return Dense.random(100 + t, N);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sophia-h", "sophia-g"})
  void withoutCurvatureItIsTheSignOfTheMean(String name) {
    List<double[]> found =
        path(Descent.optimizer(name, Map.of("beta1", 0.8, "weight_decay", 0)), 0, 0.25);
    double[] mean = new double[N];
    double[] wanted = new double[N];
    for (int t = 0; t < found.size(); t++) {
      for (int i = 0; i < N; i++) {
        mean[i] = 0.8 * mean[i] + 0.2 * gradient(t)[i];
        wanted[i] -= 0.25 * Math.signum(mean[i]);
        assertThat(found.get(t)[i]).isCloseTo(wanted[i], within(1e-12));
      }
    }
  }

  @Test
  void underMuchCurvatureItIsNewtonsStepOfTheMean() {
    // Signs meet the diagonal exactly, and nothing is clipped as no gradient is over it.
    Optimizer sophia =
        Descent.optimizer(
            "sophia-h",
            Map.of(
                "beta1",
                0.8,
                "beta2",
                0,
                "gamma",
                0.5,
                "interval",
                1,
                "probe",
                "rademacher",
                "weight_decay",
                0));
    List<double[]> found = path(sophia, 16, 0.5);
    double[] mean = new double[N];
    double[] wanted = new double[N];
    for (int t = 0; t < found.size(); t++) {
      for (int i = 0; i < N; i++) {
        mean[i] = 0.8 * mean[i] + 0.2 * gradient(t)[i];
        wanted[i] -= 0.5 * mean[i] / (0.5 * 16);
        assertThat(found.get(t)[i]).isCloseTo(wanted[i], within(1e-12));
      }
    }
  }

  @Test
  void itEstimatesInTheFirstOfItsStepsAndKeepsTheEstimateInOthers() {
    for (String name : List.of("sophia-h", "sophia-g")) {
      Tree<NdArray> start = Tree.of("w", NdArray.of(Dense.random(6, 5), 5));
      Optimizer sophia = Descent.optimizer(name, Map.of("interval", 3, "weight_decay", 0));
      Stepping stepping = Stepping.given(sophia, start.map(NdArray::type), 2);
      Stepping.At at = stepping.begin(start);
      for (int t = 0; t < 7; t++) {
        Stepping.At next =
            stepping.step(at, List.of(NdArray.of(Dense.random(20 + t, 5), 5)), t, 0.5, 1).next();
        boolean kept =
            at.state().get("hessian/w").getDouble(0) == next.state().get("hessian/w").getDouble(0);
        assertThat(kept).as(name + " in step " + t).isEqualTo(t % 3 != 0);
        at = next;
      }
    }
  }

  @Test
  void noElementMovesFurtherThanTheRateAndSomeMoveThatFar() {
    for (String name : List.of("sophia-h", "sophia-g")) {
      Map<String, ?> settings = Map.of("gamma", 1, "interval", 2, "weight_decay", 0);
      List<double[]> found = path(Descent.optimizer(name, settings), 2, 0.25);
      double furthest = 0;
      double[] before = new double[N];
      for (double[] now : found) {
        for (int i = 0; i < N; i++) {
          furthest = Math.max(furthest, Math.abs(now[i] - before[i]));
        }
        before = now;
      }
      assertThat(furthest).as(name).isCloseTo(0.25, within(1e-12));
    }
  }

  /** AdamW sees no curvature, only how long gradients were. */
  @Test
  void onAQuadraticOfUnevenCurvatureItTakesFewerStepsThanAdamWEachAtItsBestRate() {
    double[][] h = Dense.diagonal(1e-3, 1e-2, 0.1, 1, 10, 100);
    int adamw =
        Math.min(
            fewest("adamw", Map.of("weight_decay", 0), h),
            fewest("adamw", Map.of("weight_decay", 0, "beta1", 0), h));
    Map<String, ?> exact =
        Map.of("weight_decay", 0, "beta1", 0, "beta2", 0.5, "gamma", 1, "probe", "rademacher");
    int sophia = fewest("sophia-h", exact, h);
    assertThat(sophia).as("adamw takes " + adamw).isLessThan(adamw);
  }

  private static int fewest(String name, Map<String, ?> settings, double[][] h) {
    Descent descent = Descent.on(Descent.optimizer(name, settings), h.length, Descent.quadratic(h));
    double[] start = {3, -2, 1, 0.5, -0.3, 0.2};
    int fewest = Integer.MAX_VALUE;
    for (int power = -8; power <= 2; power++) {
      double[] losses = descent.losses(start, 300, Math.pow(2, power), 3);
      fewest = Math.min(fewest, Descent.stepsTo(losses, 1e-10));
    }
    return fewest;
  }
}
