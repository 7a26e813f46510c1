package dev.espalier.integration.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.golden.Registered;
import dev.espalier.conformance.problem.Problem;
import dev.espalier.conformance.problem.Stepping;
import dev.espalier.engine.reference.Reference;
import dev.espalier.plugins.secondorder.CoupledNewton;
import dev.espalier.plugins.secondorder.EigenRoot;
import dev.espalier.plugins.secondorder.SecondOrderPlugin;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Closed forms of the optimizers that ask about curvature. */
final class SecondOrderTest {
  private static Optimizer optimizer(String name, Map<String, ?> settings) {
    return (Optimizer)
        Registered.by(new SecondOrderPlugin()).stream()
            .filter(registered -> registered.name().equals(name))
            .findFirst()
            .orElseThrow()
            .create(settings);
  }

  private static double[] random(long seed, int n) {
    return new SplittableRandom(seed).doubles(n, -1, 1).toArray();
  }

  private static Stepping.At first(Optimizer optimizer, Tree<NdArray> start, NdArray gradient) {
    Stepping stepping = Stepping.given(optimizer, start.map(NdArray::type), 2);
    return stepping.step(stepping.begin(start), List.of(gradient), 0, 1, 1).next();
  }

  @Test
  void bothInverseRootsAgreeWhateverTheOrder() {
    int n = 6;
    double[] spread = new double[n * n];
    double[] random = random(1, n * n);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int k = 0; k < n; k++) {
          spread[i * n + j] += random[i * n + k] * random[j * n + k] * Math.pow(10, -k);
        }
        spread[i * n + j] += i == j ? 1e-6 : 0;
      }
    }
    NdArray matrix = NdArray.of(spread, 1, n, n);
    for (int order : new int[] {1, 2, 3, 4, 6}) {
      Graph graph =
          Graph.trace(
              "roots",
              List.of(matrix.type()),
              in -> {
                Tensor a = in.getFirst();
                Tensor least = a.constant(NdArray.of(new double[] {1e-6}, 1));
                Tensor eigen = new EigenRoot().of(a, least, order).matrices();
                Tensor newton = new CoupledNewton().of(a, least, order).matrices();
                return List.of(eigen, newton);
              });
      List<NdArray> found = Reference.run(graph, List.of(matrix));
      for (int i = 0; i < n * n; i++) {
        double wanted = found.get(0).getDouble(i);
        assertThat(found.get(1).getDouble(i))
            .as("order " + order)
            .isCloseTo(wanted, within(1e-8 * Math.max(1, Math.abs(wanted))));
      }
    }
  }

  @Test
  void shampoosFirstStepOnARankOneMatrixIsThatOfAdagradOnItsLength() {
    double[] u = random(2, 5);
    double[] v = random(3, 4);
    double[] outer = new double[20];
    double square = 0;
    for (int i = 0; i < 20; i++) {
      outer[i] = u[i / 4] * v[i % 4];
      square += outer[i] * outer[i];
    }
    for (String root : List.of("newton", "eigen")) {
      Optimizer shampoo =
          optimizer(
              "shampoo",
              Map.of("grafting", "none", "momentum", 0, "ridge", 0, "epsilon", 1e-3, "root", root));
      NdArray zeros = NdArray.of(new double[20], 5, 4);
      Stepping.At at = first(shampoo, Tree.of("w", zeros), NdArray.of(outer, 5, 4));
      for (int i = 0; i < 20; i++) {
        assertThat(at.parameters().get("w").getDouble(i))
            .isCloseTo(-outer[i] / Math.sqrt(square + 1e-3), within(1e-9));
      }
    }
  }

  @Test
  void shampooOfBlocksIsShampooOfEachBlock() {
    double[] g = random(4, 35);
    Map<String, ?> whole = Map.of("grafting", "none", "momentum", 0, "block", 3);
    Stepping.At at =
        first(
            optimizer("shampoo", whole),
            Tree.of("w", NdArray.of(new double[35], 7, 5)),
            NdArray.of(g, 7, 5));
    // Seven rows are cut in three of 3, of which the last is one row and zeros, five columns in
    // two.
    double[] block = new double[9];
    for (int i = 0; i < 9; i++) {
      block[i] = g[i / 3 * 5 + i % 3];
    }
    Stepping.At one =
        first(
            optimizer("shampoo", Map.of("grafting", "none", "momentum", 0)),
            Tree.of("w", NdArray.of(new double[9], 3, 3)),
            NdArray.of(block, 3, 3));
    for (int i = 0; i < 9; i++) {
      assertThat(at.parameters().get("w").getDouble(i / 3 * 5 + i % 3))
          .isCloseTo(one.parameters().get("w").getDouble(i), within(1e-9));
    }
  }

  @Test
  void mFacIsADenseInverseBeforeAndAfterItsWindowIsFull() {
    int d = 4;
    int window = 3;
    double damping = 0.01;
    Optimizer mFac =
        optimizer("m-fac", Map.of("window", window, "damping", damping, "momentum", 0));
    Tree<NdArray> start = Tree.of("w", NdArray.of(new double[d], d));
    Stepping stepping = Stepping.given(mFac, start.map(NdArray::type), 0);
    Stepping.At at = stepping.begin(start);
    double[][] gradients = new double[7][];
    for (int t = 0; t < gradients.length; t++) {
      gradients[t] = random(10 + t, d);
      Stepping.At next = stepping.step(at, List.of(NdArray.of(gradients[t], d)), t, 1, 1).next();
      double[] moved = new double[d];
      for (int i = 0; i < d; i++) {
        moved[i] = at.parameters().get("w").getDouble(i) - next.parameters().get("w").getDouble(i);
      }
      // F times the step is the gradient.
      for (int i = 0; i < d; i++) {
        double product = damping * moved[i];
        for (int k = Math.max(0, t - window + 1); k <= t; k++) {
          for (int j = 0; j < d; j++) {
            product += gradients[k][i] * gradients[k][j] * moved[j] / window;
          }
        }
        assertThat(product).as("step " + t).isCloseTo(gradients[t][i], within(1e-8));
      }
      at = next;
    }
  }

  @Test
  void adaHessianStepsAsNewtonOnADiagonalHessian() {
    double[] g = random(5, 6);
    Optimizer plain = optimizer("adahessian", Map.of("beta1", 0, "beta2", 0, "epsilon", 0));
    NdArray zeros = NdArray.of(new double[6], 6);
    Stepping.At at = first(plain, Tree.of("w", zeros), NdArray.of(g, 6));
    for (int i = 0; i < 6; i++) {
      assertThat(at.parameters().get("w").getDouble(i)).isCloseTo(-g[i] / 2, within(1e-12));
    }
  }

  @Test
  void sophiaEstimatesInTheFirstOfItsStepsAndMovesNoFurtherThanTheRate() {
    for (String name : List.of("sophia-h", "sophia-g")) {
      Tree<NdArray> start = Tree.of("w", NdArray.of(random(6, 5), 5));
      Optimizer sophia = optimizer(name, Map.of("interval", 3, "weight_decay", 0));
      Stepping stepping = Stepping.given(sophia, start.map(NdArray::type), 2);
      Stepping.At at = stepping.begin(start);
      for (int t = 0; t < 7; t++) {
        Stepping.At next =
            stepping.step(at, List.of(NdArray.of(random(20 + t, 5), 5)), t, 0.5, 1).next();
        boolean kept =
            at.state().get("hessian/w").getDouble(0) == next.state().get("hessian/w").getDouble(0);
        assertThat(kept).as(name + " in step " + t).isEqualTo(t % 3 != 0);
        for (int i = 0; i < 5; i++) {
          assertThat(next.parameters().get("w").getDouble(i))
              .isCloseTo(at.parameters().get("w").getDouble(i), within(0.5 + 1e-12));
        }
        at = next;
      }
    }
  }

  @Test
  void oasisWithTheIdentityIsAdaptiveGradientDescentWithoutDescent() {
    // Curvature 0.5 is below the least one of 1, so that the scale is the identity.
    Optimizer oasis = optimizer("oasis", Map.of("least", 1, "initial_rate", 0.25));
    Tree<NdArray> start = Tree.of("w", NdArray.of(new double[] {1}, 1));
    Stepping stepping = Stepping.given(oasis, start.map(NdArray::type), 0.5);
    Stepping.At at = stepping.begin(start);
    double x = 1;
    double eta = 0.25;
    double theta = Double.POSITIVE_INFINITY;
    for (int t = 0; t < 8; t++) {
      double g = random(40 + t, 1)[0];
      at = stepping.step(at, List.of(NdArray.of(new double[] {g}, 1)), t, 1, 1).next();
      if (t > 0) {
        // On a quadratic of curvature L the local rate is 1 / (2 L).
        double now = Math.min(Math.sqrt(1 + theta) * eta, 1 / (2 * 0.5));
        theta = now / eta;
        eta = now;
      }
      x -= eta * g;
      assertThat(at.parameters().get("w").getDouble(0)).isCloseTo(x, within(1e-10));
    }
  }

  @Test
  void kFacIsGaussNewtonForOneLinearLayerWithSquaredLoss() {
    int rows = 12;
    int in = 5;
    double[] inputs = random(7, rows * in);
    double[] wanted = random(8, in);
    double[] targets = new double[rows];
    for (int i = 0; i < rows * in; i++) {
      targets[i / in] += inputs[i] * wanted[i % in];
    }
    Problem problem =
        new Problem(
            "linear",
            (at, x) -> x.matmul(at.get("w")).reshape(Shape.of(x.shape().extent(0))),
            new Squares(),
            NdArray.of(inputs, rows, in),
            NdArray.of(targets, rows),
            Tree.of("w", NdArray.of(random(9, in), in, 1)),
            0);
    Optimizer kFac = optimizer("k-fac", Map.of("damping", 1e-28, "momentum", 0));
    Stepping stepping = Stepping.on(problem, kFac);
    // A step of Gauss and Newton ends at the least squares solution.
    Stepping.At at = stepping.steps(stepping.begin(problem.start()), 0, 1, 1, 1);
    for (int i = 0; i < in; i++) {
      assertThat(at.parameters().get("w").getDouble(i)).isCloseTo(wanted[i], within(1e-10));
    }
  }

  /** {@code (p - t)^2}; the sampled vectors are signs times the root of the Hessian. */
  private record Squares() implements Loss {
    @Override
    public Target target() {
      return Target.VALUES;
    }

    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      return predictions.sub(targets).square();
    }

    @Override
    public Optional<OutputSampler> sampler() {
      return Optional.of((predictions, targets, key) ->
          key.rademacher(predictions.dtype(), predictions.shape()).mul(Math.sqrt(2)));
    }
  }
}
