package dev.espalier.training.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Loss;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossProbeTest {
  /** Huber's loss, and a closed form of its Hessian that is wrong by a factor. */
  private record Huber(Optional<Double> closedFactor) implements Loss {
    @Override
    public Target target() {
      return Target.VALUES;
    }

    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      Tensor e = predictions.sub(targets);
      Tensor inside = e.square().mul(0.5);
      return e.abs().le(1).select(inside, e.abs().sub(0.5)).mean(1);
    }

    @Override
    public Optional<Tensor> outputHessianVector(Tensor p, Tensor t, Tensor v) {
      double n = p.shape().extent(1);
      return closedFactor.map(f -> p.sub(t).abs().le(1).select(v, v.zerosLike()).mul(f / n));
    }
  }

  private record CrossEntropy() implements Loss {
    @Override
    public Target target() {
      return Target.CLASSES;
    }

    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      return predictions.logSoftmax(-1).takeAlongLast(targets.expandDims(1)).squeeze(1).neg();
    }
  }

  private static final LossProbe HUBER = new LossProbe(new Huber(Optional.of(1.0)), DType.F64);
  private static final LossProbe CROSS_ENTROPY = new LossProbe(new CrossEntropy(), DType.F64);

  @Test
  void hubersLossHasItsValueGradientAndHessian() {
    LossProbe.Example e = HUBER.example(new double[] {0.5, 3}, new double[] {0, 0});
    assertThat(e.value()).isEqualTo((0.125 + 2.5) / 2);
    assertThat(e.gradient()).containsExactly(0.25, 0.5);
    assertThat(e.hessian()).isDeepEqualTo(new double[][] {{0.5, 0}, {0, 0}});
    assertThat(e.closedFormError()).hasValue(0);
  }

  @Test
  void aWrongClosedFormIsSeen() {
    LossProbe wrong = new LossProbe(new Huber(Optional.of(1.5)), DType.F64);
    assertThat(wrong.example(new double[] {0.5}, new double[] {0}).closedFormError()).hasValue(0.5);
    LossProbe none = new LossProbe(new Huber(Optional.empty()), DType.F64);
    assertThat(none.example(new double[] {0.5}, new double[] {0}).closedFormError()).isEmpty();
  }

  @Test
  void theHessianOfTheCrossEntropyIsThatOfTheSoftmax() {
    double[] logits = {0.3, -1, 2};
    LossProbe.Example e = CROSS_ENTROPY.example(logits, new double[] {2});
    double sum = 0;
    for (double x : logits) {
      sum += Math.exp(x);
    }
    assertThat(e.value()).isCloseTo(Math.log(sum) - 2, within(1e-15));
    for (int i = 0; i < 3; i++) {
      double p = Math.exp(logits[i]) / sum;
      assertThat(e.gradient()[i]).isCloseTo(p - (i == 2 ? 1 : 0), within(1e-15));
      for (int j = 0; j < 3; j++) {
        double q = Math.exp(logits[j]) / sum;
        assertThat(e.hessian()[i][j]).isCloseTo((i == j ? p : 0) - p * q, within(1e-15));
      }
    }
  }

  @Test
  void aLineVariesOnePredictionAndKeepsTheOthers() {
    Curve line = CROSS_ENTROPY.line(new double[] {9, 1, 1}, new double[] {0}, 0, 3);
    assertThat(line.at(1.0)[0][0]).isCloseTo(Math.log(3), within(1e-15));
    assertThat(Portrait.of(line, -10, 10, 201).looksConvex()).isTrue();

    Portrait huber =
        Portrait.of(HUBER.line(new double[] {7}, new double[] {2}, 0, 3), -10, 10, 2001);
    // The difference to the target is rounded, which moves the first kink by a double.
    assertThat(huber.kinks()).hasSize(2).allSatisfy(k -> assertThat(k.order()).isEqualTo(2));
    assertThat(huber.kinks().getFirst().x()).isCloseTo(1, within(1e-15));
    assertThat(huber.kinks().getLast().x()).isEqualTo(3);
    assertThat(huber.minimum().from()).isCloseTo(2, within(1e-9));
    assertThat(huber.leastCurvature()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 3, 0.5, Double.NaN})
  void aClassThatIsNoneIsRefused(double target) {
    assertThatThrownBy(() -> CROSS_ENTROPY.example(new double[3], new double[] {target}))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("one of its classes");
  }

  @Test
  void asManyTargetsAsPredictionsAreNeeded() {
    assertThatThrownBy(() -> HUBER.example(new double[3], new double[2]))
        .isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> HUBER.line(new double[3], new double[3], 3, 1))
        .isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> HUBER.example(new double[65], new double[65]))
        .isInstanceOf(EspalierException.class);
  }
}
