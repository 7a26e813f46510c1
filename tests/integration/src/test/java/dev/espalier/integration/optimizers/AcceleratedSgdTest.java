package dev.espalier.integration.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.problem.Stepping;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Accelerated SGD with tail averaging (catalogue row OPT-27). */
final class AcceleratedSgdTest {
  private static final double RATE = 0.5;
  private static final double RATIO = 8;
  private static final double BETA = 0.05;

  private static Descent parabolas(Map<String, Object> params, double... curvatures) {
    return Descent.on(
        Descent.optimizer("accelerated-sgd", params),
        curvatures.length,
        List.of(TensorType.of(DType.F64, curvatures.length)),
        (x, noise) ->
            x.constant(NdArray.of(curvatures, curvatures.length))
                .mul(x.square())
                .div(2)
                .add(noise.getFirst().mul(x))
                .sum());
  }

  private static Map<String, Object> accelerated(double ratio, long tailFrom) {
    return Map.of("ratio", ratio, "beta", BETA, "tail_from", tailFrom);
  }

  private static NdArray silence(int n) {
    return NdArray.of(new double[n], n);
  }

  /** (u, v) after a step on {@code lambda u^2 / 2}, as a matrix. */
  private static double[][] recursion(double lambda) {
    double alpha = 1 / (1 + BETA);
    double uv = BETA - RATIO * RATE * lambda;
    return new double[][] {
      {alpha * (1 - RATE * lambda) + (1 - alpha) * uv, (1 - alpha) * (1 - BETA)}, {uv, 1 - BETA}
    };
  }

  @Test
  void alongEachEigendirectionItIsThePowerOfATwoByTwoMatrix() {
    double[] curvatures = {1, 0.1, 0.01, 0.001};
    Descent descent = parabolas(accelerated(RATIO, 0), curvatures);
    int steps = 60;
    Stepping.At at = descent.run(descent.begin(Descent.filled(4, 1)), steps, RATE, t -> silence(4));
    for (int i = 0; i < curvatures.length; i++) {
      double[][] a = recursion(curvatures[i]);
      double u = 1;
      double v = 1;
      for (int t = 0; t < steps; t++) {
        double next = a[0][0] * u + a[0][1] * v;
        v = a[1][0] * u + a[1][1] * v;
        u = next;
      }
      assertThat(Descent.x(at)[i]).isCloseTo(u, within(1e-12));
      assertThat(at.state().get("long/x").getDouble(i)).isCloseTo(v, within(1e-12));
    }
  }

  @Test
  void withOneStepSizeItIsGradientDescent() {
    Descent one = parabolas(accelerated(1, 0), 1, 0.3, 0.01);
    Stepping.At at = one.run(one.begin(1, -2, 3), 30, RATE, t -> silence(3));
    double[] expected = {
      Math.pow(0.5, 30), -2 * Math.pow(1 - 0.15, 30), 3 * Math.pow(1 - 0.005, 30)
    };
    assertThat(Descent.x(at)).containsExactly(expected, within(1e-13));
  }

  /** The bias decays faster where curvature is small, slower where it is large. */
  @Test
  void itIsFasterThanGradientDescentAlongSmallEigenvaluesAlone() {
    double[] curvatures = {1, 0.003};
    Descent descent = parabolas(accelerated(RATIO, 0), curvatures);
    Descent plain = parabolas(accelerated(1, 0), curvatures);
    double[] found = Descent.x(descent.run(descent.begin(1, 1), 200, RATE, t -> silence(2)));
    double[] wanted = Descent.x(plain.run(plain.begin(1, 1), 200, RATE, t -> silence(2)));
    assertThat(Math.abs(found[0])).isGreaterThan(Math.abs(wanted[0]));
    assertThat(Math.abs(found[1])).isLessThan(0.5 * Math.abs(wanted[1]));
  }

  @Test
  void itsVarianceIsTheLargerOneBeforeAndAfterAveraging() {
    int seeds = 600;
    double[] curvatures = Descent.filled(seeds, 0.02);
    double[] shipped = new double[2];
    double[] last = new double[2];
    for (int i = 0; i < 2; i++) {
      Descent descent = parabolas(accelerated(i == 0 ? RATIO : 1, 60), curvatures);
      Random random = new Random(17);
      Stepping.At at =
          descent.run(
              descent.begin(new double[seeds]),
              120,
              RATE,
              t ->
                  NdArray.of(
                      random.doubles(seeds).map(x -> random.nextGaussian()).toArray(), seeds));
      last[i] = Math.pow(Descent.length(Descent.x(at)), 2);
      shipped[i] = Math.pow(Descent.length(descent.shipped(at)), 2);
    }
    // F(600, 600) is 1.29 at one in a thousand.
    assertThat(last[0] / last[1]).isGreaterThan(1.29);
    assertThat(shipped[0] / shipped[1]).isGreaterThan(1.29);
  }

  @Test
  void theMeanOfTheShortStepsFromTheTailOnIsShipped() {
    Descent descent = parabolas(accelerated(RATIO, 3), 0.2);
    Stepping.At at = descent.begin(1);
    double[] shorts = new double[8];
    for (int t = 0; t < 8; t++) {
      double u = Descent.x(at)[0];
      at = descent.stepping().step(at, List.of(silence(1)), t, RATE, 1).next();
      shorts[t] = u - RATE * 0.2 * u;
      double expected = t < 3 ? shorts[t] : Arrays.stream(shorts, 3, t + 1).average().orElseThrow();
      assertThat(descent.shipped(at)[0]).isCloseTo(expected, within(1e-14));
    }
  }

  /**
   * The mean of {@code lambda w^2 / 2} where the mean of the last steps is, from w = 1; the noise
   * is that of labels, whose variance in a gradient is lambda's.
   */
  private static double risk(double ratio, double lambda, double noise) {
    int seeds = 300;
    Descent descent = parabolas(accelerated(ratio, 100), Descent.filled(seeds, lambda));
    Random random = new Random(23);
    Stepping.At at =
        descent.run(
            descent.begin(Descent.filled(seeds, 1)),
            200,
            RATE,
            t ->
                NdArray.of(
                    random
                        .doubles(seeds)
                        .map(x -> noise * Math.sqrt(lambda) * random.nextGaussian())
                        .toArray(),
                    seeds));
    return lambda / 2 * Math.pow(Descent.length(descent.shipped(at)), 2) / seeds;
  }

  @Test
  void theExcessRiskIsTheSmallerOneWhereTheStartIsWrongAlongSmallEigenvaluesAlone() {
    double noise = 0.1;
    assertThat(risk(RATIO, 0.003, noise)).isLessThan(0.7 * risk(1, 0.003, noise));
    // Along a large one nothing is left of the start, and the variance is the larger one.
    assertThat(risk(RATIO, 0.3, noise)).isGreaterThan(risk(1, 0.3, noise));
  }
}
