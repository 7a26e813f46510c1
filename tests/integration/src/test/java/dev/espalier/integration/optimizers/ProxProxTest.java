package dev.espalier.integration.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.conformance.problem.Stepping;
import dev.espalier.plugins.optimizers.ProxProx;
import dev.espalier.plugins.optimizers.Proxy;
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
}
