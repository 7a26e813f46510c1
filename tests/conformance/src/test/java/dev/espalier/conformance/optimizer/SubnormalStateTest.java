package dev.espalier.conformance.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.golden.Registered;
import dev.espalier.conformance.problem.Stepping;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is remembered of a unit that is never active again. */
final class SubnormalStateTest {
  private static Optimizer optimizer(String name, Map<String, ?> parameters) {
    return ServiceLoader.load(Plugin.class).stream()
        .flatMap(plugin -> Registered.by(plugin.get()).stream())
        .filter(registered -> registered.name().equals(name))
        .flatMap(registered -> registered.at(ExtensionPoint.OPTIMIZER).stream())
        .map(registered -> registered.factory().create(Params.of(parameters)))
        .findFirst()
        .orElseThrow();
  }

  private static NdArray value(double x) {
    return NdArray.of(new float[] {(float) x}, 1);
  }

  private static Tree<NdArray> stateAfterZeros(Optimizer optimizer, double gradient, int zeros) {
    Stepping stepping = Stepping.given(optimizer, Tree.of("unit", TensorType.of(DType.F32, 1)), 1);
    Stepping.At at = stepping.begin(Tree.of("unit", value(1)));
    at = stepping.step(at, List.of(value(gradient)), 0, 1e-3, 1).next();
    for (int step = 1; step <= zeros; step++) {
      at = stepping.step(at, List.of(value(0)), step, 1e-3, 1).next();
    }
    return at.state();
  }

  @ParameterizedTest
  @CsvSource({"adam, mean", "adamw, mean", "rmsprop, second_moment", "sgd, velocity"})
  void anAverageOfZerosIsZeroAfterAWhileAndNotSubnormalForGood(String name, String entry) {
    Map<String, ?> parameters = name.equals("sgd") ? Map.of("momentum", 0.9) : Map.of();
    Optimizer optimizer = optimizer(name, parameters);

    assertThat(stateAfterZeros(optimizer, 1e-25, 5).get(entry + "/unit").getDouble(0))
        .as("while it can be told from 0")
        .satisfies(value -> assertThat(value == 0).isEqualTo(name.equals("rmsprop")));
    assertThat(stateAfterZeros(optimizer, 1e-17, 600).get(entry + "/unit").getDouble(0)).isZero();
  }

  @Test
  void aDivisorWithoutAnEpsilonKeepsWhatIsSubnormal() {
    Optimizer adam = optimizer("adam", Map.of("epsilon", 0.0));

    assertThat(stateAfterZeros(adam, 1e-19, 1).get("second_moment/unit").getDouble(0))
        .isBetween(0.9e-41, 1.1e-41);
  }
}
