package dev.espalier.integration.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.problem.Stepping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** AdaHessian (catalogue row SO-04); its estimates are in {@link DiagonalCurvatureTest}. */
final class AdaHessianTest {
  /** A given gradient, and a Hessian that is diagonal and given too. */
  private record Given(Tree<Tensor> gradient, Tree<Tensor> diagonal) implements Objective {
    @Override
    public Set<Need> offers() {
      return Set.of(Need.GRADIENT, Need.HESSIAN_VECTOR);
    }

    @Override
    public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
      Tensor anchor = gradient.leaves().getFirst();
      return new ValueAndGradient(anchor.constant(anchor.dtype(), 1.0), gradient);
    }

    @Override
    public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
      return vector.zip(diagonal, Tensor::mul);
    }
  }

  /** One step from 0 or further, of these gradients and diagonals. */
  private static List<Stepping.At> path(
      Optimizer optimizer, List<NdArray> gradients, List<NdArray> diagonals, double rate) {
    TensorType type = gradients.getFirst().type();
    Stepping stepping =
        Stepping.of(
            optimizer,
            Tree.of("w", type),
            List.of(type, type),
            (feeds, start) ->
                new Given(
                    start.withLeaves(feeds.subList(0, 1)), start.withLeaves(feeds.subList(1, 2))));
    int[] extents = type.shape().extents();
    NdArray zeros = NdArray.of(new double[type.shape().size()], extents);
    Stepping.At at = stepping.begin(Tree.of("w", zeros));
    List<Stepping.At> path = new ArrayList<>();
    for (int t = 0; t < gradients.size(); t++) {
      at = stepping.step(at, List.of(gradients.get(t), diagonals.get(t)), t, rate, 7).next();
      path.add(at);
    }
    return path;
  }

  private static List<NdArray> random(int steps, int n, long seed) {
    List<NdArray> all = new ArrayList<>();
    for (int t = 0; t < steps; t++) {
      all.add(NdArray.of(Dense.random(seed + t, n), n));
    }
    return all;
  }

  private static double[] w(Stepping.At at) {
    return at.parameters().get("w").toDoubles();
  }

  @Test
  void onADiagonalQuadraticOneStepIsNewtonsWhateverTheSigns() {
    double[] curvatures = {0.01, 0.5, 3, 40, 1e4};
    double[] start = {1, -2, 3, -4, 5};
    Optimizer plain = Descent.optimizer("adahessian", Map.of("beta1", 0, "beta2", 0, "epsilon", 0));
    Descent descent =
        Descent.on(plain, curvatures.length, Descent.quadratic(Dense.diagonal(curvatures)));
    for (long key = 0; key < 5; key++) {
      double[] at = Descent.x(descent.path(start, 1, 1, key).getLast());
      for (int i = 0; i < at.length; i++) {
        assertThat(at[i]).isCloseTo(0, within(1e-12));
      }
    }
  }

  @Test
  void withPowerZeroItIsTheMeanOfGradientsWhateverTheCurvature() {
    int n = 4;
    List<NdArray> gradients = random(6, n, 10);
    Optimizer optimizer =
        Descent.optimizer("adahessian", Map.of("power", 0, "beta1", 0.8, "epsilon", 0.25));
    List<Stepping.At> found = path(optimizer, gradients, random(6, n, 20), 0.5);
    double[] mean = new double[n];
    double[] wanted = new double[n];
    for (int t = 0; t < 6; t++) {
      for (int i = 0; i < n; i++) {
        mean[i] = 0.8 * mean[i] + 0.2 * gradients.get(t).getDouble(i);
        wanted[i] -= 0.5 * mean[i] / (1 - Math.pow(0.8, t + 1)) / 1.25;
        assertThat(w(found.get(t))[i]).isCloseTo(wanted[i], within(1e-12));
      }
    }
  }

  @Test
  void withTheGradientForTheDiagonalItIsAdam() {
    List<NdArray> gradients = random(8, 4, 30);
    Map<String, ?> settings = Map.of("beta1", 0.8, "beta2", 0.95, "epsilon", 1e-3);
    List<Stepping.At> found =
        path(Descent.optimizer("adahessian", settings), gradients, gradients, 0.1);
    List<Stepping.At> wanted = path(Descent.optimizer("adam", settings), gradients, gradients, 0.1);
    for (int t = 0; t < gradients.size(); t++) {
      for (int i = 0; i < 4; i++) {
        assertThat(w(found.get(t))[i]).isCloseTo(w(wanted.get(t))[i], within(1e-12));
      }
    }
  }

  /** The square roots of the second moment of one step without memory: what D became. */
  private static double[] averaged(int block, int... extents) {
    int size = 1;
    for (int extent : extents) {
      size *= extent;
    }
    double[] diagonal = new double[size];
    for (int i = 0; i < size; i++) {
      diagonal[i] = i * i + 1;
    }
    NdArray given = NdArray.of(diagonal, extents);
    Optimizer optimizer = Descent.optimizer("adahessian", Map.of("beta2", 0, "block", block));
    double[] squares =
        path(optimizer, List.of(given), List.of(given), 0.1)
            .getFirst()
            .state()
            .get("second_moment/w")
            .toDoubles();
    for (int i = 0; i < size; i++) {
      squares[i] = Math.sqrt(squares[i]);
    }
    return squares;
  }

  private static void assertMeans(double[] found, int... ends) {
    int from = 0;
    for (int to : ends) {
      double mean = 0;
      for (int i = from; i < to; i++) {
        mean += (i * i + 1.0) / (to - from);
      }
      for (int i = from; i < to; i++) {
        assertThat(found[i]).as("element " + i).isCloseTo(mean, within(1e-10));
      }
      from = to;
    }
    assertThat(found).hasSize(from);
  }

  @Test
  void curvatureIsAveragedOverNeighboursAndKernels() {
    assertMeans(averaged(1, 5), 1, 2, 3, 4, 5);
    assertMeans(averaged(2, 5), 2, 4, 5);
    assertMeans(averaged(9, 5), 5);
    // Rows do not mix.
    assertMeans(averaged(2, 2, 3), 2, 3, 5, 6);
    // Each kernel [3] or [2, 2] has one curvature, whatever the block.
    assertMeans(averaged(1, 2, 2, 3), 3, 6, 9, 12);
    assertMeans(averaged(2, 1, 2, 2, 2), 4, 8);
  }

  @Test
  void itsStateIsInF32WhereParametersAreShort() {
    TensorType type = TensorType.of(DType.BF16, 3);
    Stepping stepping =
        Stepping.given(Descent.optimizer("adahessian", Map.of()), Tree.of("w", type), 2);
    assertThat(stepping.stateTypes().leaves())
        .allSatisfy(found -> assertThat(found.dtype()).isEqualTo(DType.F32));
  }
}
