package dev.espalier.integration.optimizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.problem.Stepping;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SANIA (catalogue row OPT-22). */
final class ScaleInvarianceTest {
  private static final int EXAMPLES = 60;
  private static final int SIZE = 5;

  /** Logistic regression that weights fit, each feature in a unit of its own. */
  private static Descent logistic(Optimizer optimizer, double units) {
    SplittableRandom random = new SplittableRandom(8);
    double[] scales = random.doubles(SIZE, -1, 1).map(u -> Math.exp(units * u)).toArray();
    double[] features = new double[EXAMPLES * SIZE];
    double[] signs = new double[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      double logit = 0;
      double[] x = random.doubles(SIZE, -2, 2).toArray();
      for (int j = 0; j < SIZE; j++) {
        logit += x[j] * (j - 1.5);
        features[i * SIZE + j] = x[j] * scales[j];
      }
      signs[i] = Math.signum(logit);
    }
    return Descent.on(
        optimizer,
        SIZE,
        w -> {
          Tensor logits =
              w.constant(NdArray.of(features, EXAMPLES, SIZE))
                  .matmul(w.reshape(SIZE, 1))
                  .reshape(EXAMPLES);
          return logits.mul(w.constant(NdArray.of(signs, EXAMPLES))).neg().softplus().mean();
        });
  }

  private static double[] losses(Optimizer optimizer, double units, int steps, double rate) {
    Descent descent = logistic(optimizer, units);
    Stepping.At at = descent.begin(new double[SIZE]);
    double[] losses = new double[steps];
    for (int t = 0; t < steps; t++) {
      Stepping.Done done = descent.stepping().step(at, List.of(), t, rate, 3);
      losses[t] = done.loss().getDouble(0);
      at = done.next();
    }
    return losses;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sania-adagrad-sqr", "sania-adam-sqr"})
  void theUnitsOfFeaturesChangeNoLossOnTheWay(String name) {
    double[] plain = losses(Descent.optimizer(name, Map.of()), 0, 15, 1);
    double[] scaled = losses(Descent.optimizer(name, Map.of()), 3, 15, 1);
    assertThat(scaled).containsExactly(plain, within(1e-10));
    assertThat(plain[14]).isLessThan(0.5 * plain[0]);
  }

  @Test
  void theyChangeThoseOfAdam() {
    Optimizer adam = Descent.optimizer("adam", Map.of());
    double plain = losses(adam, 0, 15, 0.1)[14];
    assertThat(Math.abs(losses(adam, 3, 15, 0.1)[14] - plain)).isGreaterThan(0.01);
  }

  /** There the model's loss is the loss and its least is where it is 0: v is 1. */
  @ParameterizedTest
  @ValueSource(doubles = {0.01, 1, 250})
  void onAParabolaOfOneNumberTheFirstStepIsNewtons(double curvature) {
    Descent descent =
        Descent.on(
            Descent.optimizer("sania-hutchinson", Map.of()),
            1,
            x -> x.sub(3).square().mul(curvature / 2).sum());
    assertThat(Descent.x(descent.run(descent.begin(-7), 1, 1))[0]).isCloseTo(3, within(1e-12));
  }

  /** The nearer of the two points where the model of the loss is the least. */
  @Test
  void theStepEndsWhereTheModelIsTheLeastLoss() {
    double g = 2;
    double b = 0.5;
    double f = 3;
    Descent descent =
        Descent.on(
            Descent.optimizer("sania-hutchinson", Map.of("least", 1.0)),
            1,
            x -> x.mul(g).add(x.square().mul(b / 2)).add(f).sum());
    double d = Descent.x(descent.run(descent.begin(0), 1, 1))[0];
    assertThat(f + g * d + b * d * d / 2).isCloseTo(1, within(1e-12));
    assertThat(d).isBetween(-g / b, 0.0);
  }

  @Test
  void aModelThatFitsIsTrainedWithoutARate() {
    Map<String, Object> hutchinson = Map.of("beta2", 0.9, "least_curvature", 1e-12);
    assertThat(losses(Descent.optimizer("sania-hutchinson", hutchinson), 2, 200, 1)[199])
        .isLessThan(0.01);
    assertThat(losses(Descent.optimizer("sania-adam-sqr", Map.of()), 2, 200, 1)[199])
        .isLessThan(0.01);
    assertThat(losses(Descent.optimizer("sania-adagrad-sqr", Map.of()), 2, 200, 1)[199])
        .isLessThan(0.05);
  }
}
