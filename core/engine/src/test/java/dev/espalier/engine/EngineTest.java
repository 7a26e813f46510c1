package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EngineTest {
  private static final TensorType VECTOR = TensorType.of(DType.F64, 3);
  private static final NdArray X = NdArray.of(new double[] {0.5, -1, 2}, 3);

  private final Engine engine = new Engine();

  /** From x [3] and an integer k to sum(k sin x). */
  private final Graph function =
      engine.trace(
          "f",
          List.of(VECTOR, TensorType.of(DType.I32)),
          in -> List.of(in.get(0).sin().sum().mul(in.get(1).to(DType.F64))));

  private static final NdArray K = NdArray.of(new int[] {3});

  @Test
  void theGradientHasTheValueAndADerivativeInEachFloatingPointInput() {
    Graph gradient = engine.gradient(function);
    List<NdArray> out = engine.interpret(gradient, List.of(X, K));

    assertThat(gradient.outputTypes()).containsExactly(TensorType.of(DType.F64), VECTOR);
    assertThat(out.get(0)).isEqualTo(engine.interpret(function, List.of(X, K)).getFirst());
    for (int i = 0; i < 3; i++) {
      assertThat(out.get(1).getDouble(i)).isCloseTo(3 * Math.cos(X.getDouble(i)), within(1e-12));
    }
  }

  @Test
  void whatItGivesCanBeGivenToItAgain() {
    // The derivative of the gradient along ones, for two points at once: -3 sin x.
    Graph second =
        engine.jvp(
            engine.trace(
                "slope",
                function.inputTypes(),
                in -> List.of(engine.gradient(function).apply(in).get(1))));
    Graph many = engine.vectorise(second, 2, List.of(true, false, false));
    NdArray points = NdArray.of(new double[] {0.5, -1, 2, 0, 1, -3}, 2, 3);
    NdArray ones = NdArray.of(new double[] {1, 1, 1}, 3);
    NdArray curvature = engine.interpret(many, List.of(points, K, ones)).get(1);

    assertThat(curvature.type()).isEqualTo(TensorType.of(DType.F64, 2, 3));
    for (int i = 0; i < 6; i++) {
      assertThat(curvature.getDouble(i))
          .isCloseTo(-3 * Math.sin(points.getDouble(i)), within(1e-12));
    }
  }

  @Test
  void theGradientOfAProductTransposesNothing() {
    // f = sum((x w)^2), so its derivative by w is 2 x^T x w.
    Graph graph =
        engine.trace(
            "squares",
            List.of(TensorType.of(DType.F64, 2, 3), TensorType.of(DType.F64, 3, 1)),
            in -> List.of(in.get(0).matmul(in.get(1)).square().sum()));
    Graph gradient = engine.gradient(graph);
    NdArray x = NdArray.of(new double[] {1, 2, 3, -1, 0.5, 4}, 2, 3);
    NdArray w = NdArray.of(new double[] {2, -1, 0.5}, 3, 1);

    assertThat(gradient.nodes()).noneMatch(node -> node.op() instanceof Transpose);
    NdArray byW = engine.interpret(gradient, List.of(x, w)).get(2);
    assertThat(byW.type()).isEqualTo(TensorType.of(DType.F64, 3, 1));
    // x w = (1.5, -0.5).
    for (int i = 0; i < 3; i++) {
      assertThat(byW.getDouble(i))
          .isCloseTo(2 * (1.5 * x.getDouble(i) - 0.5 * x.getDouble(3 + i)), within(1e-12));
    }
  }

  @Test
  void reverseModeAgreesWithForwardMode() {
    Graph map = engine.trace("g", List.of(VECTOR), in -> List.of(in.getFirst().exp().square()));
    NdArray v = NdArray.of(new double[] {1, -2, 0.25}, 3);
    NdArray w = NdArray.of(new double[] {0.5, 3, -1}, 3);
    NdArray pushed = engine.interpret(engine.jvp(map), List.of(X, v)).get(1);
    NdArray pulled = engine.interpret(engine.vjp(map), List.of(X, w)).get(1);

    double forward = 0;
    double reverse = 0;
    for (int i = 0; i < 3; i++) {
      forward += w.getDouble(i) * pushed.getDouble(i);
      reverse += v.getDouble(i) * pulled.getDouble(i);
    }
    assertThat(forward).isCloseTo(reverse, within(1e-9));
  }

  @Test
  void aCotangentIsTakenForFloatingPointOutputsOnly() {
    Graph both =
        engine.trace(
            "h",
            List.of(VECTOR),
            in -> List.of(in.getFirst().argMax(0), in.getFirst().square().sum()));
    Graph reverse = engine.vjp(both);

    assertThat(reverse.inputTypes()).containsExactly(VECTOR, TensorType.of(DType.F64));
    assertThat(engine.interpret(reverse, List.of(X, NdArray.of(new double[] {1}))).getLast())
        .isEqualTo(NdArray.of(new double[] {1, -2, 4}, 3));
  }

  @Test
  void whatHasNoGradientIsRefused() {
    Graph vector = engine.trace("v", List.of(VECTOR), in -> List.of(in.getFirst().sin()));
    Graph integers =
        engine.trace(
            "i", List.of(TensorType.of(DType.I32)), in -> List.of(in.getFirst().to(DType.F64)));
    for (Graph graph : List.of(vector, integers)) {
      assertThatExceptionOfType(EspalierException.class)
          .isThrownBy(() -> engine.gradient(graph))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_DIFFERENTIABLE));
    }
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> engine.vectorise(vector, 2, List.of()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TYPE_MISMATCH));
  }
}
