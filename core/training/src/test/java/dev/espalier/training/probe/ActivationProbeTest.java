package dev.espalier.training.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Activation;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ActivationProbeTest {
  private static final OptionalDouble X = OptionalDouble.empty();

  /** The first half times the logistic of the second. */
  private record Gated() implements Activation {
    @Override
    public Tensor apply(Tensor x) {
      int half = outputFeatures(x.shape().extent(-1));
      return x.slice(-1, 0, half).mul(x.slice(-1, half, 2 * half).logistic());
    }

    @Override
    public int outputFeatures(int features) {
      return features / 2;
    }
  }

  /** Parametrised, and something else in training. */
  private record Full() implements Activation {
    @Override
    public Tensor apply(Tensor x) {
      return x;
    }

    @Override
    public Tensor apply(Tensor x, Context context) {
      Tensor slope = context.parameters().get("slope").broadcast(x.shape(), 1);
      return context.training() ? x.zerosLike() : x.le(0).select(x.mul(slope), x);
    }

    @Override
    public Tree<Tensor> parameters(Tensor anchor, TensorType input) {
      return Tree.of("slope", anchor.constant(anchor.dtype(), 0.25).broadcast(input.shape()));
    }
  }

  @Test
  void aGatedUnitNeedsToBeToldItsGate() {
    assertThatThrownBy(() -> new ActivationProbe(new Gated(), List.of(X), 0))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("--input x,1");

    ActivationProbe probe = new ActivationProbe(new Gated(), List.of(X, OptionalDouble.of(0)), 0);
    assertThat(probe.curve(DType.F64, 1).at(3.0)).isDeepEqualTo(new double[][] {{1.5}, {0.5}});
    assertThat(probe.text()).isEqualTo("x,0.0");
  }

  @Test
  void theGateMayBeX() {
    ActivationProbe probe = new ActivationProbe(new Gated(), List.of(OptionalDouble.of(2), X), 0);
    assertThat(probe.curve(DType.F64, 0).at(0.0)).isDeepEqualTo(new double[][] {{1}});
  }

  @Test
  void exactlyOneFeatureIsX() {
    assertThatThrownBy(() -> new ActivationProbe(new Gated(), List.of(X, X), 0))
        .isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> new ActivationProbe(new Gated(), List.of(OptionalDouble.of(1)), 0))
        .isInstanceOf(EspalierException.class);
  }

  @Test
  void initialParametersAndEvaluationAreWhatIsShown() {
    Curve curve = new ActivationProbe(new Full(), List.of(X), 0).curve(DType.F64, 1);
    assertThat(curve.at(-4.0, 2.0)).isDeepEqualTo(new double[][] {{-1, 2}, {0.25, 1}});
  }

  @Test
  void singlePrecisionIsThatOfTheFramework() {
    Curve curve = new ActivationProbe(x -> x.add(1e-9), List.of(X), 0).curve(DType.F32, 0);
    assertThat(curve.at(1.0)[0][0]).isEqualTo(1);
  }

  @Test
  void anActivationOfAnotherShapeThanItSaysIsRefused() {
    ActivationProbe probe = new ActivationProbe(x -> x.sum(1), List.of(X), 0);
    assertThatThrownBy(() -> probe.curve(DType.F64, 0))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("outputFeatures");
  }
}
