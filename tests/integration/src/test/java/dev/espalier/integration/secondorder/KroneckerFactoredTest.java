package dev.espalier.integration.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.problem.Problem;
import dev.espalier.conformance.problem.Stepping;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** K-FAC. */
final class KroneckerFactoredTest {
  @Test
  void itIsGaussNewtonForOneLinearLayerWithSquaredLoss() {
    int rows = 12;
    int in = 5;
    double[] inputs = Dense.random(7, rows * in);
    double[] wanted = Dense.random(8, in);
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
            Tree.of("w", NdArray.of(Dense.random(9, in), in, 1)),
            0);
    Optimizer kFac = Descent.optimizer("k-fac", Map.of("damping", 1e-28, "momentum", 0));
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
