package dev.espalier.plugins.initializers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Factory;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Registrar;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How initializers read their hyperparameters. */
final class InitializersPluginTest {
  private static Object create(String name, Map<String, ?> hyperparameters) {
    Map<String, Factory<?>> found = new HashMap<>();
    new InitializersPlugin()
        .contribute(
            new Registrar() {
              @Override
              public <T> void register(
                  ExtensionPoint<T> point,
                  String key,
                  Citation citation,
                  Factory<? extends T> factory) {
                found.put(key, factory);
              }
            });
    Factory<?> factory = Objects.requireNonNull(found.get(name), name);
    return factory.create(Params.of(hyperparameters));
  }

  @Test
  void anEmptyRangeIsRefused() {
    assertThatThrownBy(() -> create("uniform", Map.of("low", 1.0)))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_VALUE));
    assertThat(create("uniform", Map.of("low", -1.0, "high", 2.0))).isEqualTo(new Uniform(-1, 2));
  }

  @Test
  void theGainOfHeDependsOnWhatFollowsAndOnTheDirection() {
    Map<String, Object> leaky = Map.of("nonlinearity", "leaky-relu", "slope", 0.5, "fan", "out");
    assertThat(create("kaiming-normal", leaky))
        .isEqualTo(
            new KaimingNormal(new Scaling(Scaling.Nonlinearity.LEAKY_RELU, 0.5, Scaling.Fan.OUT)));
    assertThat(new Scaling(Scaling.Nonlinearity.RELU, 0, Scaling.Fan.IN).standardDeviation(8, 2))
        .isEqualTo(0.5);
    assertThat(new Scaling(Scaling.Nonlinearity.LINEAR, 0, Scaling.Fan.OUT).standardDeviation(8, 4))
        .isEqualTo(0.5);
  }
}
