package dev.espalier.integration.privacy;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Factory;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Registrar;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.plugins.privacy.PrivacyPlugin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The private gradient estimators, as they are registered. */
final class Registered {
  private Registered() {}

  /** The estimator of a name; hyperparameters are given as name and value in turn. */
  static GradientEstimator estimator(String name, Object... hyperparameters) {
    List<GradientEstimator> found = new ArrayList<>();
    Params given = Params.of(given(hyperparameters));
    new PrivacyPlugin()
        .contribute(
            new Registrar() {
              @Override
              public <T> void register(
                  ExtensionPoint<T> point,
                  String at,
                  Citation citation,
                  Factory<? extends T> factory) {
                if (at.equals(name) && factory.create(given) instanceof GradientEstimator made) {
                  found.add(made);
                }
              }
            });
    return found.getFirst();
  }

  private static Map<String, Object> given(Object... hyperparameters) {
    Map<String, Object> given = new LinkedHashMap<>();
    for (int i = 0; i < hyperparameters.length; i += 2) {
      given.put(String.valueOf(hyperparameters[i]), hyperparameters[i + 1]);
    }
    return given;
  }
}
